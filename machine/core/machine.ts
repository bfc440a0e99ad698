/**
 * A machine: cores, memory, protection units and the event sink. `step()` executes one instruction word and nothing else
 * ever advances state. No clock, no randomness, nothing asynchronous: a run is a pure function of what was loaded.
 */
import type { Architecture } from './architecture.ts';
import type { Core, CoreSnapshot } from './core.ts';
import type { Device } from './device.ts';
import type { Event, EventBody } from './event.ts';
import type { LineCache } from './line-cache.ts';
import { Memory, type MemorySnapshot, PAGE_SIZE } from './memory.ts';
import type { Platform } from './platform.ts';
import type { ProtectionUnit } from './protection.ts';
import { type Schedule, Scheduler, type ScheduleState } from './schedule.ts';
import { type SecretRow, Secrets } from './secrets.ts';
import type { AccessWatch } from './watch.ts';
import type { Dictionary } from './word.ts';

export interface MachineSnapshot {
  readonly step: number;
  readonly time: number;
  readonly memory: MemorySnapshot;
  readonly cores: readonly CoreSnapshot[];
  readonly schedule: ScheduleState;
  /** What each device saved, in the order of the platform. */
  readonly devices: readonly unknown[];
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
  /** Seed of everything random about the scenario but its schedule: the values of secrets. */
  readonly seed?: number;
  readonly secrets?: readonly SecretRow[];
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
  /** Cores that have a granule reserved by a load exclusive. */
  reservations = 0;
  /** Time as timers count it: a tick a step, but while no core can run it leaps to the next deadline. */
  time = 0;
  /** The earliest deadline of a device. */
  private deadline = Number.POSITIVE_INFINITY;
  readonly devices: readonly Device[];
  /** The data cache, on platforms that have one. */
  lines: LineCache | undefined;
  readonly secrets: Secrets | null;
  /** Set by whoever waits for accesses, who makes `memory.epoch` grow then: known pages must be looked up again. */
  watch: AccessWatch | null = null;
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
    this.devices = platform.devices?.(this) ?? [];
    this.secrets = options.secrets?.length ? new Secrets(options.secrets, options.seed ?? 1) : null;
    for (const core of this.cores) this.secrets?.observe(core);
    this.scheduler = new Scheduler(this.cores, options.schedule);
    this.reschedule();
  }

  /** The core that the next step belongs to; `undefined` when none can run. */
  get next(): Core | undefined {
    return this.scheduler.next;
  }

  /** The next step is that core's if it can run. An input of the run, as the schedule is. */
  choose(core: number): void {
    this.scheduler.choose(core);
  }

  /** Only that core steps while it can run; without one, the schedule decides again. */
  hold(core: number | undefined): void {
    this.scheduler.hold(core);
  }

  /** Executes one word. Returns false, and does nothing, when no core can run. */
  step(): boolean {
    const core = this.scheduler.next;
    if (core === undefined) return false;
    core.step();
    if (++this.time >= this.deadline) this.tick();
    this.scheduler.advance();
    if (core.status !== 'running') this.idle(core);
    // Last, so that what devices announce is of this step too.
    this.steps++;
    return true;
  }

  private idle(core: Core): void {
    if (core.status === 'waiting') for (const device of this.devices) device.waiting?.(core);
    this.passTime();
  }

  /** When every core waits, time passes until a device wakes one. */
  private passTime(): void {
    while (this.deadline !== Number.POSITIVE_INFINITY && this.scheduler.next === undefined && this.waits()) {
      this.time = this.deadline;
      this.tick();
    }
  }

  private waits(): boolean {
    return this.cores.some((core) => core.status === 'waiting');
  }

  private tick(): void {
    const { time } = this;
    for (const device of this.devices) if (device.deadline <= time) device.tick(time);
    this.reschedule();
  }

  /** Looks at the devices' deadlines again. */
  reschedule(): void {
    this.deadline = this.devices.reduce((first, device) => Math.min(first, device.deadline), Number.POSITIVE_INFINITY);
  }

  /** Power-on reset of one core, by a power controller. */
  resetCore(core: Core): void {
    core.reset();
    for (const device of this.devices) device.coreReset?.(core);
    this.reschedule();
  }

  /** The device of that name, if the platform has one. */
  device(id: string): Device | undefined {
    return this.devices.find((device) => device.id === id);
  }

  /** The device whose registers stand at `pa`, if any. */
  deviceAt(pa: number): Device | undefined {
    return this.devices.length === 0 ? undefined : this.devices.find((device) => pa >= device.from && pa < device.to);
  }

  emit(core: Core, body: EventBody, fields?: Readonly<Record<string, bigint>>): void {
    // Completed in place: copying an object of so many shapes costs more than everything else a monitor call does.
    const event = body as unknown as { -readonly [K in keyof Event]: Event[K] };
    event.step = this.steps;
    event.core = core.id;
    if (fields) event.fields = fields;
    this.sink(event as Event);
    if (this.secrets !== null && body.kind === 'el_transition') this.secrets.entered(core);
  }

  /** Whether all of [pa, pa + size) answers on the bus. */
  answers(pa: number, size: number): boolean {
    return this.map.some((range) => pa >= range.from && pa + size <= range.to) || this.deviceAt(pa) !== undefined;
  }

  /** Whether all of [pa, pa + size) is memory. */
  isMemory(pa: number, size: number): boolean {
    return this.deviceAt(pa) === undefined && this.answers(pa, size);
  }

  /** Reads as a bus master does, in a physical address space: what the cache holds of it, else memory. `peek`: changing nothing. */
  readAs(space: number, pa: number, size: number, peek = false): bigint {
    const { lines } = this;
    if (lines === undefined) return this.memory.read(pa, size);
    return peek ? lines.peek(space, pa, size) : lines.load(space, pa, size);
  }

  /** The same for a store; exclusive monitors see it. */
  writeAs(space: number, pa: number, size: number, value: bigint): void {
    if (this.reservations !== 0) for (const core of this.cores) if (core.reserves(pa)) core.loseReservation();
    if (this.lines === undefined) this.memory.write(pa, size, value);
    else this.lines.store(space, pa, size, value);
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
      time: this.time,
      memory: this.memory.snapshot(),
      cores: this.cores.map((core) => core.snapshot()),
      schedule: this.scheduler.save(),
      devices: this.devices.map((device) => device.save()),
    };
  }

  restore(snapshot: MachineSnapshot): void {
    this.steps = snapshot.step;
    this.time = snapshot.time;
    this.memory.restore(snapshot.memory);
    for (const [i, core] of this.cores.entries()) core.restore(snapshot.cores[i]);
    this.scheduler.restore(snapshot.schedule);
    for (const [i, device] of this.devices.entries()) device.restore(snapshot.devices[i]);
    this.reschedule();
  }
}
