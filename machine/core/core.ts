/**
 * A core: registers, a position in code, and the one word it executes at a time. What is common to all architectures;
 * each derives its own and says how accesses translate and how exceptions are taken.
 * Generated words talk to it through a small set of operations: `load`, `store`, `local`, `read`, `write`, ….
 */
import { type Access, type Fault, type RegisterView, refine, type Translation } from './access.ts';
import type { LiveRegister } from './architecture.ts';
import type { EventBody } from './event.ts';
import { FramePort } from './frame-port.ts';
import { join, split } from './halves.ts';
import type { LineCache } from './line-cache.ts';
import type { Machine } from './machine.ts';
import { PAGE_SIZE, Page } from './memory.ts';
import { CACHE_SLOTS, type PageCache } from './page-cache.ts';
import {
  aliasTarget,
  CHANGE,
  CHANGES_BY_ITSELF,
  HOME,
  KEPT,
  PLAIN_ROW,
  type PlainRegisters,
  peekRegister,
  plainRegisters,
  READS,
  SEEN,
  TAKEN,
  WRITES,
} from './registers.ts';
import type { Word } from './word.ts';

export { peekRegister } from './registers.ts';

/** `finished`, `halted` (panic, failed expectation, lock-up) and `off` never run again by themselves; `waiting` waits for an interrupt. */
export type CoreStatus = 'running' | 'waiting' | 'finished' | 'halted' | 'off';

/** What expressions need of whoever evaluates them: a core, or the debugger's eyes. */
export interface Eye {
  readonly sp: bigint;
  readonly pc: bigint;
  /** Set by an operation that could not be done; the value it returned means nothing then. */
  fault: Fault | null;
  load(va: bigint, size: number): bigint;
  /** The 8-byte slot at `offset` bytes from SP. */
  local(offset: number): bigint;
  read(register: number): bigint;
  /** A word of a scenario's secret. */
  secret(secret: number, index: bigint): bigint;
}

export interface CoreSnapshot {
  readonly regs: BigUint64Array;
  readonly state: number;
  readonly status: CoreStatus;
  readonly pc: bigint;
  readonly signals: number;
  readonly reservation: number;
  /** TLBs and whatever else the architecture keeps. */
  readonly extra: unknown;
}

/** Bytes: what CTR_EL0.ERG says on Arm. */
const RESERVATION_GRANULE = 64;

export abstract class Core extends FramePort implements Eye, RegisterView {
  /** Index in `Architecture.states`. */
  state = 0;
  status: CoreStatus = 'running';

  /** Address of the page of PC in halves; the offset may leave the page until the next fetch. */
  private codeHigh = 0;
  private codeLow = 0;
  private codeOffset = 0;
  private codeEpoch = 0;
  private code: Page | null = null;
  /** Those decoded from it so far. */
  private words: readonly (Word | null | undefined)[] = [];
  private readonly fetched = new Page(-1);
  private redirected = false;
  /** Lines that devices drive on this core, bits of the architecture's choosing; 0: none is asserted. */
  signals = 0;
  private effects: (() => void)[] = [];
  /** The granule that a load exclusive reserved, as physical address / granule; -1: none. */
  reservation = -1;

  constructor(
    machine: Machine,
    readonly id: number,
    private readonly plain: PlainRegisters = plainRegisters(machine.architecture.registers),
  ) {
    super(machine);
  }

  // ------------------------------------------------------------------ what an architecture adds

  /** Takes the exception that `fault` calls for, with its syndrome; the word has changed nothing. */
  protected abstract take(fault: Fault, word: Word | null): void;
  /** The fault of fetching at a PC that is not a multiple of 4. */
  protected abstract misalignedPc(access: Access): Fault;
  /** The fault of executing what is no instruction, or one that this state may not execute. */
  abstract undefinedFault(problem: string, word?: number): Fault;
  /** Recomputes what a stored register changed: state, bank of SP, translation. Called after a store to a `context` register. */
  protected abstract contextChanged(register: number): void;
  protected abstract saveExtra(): unknown;
  protected abstract restoreExtra(extra: unknown): void;
  /** The sentence that sums up a fault, for explanations. */
  protected abstract faultSentence(fault: Fault): string;

  /**
   * Asked at each step while a signal is asserted: takes an interrupt that is not masked and returns true. That was the
   * step then: no word is executed.
   */
  protected takeInterrupt(): boolean {
    return false;
  }

  /** Whether the next step takes an interrupt instead of executing the word that is upcoming. Changes nothing. */
  willInterrupt(): boolean {
    return false;
  }

  /** A view whose virtual addresses are the intermediate ones of what `view` is a part of; undefined where there are none. */
  intermediate(_view: RegisterView): RegisterView | undefined {
    return undefined;
  }

  /** Back to what power-on reset leaves, at the reset vector; memory and devices stay as they are. */
  abstract reset(): void;

  /** A device asserts or releases lines; a core that waits for an interrupt goes on when one is asserted. */
  drive(lines: number, asserted: boolean): void {
    this.signals = asserted ? this.signals | lines : this.signals & ~lines;
    if (asserted && this.status === 'waiting') this.status = 'running';
  }

  /** Does something besides loads, stores and registers once the word has completed without a fault. */
  after(effect: () => void): void {
    this.effects.push(effect);
  }

  // ------------------------------------------------------------------ the exclusive monitor

  /** Reserves the granule at `pa` for a store exclusive of this core. */
  reserve(pa: number): void {
    this.clearReservation();
    this.reservation = Math.floor(pa / RESERVATION_GRANULE);
    this.machine.reservations++;
  }

  reserves(pa: number): boolean {
    return this.reservation === Math.floor(pa / RESERVATION_GRANULE);
  }

  clearReservation(): void {
    if (this.reservation >= 0) this.machine.reservations--;
    this.reservation = -1;
  }

  /** Another core has stored to the reserved granule. */
  loseReservation(): void {
    this.clearReservation();
  }

  protected override useCache(cache: PageCache): void {
    super.useCache(cache);
    this.codeEpoch = 0;
  }

  // ------------------------------------------------------------------ position

  get pc(): bigint {
    return join(this.lowPc(), this.high);
  }

  /** PC in halves. */
  lowPc(): number {
    const low = this.codeLow + this.codeOffset;
    this.high = (this.codeHigh + Math.floor(low / 2 ** 32)) | 0;
    return low | 0;
  }

  /** Execution goes on at `va` instead of the next word. */
  jump(va: bigint): void {
    this.lowJump(split(this, va), this.high);
  }

  lowJump(low: number, high: number): void {
    const offset = low & 0xfff;
    this.goTo(high >>> 0, (low >>> 0) - offset, offset);
  }

  private goTo(high: number, low: number, offset: number): void {
    if (low !== this.codeLow || high !== this.codeHigh || (offset & 3) !== 0) {
      this.codeHigh = high;
      this.codeLow = low;
      this.codeEpoch = 0;
    }
    this.codeOffset = offset;
  }

  next(): void {
    this.codeOffset += 4;
  }

  branch(words: number): void {
    this.codeOffset += words * 4;
  }

  /** An instruction that changed PC itself says so: the word that called it does not advance PC. */
  redirect(va: bigint): void {
    this.jump(va);
    this.redirected = true;
  }

  // ------------------------------------------------------------------ one step

  /** The word that the next step executes, without doing or changing anything; `null` if it would fault or is no word. */
  upcoming(): Word | null {
    if (this.codeEpoch === this.machine.memory.epoch && this.codeOffset >= 0 && this.codeOffset < PAGE_SIZE) {
      return this.decode(this.code as Page, this.codeOffset);
    }
    const pc = this.pc;
    const access: Access = { kind: 'fetch', purpose: 'debug', va: pc, size: 4, pa: 0, space: 0 };
    if ((pc & 3n) !== 0n || this.translate(access, { core: this, view: this, tlb: true, peek: true })) return null;
    if (this.machine.lines !== undefined)
      return this.machine.dictionary.get(Number(this.machine.readAs(access.space, access.pa, 4, true))) ?? null;
    return this.decode(this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE)), access.pa % PAGE_SIZE);
  }

  /** Executes one word. */
  step(): void {
    if (this.signals !== 0 && this.takeInterrupt()) return;
    const word = this.fetch();
    if (word !== null) {
      word.seen = true;
      word.run(this);
    }
    if (this.fault !== null) {
      const fault = this.fault;
      this.fault = null;
      this.dropQueue();
      this.machine.watch?.dropped();
      this.effects.length = 0;
      this.take(fault, word);
    } else if (this.effects.length > 0) this.performEffects();
  }

  private performEffects(): void {
    const { effects } = this;
    this.effects = [];
    for (const effect of effects) effect();
  }

  protected fetch(): Word | null {
    const known = this.codeEpoch === this.memory.epoch && this.codeOffset >>> 0 < PAGE_SIZE && this.explanation === undefined;
    if (known) {
      const word = this.words[this.codeOffset >>> 2];
      if (word !== undefined && word !== null) return word;
    } else if (!this.refetch()) return null;
    const word = this.decode(this.code as Page, this.codeOffset);
    if (word === null) {
      const bytes = (this.code as Page).u32[this.codeOffset >>> 2];
      this.fault = this.undefinedFault(`0x${bytes.toString(16).padStart(8, '0')} is no instruction`, bytes);
    }
    return word;
  }

  /** Looks the page of PC up again, by the path that every fetch takes. */
  private refetch(): boolean {
    const low = this.codeLow + this.codeOffset;
    const high = (this.codeHigh + Math.floor(low / 2 ** 32)) >>> 0;
    const offset = low & 0xfff;
    this.codeHigh = high;
    this.codeLow = (low >>> 0) - offset;
    this.codeOffset = offset;
    if (this.machine.lines !== undefined) return this.fetchLine(this.machine.lines);
    const tag = high * 0x10_0000 + (low >>> 12);
    const slot = tag & (CACHE_SLOTS - 1);
    const { cache } = this;
    const { epoch } = this.machine.memory;
    const known = cache.fetchTag[slot] === tag && cache.fetchEpoch[slot] === epoch && (offset & 3) === 0;
    if ((!known || this.explanation !== undefined) && !this.fetchPage(tag, slot)) {
      this.codeEpoch = 0;
      return false;
    }
    this.code = cache.fetchPages[slot];
    this.words = this.code.words ?? [];
    this.codeEpoch = epoch;
    return true;
  }

  /** The access of the next fetch, translated; `null` if it faults. */
  private translateFetch(): Access | null {
    const access: Access = { kind: 'fetch', purpose: 'fetch', va: this.pc, size: 4, pa: 0, space: 0 };
    this.fault = (access.va & 3n) !== 0n ? this.misalignedPc(access) : this.refine(access);
    return this.fault === null ? access : null;
  }

  /** Through a data cache nothing is remembered: each word is fetched by itself, into a page that holds no other. */
  private fetchLine(lines: LineCache): boolean {
    this.codeEpoch = 0;
    const access = this.translateFetch();
    if (access === null) return false;
    this.code = this.fetched;
    const index = this.codeOffset >>> 2;
    this.fetched.u32[index] = Number(lines.load(access.space, access.pa, 4));
    if (this.fetched.words !== null) this.fetched.words[index] = undefined;
    return true;
  }

  private fetchPage(tag: number, slot: number): boolean {
    const { cache } = this;
    const access = this.translateFetch();
    if (access === null) return false;
    cache.fetchTag[slot] = tag;
    cache.fetchEpoch[slot] = this.machine.memory.epoch;
    cache.fetchPages[slot] = this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE));
    return true;
  }

  private decode(page: Page, offset: number): Word | null {
    if (page.words === null) {
      page.words = new Array(PAGE_SIZE / 4).fill(undefined);
      this.memory.epoch++; // a cached frame page that is code now must be looked up again
    }
    const index = offset >>> 2;
    const known = page.words[index];
    if (known !== undefined) return known;
    const word = this.machine.dictionary.get(page.u32[index]) ?? null;
    page.words[index] = word;
    return word;
  }

  // ------------------------------------------------------------------ accesses, and the end of a word

  /** Refines `access` through the platform's stages; notes it if the word is being explained. */
  translate(access: Access, translation: Translation): Fault | null {
    const explained = translation.explanation?.begin(access);
    const fault = refine(this.stages, access, translation);
    if (explained && fault) explained.fault = this.faultSentence(fault);
    return fault;
  }

  protected refine(access: Access): Fault | null {
    return this.translate(access, { core: this, view: this, tlb: true, explanation: this.explanation });
  }

  secret(secret: number, index: bigint): bigint {
    return this.machine.secrets?.word(secret, index) ?? 0n;
  }

  /** Ends a word that is neither a branch nor a call: commits, then goes on with the next word unless it redirected. */
  complete(): void {
    if (this.commit() && !this.redirected) this.codeOffset += 4;
    this.redirected = false;
  }

  // ------------------------------------------------------------------ registers, as words see them

  read(register: number): bigint {
    return join(this.lowRead(register), this.high);
  }

  lowRead(register: number): number {
    const { plain } = this;
    const row = PLAIN_ROW * register;
    if (((plain[row + READS] >>> this.state) & 1) === 0) return split(this, this.readFurther(register));
    const home = 2 * plain[row + HOME];
    this.high = this.halves[home + 1] & plain[row + SEEN + 1];
    return this.halves[home] & plain[row + SEEN];
  }

  /** Reads a register that is more than storage, or may not be read. */
  protected readFurther(register: number): bigint {
    const row = this.architecture.registers[register];
    if (((row.readable >>> this.state) & 1) === 0) {
      this.fault ??= this.undefinedFault(`${row.name} cannot be read in ${this.architecture.states[this.state].name}`);
      return 0n;
    }
    if (row.live) return this.readLive(register, row.live);
    return this.peek(register);
  }

  private readLive(register: number, live: LiveRegister): bigint {
    const value = this.peek(register);
    const { taken } = live;
    if (taken) this.after(() => taken(this, value));
    return value;
  }

  /** The register's value without any check: the debugger's eyes, and the hardware itself. */
  peek(register: number): bigint {
    const read = this.architecture.registers[register].live?.read;
    return read ? read(this) : peekRegister(this.architecture, this.regs, register);
  }

  /** Whether this state may store to the register; sets the fault if not. Asked before the word commits. */
  mayWrite(register: number): boolean {
    return ((this.plain[PLAIN_ROW * register + WRITES] >>> this.state) & 1) === 1 || this.mayWriteFurther(register);
  }

  protected mayWriteFurther(register: number): boolean {
    const row = this.architecture.registers[register];
    if (((row.writable >>> this.state) & 1) === 1) return true;
    this.fault ??= this.undefinedFault(`${row.name} cannot be written in ${this.architecture.states[this.state].name}`);
    return false;
  }

  /** Stores to a register that `mayWrite` allowed. */
  write(register: number, value: bigint): void {
    this.lowWrite(register, split(this, value), this.high);
  }

  lowWrite(register: number, low: number, high: number): void {
    const { plain } = this;
    const row = PLAIN_ROW * register;
    if (((plain[row + WRITES] >>> this.state) & 1) === 0) {
      this.writeFurther(register, join(low, high));
      return;
    }
    const home = plain[row + HOME];
    const change = plain[row + CHANGE];
    const oldLow = this.halves[2 * home] | 0;
    const oldHigh = this.halves[2 * home + 1] | 0;
    const newLow = (oldLow & plain[row + KEPT]) | (low & plain[row + TAKEN]);
    const newHigh = (oldHigh & plain[row + KEPT + 1]) | (high & plain[row + TAKEN + 1]);
    this.written[home] = 1;
    if (change === 0) {
      this.setHalves(home, newLow, newHigh);
      if (register === this.stackRegister) this.moveFrame();
    } else if (newLow !== oldLow || newHigh !== oldHigh) this.change(register, newLow, newHigh);
  }

  private change(register: number, low: number, high: number): void {
    const row = PLAIN_ROW * register;
    if (this.plain[row + CHANGE] === CHANGES_BY_ITSELF) this.writeFurther(register, join(low, high));
    else {
      this.setHalves(this.plain[row + HOME], low, high);
      this.contextChanged(register);
    }
  }

  /** Stores to a register that is more than storage. */
  protected writeFurther(register: number, value: bigint): void {
    const row = this.architecture.registers[register];
    const { alias } = row;
    if (row.live?.write) row.live.write(this, BigInt.asUintN(row.bits, value));
    else if (alias) {
      const target = aliasTarget(this.architecture, row);
      const mask = ((1n << BigInt(alias.high - alias.low + 1)) - 1n) << BigInt(alias.low);
      const field = ((value >> BigInt(alias.shift)) << BigInt(alias.low)) & mask;
      this.set(target, (this.regs[target] & ~mask) | field);
    } else {
      this.set(register, BigInt.asUintN(row.bits, value));
    }
    if (row.context) this.contextChanged(register);
    else if (register === this.stackRegister) this.moveFrame();
  }

  /** Stores to the register file itself: the hardware's own doing. */
  set(register: number, value: bigint): void {
    this.regs[register] = value;
    this.written[register] = 1;
  }

  setHalves(register: number, low: number, high: number): void {
    this.halves[2 * register] = low;
    this.halves[2 * register + 1] = high;
    this.written[register] = 1;
  }

  emit(event: EventBody, fields?: Readonly<Record<string, bigint>>): void {
    this.machine.emit(this, event, fields);
  }

  // ------------------------------------------------------------------ snapshots

  snapshot(): CoreSnapshot {
    return {
      regs: this.regs.slice(),
      state: this.state,
      status: this.status,
      pc: this.pc,
      signals: this.signals,
      reservation: this.reservation,
      extra: this.saveExtra(),
    };
  }

  restore(snapshot: CoreSnapshot): void {
    this.regs.set(snapshot.regs);
    this.state = snapshot.state;
    this.status = snapshot.status;
    this.signals = snapshot.signals;
    this.clearReservation();
    if (snapshot.reservation >= 0) this.reserve(snapshot.reservation * RESERVATION_GRANULE);
    this.effects = [];
    this.fault = null;
    this.dropQueue();
    this.jump(snapshot.pc);
    this.codeEpoch = 0;
    this.forgetFrame();
    this.restoreExtra(snapshot.extra);
    this.moveFrame();
  }
}
