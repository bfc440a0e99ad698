/**
 * A core: registers, a position in code, and the one word it executes at a time. What is common to all architectures;
 * each derives its own and says how accesses translate and how exceptions are taken.
 *
 * Generated words talk to it through a small set of operations (`load`, `store`, `local`, `read`, `write`, …). Loads
 * come first; stores are translated at once but queued, and committed when no operation of the word faulted: so a word
 * that faults leaves everything as it was.
 */
import { type Access, type Fault, type RegisterView, refine, type Stage, type Translation } from './access.ts';
import type { Architecture } from './architecture.ts';
import type { EventBody } from './event.ts';
import type { Explanation } from './explain.ts';
import type { Machine } from './machine.ts';
import { PAGE_SIZE, type Page, readPage, writePage } from './memory.ts';
import { CACHE_SLOTS, PageCache } from './page-cache.ts';
import type { Word } from './word.ts';

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
}

export interface CoreSnapshot {
  readonly regs: BigUint64Array;
  readonly state: number;
  readonly status: CoreStatus;
  readonly pc: bigint;
  /** TLBs and whatever else the architecture keeps. */
  readonly extra: unknown;
}

/** Splits addresses into halves without allocating a BigInt: store to `wide`, read `half` (low word first). */
const wide = new BigUint64Array(1);
const half = new Uint32Array(wide.buffer);

export abstract class Core implements Eye, RegisterView {
  readonly regs: BigUint64Array;
  /** The same registers in 32-bit halves, which are read without allocating: 2i low, 2i + 1 high. */
  protected readonly halves: Uint32Array;
  /** Registers written since the debugger cleared the marks. */
  readonly written: Uint8Array;
  readonly architecture: Architecture;
  /** Index in `Architecture.states`. */
  state = 0;
  status: CoreStatus = 'running';
  fault: Fault | null = null;
  /** Present while a word is executed again to be explained. */
  explanation: Explanation | undefined;
  abstract readonly stages: readonly Stage[];

  /** Address of the page of PC in halves; the offset may leave the page until the next fetch. */
  private codeHigh = 0;
  private codeLow = 0;
  private codeOffset = 0;
  private codeEpoch = 0;
  private code: Page | null = null;
  private redirected = false;

  /** Index of the register that is SP now. */
  protected stackRegister = 0;
  /** SP in halves: address of its page, and offset in it. */
  private frameHigh = 0;
  private frameLow = 0;
  private frameOffset = 0;
  private framePage: Page | null = null;
  private frameEpoch = 0;
  private frameWritable = false;

  /** Pages found before in the present translation context. */
  private cache = new PageCache();

  private queued = 0;
  private readonly queuePage: Page[] = [];
  private readonly queueNumber: number[] = [];
  private readonly queueOffset: number[] = [];
  private readonly queueSize: number[] = [];
  private readonly queueValue: bigint[] = [];

  constructor(
    readonly machine: Machine,
    readonly id: number,
  ) {
    this.architecture = machine.architecture;
    this.regs = new BigUint64Array(this.architecture.registers.length);
    this.halves = new Uint32Array(this.regs.buffer);
    this.written = new Uint8Array(this.architecture.registers.length);
  }

  // ------------------------------------------------------------------ what an architecture adds

  /** Takes the exception that `fault` calls for, with its syndrome; the word has changed nothing. */
  protected abstract take(fault: Fault): void;
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

  /** The fault of a data access whose address is no multiple of its size; `null` where such accesses are allowed. */
  protected unaligned(_access: Access): Fault | null {
    return null;
  }

  /** The fault of using a frame while SP is no multiple of 16; `null` where SP is not checked. */
  protected unalignedStack(_access: Access): Fault | null {
    return null;
  }

  /** Accesses are made in another translation context from now on; `cache` holds the pages known there. */
  protected useCache(cache: PageCache): void {
    this.cache = cache;
    this.codeEpoch = 0;
    this.framePage = null;
  }

  // ------------------------------------------------------------------ position

  get pc(): bigint {
    const low = this.codeLow + this.codeOffset;
    half[0] = low >>> 0;
    half[1] = this.codeHigh + Math.floor(low / 2 ** 32);
    return wide[0];
  }

  /** Execution goes on at `va` instead of the next word. */
  jump(va: bigint): void {
    wide[0] = va;
    const offset = half[0] & 0xfff;
    this.goTo(half[1], half[0] - offset, offset);
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

  get sp(): bigint {
    return this.regs[this.stackRegister];
  }

  setSp(value: bigint): void {
    this.regs[this.stackRegister] = value;
    this.written[this.stackRegister] = 1;
    this.moveFrame();
  }

  /** SP or its bank changed: on another page, the cached frame page is looked up again. */
  protected moveFrame(): void {
    const sp = this.halves[2 * this.stackRegister];
    const high = this.halves[2 * this.stackRegister + 1];
    this.frameOffset = sp & 0xfff;
    const low = sp - this.frameOffset;
    if (low !== this.frameLow || high !== this.frameHigh || (this.frameOffset & 15) !== 0) {
      this.frameLow = low;
      this.frameHigh = high;
      this.framePage = null;
    }
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
    return this.decode(this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE)), access.pa % PAGE_SIZE);
  }

  /** Executes one word. */
  step(): void {
    const word = this.fetch();
    if (word !== null) {
      word.seen = true;
      word.run(this);
    }
    if (this.fault !== null) {
      const fault = this.fault;
      this.fault = null;
      this.queued = 0;
      this.take(fault);
    }
  }

  protected fetch(): Word | null {
    if (this.codeEpoch !== this.machine.memory.epoch || this.codeOffset < 0 || this.codeOffset >= PAGE_SIZE || this.explanation) {
      if (!this.refetch()) return null;
    }
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
    this.codeEpoch = epoch;
    return true;
  }

  private fetchPage(tag: number, slot: number): boolean {
    const { cache } = this;
    const access: Access = { kind: 'fetch', purpose: 'fetch', va: this.pc, size: 4, pa: 0, space: 0 };
    const fault =
      (access.va & 3n) !== 0n
        ? this.misalignedPc(access)
        : this.translate(access, { core: this, view: this, tlb: true, explanation: this.explanation });
    if (fault) {
      this.fault = fault;
      return false;
    }
    cache.fetchTag[slot] = tag;
    cache.fetchEpoch[slot] = this.machine.memory.epoch;
    cache.fetchPages[slot] = this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE));
    return true;
  }

  private decode(page: Page, offset: number): Word | null {
    if (page.words === null) {
      page.words = new Array(PAGE_SIZE / 4);
      this.machine.memory.epoch++; // a cached frame page that is code now must be looked up again
    }
    const index = offset >>> 2;
    const known = page.words[index];
    if (known !== undefined) return known;
    const word = this.machine.dictionary.get(page.u32[index]) ?? null;
    page.words[index] = word;
    return word;
  }

  // ------------------------------------------------------------------ memory, as words see it

  /** Refines `access` through the platform's stages; notes it if the word is being explained. */
  translate(access: Access, translation: Translation): Fault | null {
    const explained = translation.explanation?.begin(access);
    const fault = refine(this.stages, access, translation);
    if (explained && fault) explained.fault = this.faultSentence(fault);
    return fault;
  }

  private translateNow(kind: 'read' | 'write', va: bigint, size: number, frame: boolean): Access | null {
    const access: Access = { kind, purpose: frame ? 'frame' : 'data', va: BigInt.asUintN(64, va), size, pa: 0, space: 0 };
    const unaligned = access.va % BigInt(size) !== 0n;
    const fault =
      (frame && (this.frameOffset & 15) !== 0 ? this.unalignedStack(access) : null) ??
      (unaligned ? this.unaligned(access) : null) ??
      this.translate(access, { core: this, view: this, tlb: true, explanation: this.explanation });
    if (fault === null) return access;
    this.fault ??= fault;
    return null;
  }

  load(va: bigint, size: number): bigint {
    wide[0] = va;
    const offset = half[0] & 0xfff;
    const frameNumber = half[0] >>> 12;
    const tag = half[1] * 0x10_0000 + frameNumber;
    const slot = frameNumber & (CACHE_SLOTS - 1);
    const { cache } = this;
    if (
      cache.readTag[slot] === tag &&
      cache.readEpoch[slot] === this.machine.memory.epoch &&
      (offset & (size - 1)) === 0 &&
      this.explanation === undefined
    ) {
      return readPage(cache.readPages[slot], offset, size);
    }
    return this.loadSlowly(va, size, false);
  }

  private loadSlowly(va: bigint, size: number, frame: boolean): bigint {
    const offset = Number(va & 0xfffn);
    if (offset + size > PAGE_SIZE) return this.loadAcross(va, size, frame);
    const access = this.translateNow('read', va, size, frame);
    if (access === null) return 0n;
    const tag = Number(access.va >> 12n);
    const slot = tag & (CACHE_SLOTS - 1);
    const page = this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE));
    this.cache.readTag[slot] = tag;
    this.cache.readEpoch[slot] = this.machine.memory.epoch;
    this.cache.readPages[slot] = page;
    return readPage(page, offset, size);
  }

  /** A load that crosses a page is one access a byte, as unaligned accesses are not single-copy atomic. */
  private loadAcross(va: bigint, size: number, frame: boolean): bigint {
    const fault = this.unaligned({
      kind: 'read',
      purpose: frame ? 'frame' : 'data',
      va: BigInt.asUintN(64, va),
      size,
      pa: 0,
      space: 0,
    });
    if (fault !== null) {
      this.fault ??= fault;
      return 0n;
    }
    let value = 0n;
    for (let i = 0; i < size && this.fault === null; i++) value |= this.loadSlowly(va + BigInt(i), 1, frame) << BigInt(8 * i);
    return value;
  }

  /** Translates now, stores at `commit`. */
  store(va: bigint, size: number, value: bigint): void {
    this.storeAs(va, size, value, false);
  }

  /** A store to a stack frame: the same access, marked as a frame's. */
  storeFrame(va: bigint, value: bigint): void {
    this.storeAs(va, 8, value, true);
  }

  /** Whether [va, va + size) may be stored to; sets the fault if not. For words that store only if a comparison holds. */
  mayStore(va: bigint, size: number): boolean {
    return this.translateNow('write', va, size, false) !== null;
  }

  private storeAs(va: bigint, size: number, value: bigint, frame: boolean): void {
    wide[0] = va;
    const offset = half[0] & 0xfff;
    const frameNumber = half[0] >>> 12;
    const tag = half[1] * 0x10_0000 + frameNumber;
    const slot = frameNumber & (CACHE_SLOTS - 1);
    const { cache } = this;
    if (
      cache.writeTag[slot] !== tag ||
      cache.writeEpoch[slot] !== this.machine.memory.epoch ||
      (offset & (size - 1)) !== 0 ||
      (frame && (this.frameOffset & 15) !== 0) ||
      this.explanation !== undefined
    ) {
      if (offset + size > PAGE_SIZE) {
        this.storeAcross(va, size, value, frame);
        return;
      }
      const access = this.translateNow('write', va, size, frame);
      if (access === null) return;
      cache.writeTag[slot] = tag;
      cache.writeEpoch[slot] = this.machine.memory.epoch;
      cache.writeNumbers[slot] = Math.floor(access.pa / PAGE_SIZE);
      cache.writePages[slot] = this.machine.memory.page(cache.writeNumbers[slot]);
    }
    const at = this.queued++;
    this.queuePage[at] = cache.writePages[slot];
    this.queueNumber[at] = cache.writeNumbers[slot];
    this.queueOffset[at] = offset;
    this.queueSize[at] = size;
    this.queueValue[at] = value;
  }

  private storeAcross(va: bigint, size: number, value: bigint, frame: boolean): void {
    const fault = this.unaligned({
      kind: 'write',
      purpose: frame ? 'frame' : 'data',
      va: BigInt.asUintN(64, va),
      size,
      pa: 0,
      space: 0,
    });
    this.fault ??= fault;
    for (let i = 0; i < size && this.fault === null; i++) this.storeAs(va + BigInt(i), 1, (value >> BigInt(8 * i)) & 0xffn, frame);
  }

  /** Performs the queued stores, unless something faulted. Returns whether the word may go on to its registers. */
  commit(): boolean {
    if (this.fault !== null) {
      this.queued = 0;
      return false;
    }
    const { memory } = this.machine;
    for (let i = 0; i < this.queued; i++) {
      // A page that no snapshot shares is stored to as it is; an earlier store of this word may have copied it.
      const found = this.queuePage[i];
      const page = memory.owns(found) ? found : memory.writable(this.queueNumber[i]);
      writePage(page, this.queueOffset[i], this.queueSize[i], this.queueValue[i]);
    }
    this.queued = 0;
    return true;
  }

  /** Ends a word that is neither a branch nor a call: commits, then goes on with the next word unless it redirected. */
  complete(): void {
    if (this.commit() && !this.redirected) this.codeOffset += 4;
    this.redirected = false;
  }

  local(offset: number): bigint {
    const at = this.frameOffset + offset;
    if (this.frameEpoch === this.machine.memory.epoch && this.framePage !== null && at + 8 <= PAGE_SIZE && !this.explanation) {
      return this.framePage.u64[at >>> 3];
    }
    // A frame may straddle two pages: what lies on the second is a load like any other.
    if (at >= PAGE_SIZE && !this.explanation && (this.frameOffset & 15) === 0) return this.load(this.sp + BigInt(offset), 8);
    const value = this.loadSlowly(this.sp + BigInt(offset), 8, true);
    if (this.fault === null && at + 8 <= PAGE_SIZE && (this.frameOffset & 15) === 0) this.keepFrame();
    return value;
  }

  /** Stores to the slot at SP + `offset`; the only store of its word. Returns false if it faulted. */
  setLocal(offset: number, value: bigint): boolean {
    const at = this.frameOffset + offset;
    if (
      this.frameWritable &&
      this.frameEpoch === this.machine.memory.epoch &&
      this.framePage !== null &&
      at + 8 <= PAGE_SIZE &&
      !this.explanation
    ) {
      this.framePage.u64[at >>> 3] = value;
      this.framePage.mark(at);
      return true;
    }
    this.storeAs(this.sp + BigInt(offset), 8, value, true);
    if (!this.commit()) return false;
    if (at + 8 <= PAGE_SIZE && (this.frameOffset & 15) === 0) {
      const slot = (this.frameLow >>> 12) & (CACHE_SLOTS - 1);
      this.framePage = this.machine.memory.page(this.cache.writeNumbers[slot]);
      this.frameWritable = this.machine.memory.owns(this.framePage);
      this.frameEpoch = this.machine.memory.epoch;
    }
    return true;
  }

  private keepFrame(): void {
    const slot = (this.frameLow >>> 12) & (CACHE_SLOTS - 1);
    this.framePage = this.cache.readPages[slot];
    this.frameWritable = false;
    this.frameEpoch = this.machine.memory.epoch;
  }

  // ------------------------------------------------------------------ registers, as words see them

  read(register: number): bigint {
    const row = this.architecture.registers[register];
    if (((row.readable >>> this.state) & 1) === 0) {
      this.fault ??= this.undefinedFault(`${row.name} cannot be read in ${this.architecture.states[this.state].name}`);
      return 0n;
    }
    return this.peek(register);
  }

  /** The register's value without any check: the debugger's eyes, and the hardware itself. */
  peek(register: number): bigint {
    return peekRegister(this.architecture, this.regs, register);
  }

  /** Whether this state may store to the register; sets the fault if not. Asked before the word commits. */
  mayWrite(register: number): boolean {
    const row = this.architecture.registers[register];
    if (((row.writable >>> this.state) & 1) === 1) return true;
    this.fault ??= this.undefinedFault(`${row.name} cannot be written in ${this.architecture.states[this.state].name}`);
    return false;
  }

  /** Stores to a register that `mayWrite` allowed. */
  write(register: number, value: bigint): void {
    const row = this.architecture.registers[register];
    const { alias } = row;
    if (alias) {
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

  emit(event: EventBody, fields?: Readonly<Record<string, bigint>>): void {
    this.machine.emit(this, event, fields);
  }

  // ------------------------------------------------------------------ snapshots

  snapshot(): CoreSnapshot {
    return { regs: this.regs.slice(), state: this.state, status: this.status, pc: this.pc, extra: this.saveExtra() };
  }

  restore(snapshot: CoreSnapshot): void {
    this.regs.set(snapshot.regs);
    this.state = snapshot.state;
    this.status = snapshot.status;
    this.fault = null;
    this.queued = 0;
    this.jump(snapshot.pc);
    this.codeEpoch = 0;
    this.framePage = null;
    this.restoreExtra(snapshot.extra);
    this.moveFrame();
  }
}

const targets = new WeakMap<object, number>();
function aliasTarget(architecture: Architecture, row: Architecture['registers'][number]): number {
  let target = targets.get(row);
  if (target === undefined) {
    target = architecture.registers.findIndex((r) => r.name === row.alias?.of);
    targets.set(row, target);
  }
  return target;
}

/** A register's value in a register file, aliases resolved. */
export function peekRegister(architecture: Architecture, regs: BigUint64Array, register: number): bigint {
  const row = architecture.registers[register];
  if (!row.alias) return regs[register];
  const { high, low, shift } = row.alias;
  return BigInt.asUintN(high - low + 1, regs[aliasTarget(architecture, row)] >> BigInt(low)) << BigInt(shift);
}
