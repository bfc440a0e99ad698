/** A machine for tests: words made by hand, memory that a test fills, events as a list. */
import type { Core } from '../core/core.ts';
import type { Event, EventKind } from '../core/event.ts';
import { Machine, type MachineOptions } from '../core/machine.ts';
import type { Transfer, Word } from '../core/word.ts';
import type { ArmCore } from './core.ts';
import { INSTRUCTIONS } from './instructions/index.ts';
import { rme } from './platforms/rme.ts';
import { R, type RegisterName } from './registers/index.ts';
import { LEVEL_OF_STATE, ROOT_EL3, STATES, WORLD_OF_STATE } from './states.ts';
import { NSE_NS_OF_SPACE } from './worlds.ts';

/** Where tests put things: everything below 4 GB answers on the bus. */
export const CODE = 0x10_0000;
export const VECTORS_EL3 = 0x20_0000;
export const VECTORS_EL2 = 0x20_1000;
export const VECTORS_EL1 = 0x20_2000;
export const RAM_END = 0x1_0000_0000;

export class Bench {
  readonly machine: Machine;
  readonly events: Event[] = [];
  private readonly words = new Map<number, Word>();

  constructor(options?: Partial<MachineOptions>) {
    this.machine = new Machine({
      platform: rme,
      cores: 1,
      memory: [{ name: 'dram', from: 0, to: RAM_END }],
      dictionary: this.words,
      schedule: 'roundRobin',
      reset: BigInt(CODE),
      ...options,
    });
    this.machine.sink = (event) => this.events.push(event);
    const { core } = this;
    core.regs[R.VBAR_EL3] = BigInt(VECTORS_EL3);
    core.regs[R.VBAR_EL2] = BigInt(VECTORS_EL2);
    core.regs[R.VBAR_EL1] = BigInt(VECTORS_EL1);
  }

  get core(): ArmCore {
    return this.machine.cores[0] as ArmCore;
  }

  coreAt(id: number): ArmCore {
    return this.machine.cores[id] as ArmCore;
  }

  reg(name: RegisterName): bigint {
    return this.core.regs[R[name]];
  }

  /** Sets a register as firmware would, with its effects. */
  set(name: RegisterName, value: bigint, core = this.core): void {
    core.write(R[name], value);
  }

  /** Puts a core into a state with the stack pointer of its level, as an exception return would have. */
  enter(stateId: string, core = this.core): void {
    const state = STATES.findIndex((row) => row.id === stateId);
    const el = LEVEL_OF_STATE[state];
    if (state !== ROOT_EL3) {
      const nseNs = BigInt(NSE_NS_OF_SPACE[WORLD_OF_STATE[state]]);
      core.regs[R.SCR_EL3] = (core.regs[R.SCR_EL3] & ~((1n << 62n) | 1n)) | ((nseNs >> 1n) << 62n) | (nseNs & 1n) | (1n << 18n);
    }
    core.write(R.PSTATE, 0x3c0n | (BigInt(el) << 2n) | (el === 0 ? 0n : 1n));
  }

  /** A word that does `run` and then goes on, placed at `pa`. */
  word(pa: number, run: (core: Core) => void, text = 'test', transfer?: Transfer): Word {
    const hash = 0x8000_0000 + this.words.size + 1;
    const word: Word = { hash, image: 'test', index: this.words.size, text, run, transfer, mark: 0, seen: false };
    this.words.set(hash, word);
    this.machine.memory.write(pa, 4, BigInt(hash));
    return word;
  }

  /** A word that executes one row of the instruction table, as generated code does. */
  instruction(pa: number, name: string, args: readonly bigint[] = [], part = 0): void {
    const row = INSTRUCTIONS.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`no instruction ${name}`);
    this.word(
      pa,
      (core) => {
        row.act?.(core, new Int32Array(BigUint64Array.from(args).buffer), part);
        const value = row.execute?.(core, args, part);
        if (row.produces && core.fault === null && value !== undefined) core.set(R.x9, value);
        core.complete();
      },
      name,
    );
  }

  /** Places `run` at PC and executes it. */
  run(run: (core: Core) => void, transfer?: Transfer): void {
    this.word(CODE, run, 'test', transfer);
    this.core.jump(BigInt(CODE));
    this.core.step();
  }

  /** `x<general> = <name>`, or nothing general if that is left out. */
  readSystem(name: RegisterName, general?: number): void {
    const transfer = general === undefined ? undefined : ({ kind: 'readSystem', register: general, size: 8, system: R[name] } as const);
    this.run((core) => {
      const value = core.read(R[name]);
      core.complete();
      if (core.fault === null && general !== undefined) core.set(R.x0 + general, value);
    }, transfer);
  }

  /** `<name> = x<general>`, or a value that no general register holds. */
  writeSystem(name: RegisterName, value: bigint, general?: number): void {
    const transfer = general === undefined ? undefined : ({ kind: 'writeSystem', register: general, size: 8, system: R[name] } as const);
    this.run((core) => {
      if (core.mayWrite(R[name])) core.write(R[name], value);
      core.complete();
    }, transfer);
  }

  /** Executes one instruction at `CODE`. */
  execute(name: string, ...args: readonly bigint[]): void {
    this.instruction(CODE, name, args);
    this.core.jump(BigInt(CODE));
    this.core.step();
  }

  /** Places one word after the other from `CODE` and executes them all, with nothing stored to the code in between. */
  program(...words: readonly ((core: Core) => void)[]): void {
    for (const [i, run] of words.entries()) this.word(CODE + 4 * i, run);
    this.core.jump(BigInt(CODE));
    for (let i = 0; i < words.length; i++) this.core.step();
  }

  /** Loads `size` bytes in a word of its own; the value, or `undefined` if it faulted. */
  load(va: bigint, size = 8): bigint | undefined {
    let value: bigint | undefined;
    this.run((core) => {
      const loaded = core.load(va, size);
      if (core.fault === null) value = loaded;
      core.complete();
    });
    return value;
  }

  /** Stores in a word of its own; whether it did not fault. */
  store(va: bigint, value: bigint, size = 8): boolean {
    let done = false;
    this.run((core) => {
      core.store(va, size, value);
      done = core.fault === null;
      core.complete();
    });
    return done;
  }

  of<K extends EventKind>(kind: K): Extract<Event, { kind: K }>[] {
    return this.events.filter((event): event is Extract<Event, { kind: K }> => event.kind === kind);
  }

  kinds(): EventKind[] {
    return this.events.map((event) => event.kind);
  }
}
