/**
 * A machine: cores, memory, protection units and the event sink. `step()` executes one instruction word and nothing else
 * ever advances state. No clock, no randomness, nothing asynchronous: a run is a pure function of what was loaded.
 */
import type { Architecture } from './architecture.ts';
import type { Core, CoreSnapshot } from './core.ts';
import type { Event, EventBody } from './event.ts';
import { Memory, type MemorySnapshot, PAGE_SIZE } from './memory.ts';
import type { Platform } from './platform.ts';
import type { ProtectionUnit } from './protection.ts';
import { type Schedule, Scheduler, type ScheduleState } from './schedule.ts';
import type { Dictionary } from './word.ts';

export interface MachineSnapshot {
  readonly step: number;
  readonly memory: MemorySnapshot;
  readonly cores: readonly CoreSnapshot[];
  readonly schedule: ScheduleState;
}

/** A range of physical addresses that answers on the bus, in whole pages of 4 KiB; anything else is an external abort. */
export interface MemoryRange {
  readonly name: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface MachineOptions {
  readonly platform: Platform;
  readonly cores: number;
  readonly memory: readonly MemoryRange[];
  readonly dictionary: Dictionary;
  readonly schedule: Schedule;
  /** PC of core 0 at reset; other cores are off. */
  readonly reset: bigint;
}

export class Machine {
  readonly architecture: Architecture;
  readonly memory = new Memory();
  readonly cores: readonly Core[];
  readonly units: readonly ProtectionUnit[];
  readonly dictionary: Dictionary;
  readonly map: readonly MemoryRange[];
  /** Steps done: the position of the run. */
  steps = 0;
  /** Told every event at once, in order, within the step that raises it. */
  sink: (event: Event) => void = () => {};
  private readonly scheduler: Scheduler;

  constructor(readonly options: MachineOptions) {
    const { platform } = options;
    this.architecture = platform.architecture;
    this.dictionary = options.dictionary;
    this.map = options.memory;
    this.cores = Array.from({ length: options.cores }, (_, id) => platform.createCore(this, id));
    for (const core of this.cores.slice(1)) core.status = 'off';
    this.cores[0].jump(options.reset);
    this.units = platform.protectionUnits(this);
    this.scheduler = new Scheduler(this.cores, options.schedule);
  }

  /** The core that the next step belongs to; `undefined` when none can run. */
  get next(): Core | undefined {
    return this.scheduler.next;
  }

  /** Executes one word. Returns false, and does nothing, when no core can run. */
  step(): boolean {
    const core = this.scheduler.next;
    if (core === undefined) return false;
    core.step();
    this.steps++;
    this.scheduler.advance();
    return true;
  }

  emit(core: Core, body: EventBody, fields?: Readonly<Record<string, bigint>>): void {
    // Completed in place: copying an object of so many shapes costs more than everything else a monitor call does.
    const event = body as { -readonly [K in keyof Event]: Event[K] };
    event.step = this.steps;
    event.core = core.id;
    if (fields) event.fields = fields;
    this.sink(event as Event);
  }

  /** Whether all of [pa, pa + size) answers on the bus. */
  answers(pa: number, size: number): boolean {
    return this.map.some((range) => pa >= range.from && pa + size <= range.to);
  }

  /** Copies bytes into memory as a loader would before reset. */
  loadBytes(pa: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const offset = (pa + done) % PAGE_SIZE;
      const part = bytes.subarray(done, done + Math.min(PAGE_SIZE - offset, bytes.length - done));
      const page = this.memory.writable(Math.floor((pa + done) / PAGE_SIZE));
      page.bytes.set(part, offset);
      for (let at = offset & ~63; at < offset + part.length; at += 64) page.mark(at);
      done += part.length;
    }
  }

  snapshot(): MachineSnapshot {
    return {
      step: this.steps,
      memory: this.memory.snapshot(),
      cores: this.cores.map((core) => core.snapshot()),
      schedule: this.scheduler.save(),
    };
  }

  restore(snapshot: MachineSnapshot): void {
    this.steps = snapshot.step;
    this.memory.restore(snapshot.memory);
    for (const [i, core] of this.cores.entries()) core.restore(snapshot.cores[i]);
    this.scheduler.restore(snapshot.schedule);
  }
}
