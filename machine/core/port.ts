/**
 * A core's way to memory: loads, stores and the stack frame, as words use them. Loads come first; stores are translated at
 * once but queued, and committed when no operation of the word faulted: so a word that faults leaves everything as it was.
 */
import type { Access, Fault, Stage } from './access.ts';
import type { Architecture } from './architecture.ts';
import type { Core } from './core.ts';
import type { Device } from './device.ts';
import type { Explanation } from './explain.ts';
import type { LineCache } from './line-cache.ts';
import type { Machine } from './machine.ts';
import { PAGE_SIZE, type Page, readPage, writePage } from './memory.ts';
import { CACHE_SLOTS, PageCache } from './page-cache.ts';

/** Splits addresses into halves without allocating a BigInt: store to `wide`, read `half` (low word first). */
const wide = new BigUint64Array(1);
const half = new Uint32Array(wide.buffer);

function dataAccess(kind: 'read' | 'write', va: bigint, size: number, frame: boolean): Access {
  return { kind, purpose: frame ? 'frame' : 'data', va: BigInt.asUintN(64, va), size, pa: 0, space: 0 };
}

export abstract class MemoryPort {
  readonly architecture: Architecture;
  readonly regs: BigUint64Array;
  /** The same registers in 32-bit halves, which are read without allocating: 2i low, 2i + 1 high. */
  protected readonly halves: Uint32Array;
  /** Registers written since the debugger cleared the marks. */
  readonly written: Uint8Array;
  /** Set by an operation that could not be done; the word that made it takes no effect. */
  fault: Fault | null = null;
  /** Present while a word is executed again to be explained. */
  explanation: Explanation | undefined;
  abstract readonly stages: readonly Stage[];

  /** Index of the register that is SP now. */
  stackRegister = 0;
  /** SP in halves: address of its page, and offset in it. */
  private frameHigh = 0;
  private frameLow = 0;
  private frameOffset = 0;
  private framePage: Page | null = null;
  private frameEpoch = 0;
  private frameWritable = false;

  /** Pages found before in the present translation context. */
  protected cache = new PageCache();

  private queued = 0;
  private queuedToDevices = 0;
  private readonly queueDevice: { readonly device: Device; readonly access: Access; readonly value: bigint }[] = [];
  private readonly queuePage: Page[] = [];
  private readonly queueNumber: number[] = [];
  private readonly queueOffset: number[] = [];
  private readonly queueSize: number[] = [];
  private readonly queueValue: bigint[] = [];
  /** Of stores that go through a data cache. */
  private readonly queueSpace: number[] = [];

  constructor(readonly machine: Machine) {
    this.architecture = machine.architecture;
    this.regs = new BigUint64Array(this.architecture.registers.length);
    this.halves = new Uint32Array(this.regs.buffer);
    this.written = new Uint8Array(this.architecture.registers.length);
  }

  /** Does something once the word has completed. */
  abstract after(effect: () => void): void;
  /** Refines an access of the word being executed. */
  protected abstract refine(access: Access): Fault | null;

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
    this.forgetFrame();
  }

  protected forgetFrame(): void {
    this.framePage = null;
  }

  /** The queued stores of a word that faulted never happen. */
  protected dropQueue(): void {
    this.queued = 0;
    this.queuedToDevices = 0;
    this.queueDevice.length = 0;
  }

  // ------------------------------------------------------------------ loads and stores

  private translateNow(kind: 'read' | 'write', va: bigint, size: number, frame: boolean): Access | null {
    const access = dataAccess(kind, va, size, frame);
    const unaligned = access.va % BigInt(size) !== 0n;
    const fault =
      (frame && (this.frameOffset & 15) !== 0 ? this.unalignedStack(access) : null) ??
      (unaligned ? this.unaligned(access) : null) ??
      this.refine(access);
    if (fault === null) return access;
    this.fault ??= fault;
    return null;
  }

  load(va: bigint, size: number): bigint {
    return this.loadAs(va, size, false);
  }

  private loadAs(va: bigint, size: number, frame: boolean): bigint {
    wide[0] = va;
    const offset = half[0] & 0xfff;
    const number = half[0] >>> 12;
    const tag = half[1] * 0x10_0000 + number;
    const slot = number & (CACHE_SLOTS - 1);
    const { cache } = this;
    if (
      cache.readTag[slot] === tag &&
      cache.readEpoch[slot] === this.machine.memory.epoch &&
      (offset & (size - 1)) === 0 &&
      this.explanation === undefined
    ) {
      return readPage(cache.readPages[slot], offset, size);
    }
    return this.loadSlowly(va, size, frame);
  }

  private loadSlowly(va: bigint, size: number, frame: boolean): bigint {
    const offset = Number(va & 0xfffn);
    if (offset + size > PAGE_SIZE) return this.loadAcross(va, size, frame);
    const access = this.translateNow('read', va, size, frame);
    if (access === null) return 0n;
    const device = this.machine.deviceAt(access.pa);
    if (device !== undefined) return device.read(access.pa - device.from, size, access);
    if (this.machine.lines !== undefined) return this.machine.lines.load(access.space, access.pa, size);
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
    const fault = this.unaligned(dataAccess('read', va, size, frame));
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
    const number = half[0] >>> 12;
    const tag = half[1] * 0x10_0000 + number;
    const slot = number & (CACHE_SLOTS - 1);
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
      const device = this.machine.deviceAt(access.pa);
      if (device !== undefined) {
        this.queueDevice.push({ device, access, value });
        this.queuedToDevices++;
        return;
      }
      // A data cache is asked for every access: no page is remembered.
      cache.writeTag[slot] = this.machine.lines === undefined ? tag : -1;
      cache.writeEpoch[slot] = this.machine.memory.epoch;
      this.queueSpace[this.queued] = access.space;
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
    const fault = this.unaligned(dataAccess('write', va, size, frame));
    this.fault ??= fault;
    for (let i = 0; i < size && this.fault === null; i++) this.storeAs(va + BigInt(i), 1, (value >> BigInt(8 * i)) & 0xffn, frame);
  }

  /** Performs the queued stores, unless something faulted. Returns whether the word may go on to its registers. */
  commit(): boolean {
    if (this.fault !== null) {
      this.dropQueue();
      return false;
    }
    const { memory } = this.machine;
    if (this.machine.reservations !== 0) this.breakReservations();
    if (this.machine.lines !== undefined) this.commitLines(this.machine.lines);
    for (let i = 0; i < this.queued; i++) {
      // A page that no snapshot shares is stored to as it is; an earlier store of this word may have copied it.
      const found = this.queuePage[i];
      const page = memory.owns(found) ? found : memory.writable(this.queueNumber[i]);
      writePage(page, this.queueOffset[i], this.queueSize[i], this.queueValue[i]);
    }
    this.queued = 0;
    if (this.queuedToDevices > 0) this.storeToDevices();
    return true;
  }

  private commitLines(lines: LineCache): void {
    for (let i = 0; i < this.queued; i++) {
      lines.store(this.queueSpace[i], this.queueNumber[i] * PAGE_SIZE + this.queueOffset[i], this.queueSize[i], this.queueValue[i]);
    }
    this.queued = 0;
  }

  /** Takes the reservations of other cores on granules that are stored to now. */
  private breakReservations(): void {
    for (const core of this.machine.cores) {
      if ((core as MemoryPort) === this || core.reservation < 0) continue;
      for (let i = 0; i < this.queued; i++) {
        const first = this.queueNumber[i] * PAGE_SIZE + this.queueOffset[i];
        if (core.reserves(first) || core.reserves(first + this.queueSize[i] - 1)) core.loseReservation();
      }
    }
  }

  /** The devices act at the end of the word, when registers and PC are what they will be. */
  private storeToDevices(): void {
    const stores = this.queueDevice.splice(0);
    this.queuedToDevices = 0;
    for (const { device, access, value } of stores) {
      this.after(() => device.write(access.pa - device.from, access.size, value, access, this as unknown as Core));
    }
  }

  // ------------------------------------------------------------------ the stack frame

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

  local(offset: number): bigint {
    const at = this.frameOffset + offset;
    if (this.frameEpoch === this.machine.memory.epoch && this.framePage !== null && at + 8 <= PAGE_SIZE && !this.explanation) {
      return this.framePage.u64[at >>> 3];
    }
    // A frame may straddle two pages: what lies on the second is a load like any other.
    if (at >= PAGE_SIZE && (this.frameOffset & 15) === 0) return this.loadAs(this.sp + BigInt(offset), 8, true);
    const value = this.loadSlowly(this.sp + BigInt(offset), 8, true);
    if (this.fault === null && at + 8 <= PAGE_SIZE && (this.frameOffset & 15) === 0 && this.machine.lines === undefined) this.keepFrame();
    return value;
  }

  /** Stores to the slot at SP + `offset`; the only store of its word. Returns false if it faulted. */
  setLocal(offset: number, value: bigint): boolean {
    const at = this.frameOffset + offset;
    if (
      this.frameWritable &&
      this.machine.reservations === 0 &&
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
    if (at + 8 <= PAGE_SIZE && (this.frameOffset & 15) === 0 && this.machine.lines === undefined) {
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
}
