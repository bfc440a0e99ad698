/**
 * A core's way to memory: loads and stores, as words use them. Loads come first; stores are translated at
 * once but queued, and committed when no operation of the word faulted: so a word that faults leaves everything as it was.
 */
import type { Access, Fault, Stage } from './access.ts';
import type { Architecture } from './architecture.ts';
import type { Core } from './core.ts';
import type { Device } from './device.ts';
import type { Explanation } from './explain.ts';
import { carry, type Halves, join, split } from './halves.ts';
import type { LineCache } from './line-cache.ts';
import type { Machine } from './machine.ts';
import { type Memory, PAGE_SIZE, type Page, readPage, writeAligned, writePage } from './memory.ts';
import { CACHE_SLOTS, PageCache } from './page-cache.ts';

function dataAccess(kind: 'read' | 'write', va: bigint, size: number, frame: boolean): Access {
  return { kind, purpose: frame ? 'frame' : 'data', va: BigInt.asUintN(64, va), size, pa: 0, space: 0 };
}

export abstract class MemoryPort implements Halves {
  /** Of the value that was read last. */
  high = 0;
  protected readonly memory: Memory;
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

  /** Offset of SP in its page. */
  protected frameOffset = 0;

  /** Pages found before in the present translation context. */
  protected cache = new PageCache();

  private queued = 0;
  private queuedToDevices = 0;
  private readonly queueDevice: { readonly device: Device; readonly access: Access; readonly value: bigint }[] = [];
  private readonly queuePage: Page[] = [];
  private readonly queueNumber: number[] = [];
  private readonly queueOffset: number[] = [];
  private readonly queueSize: number[] = [];
  private readonly queueLow: number[] = [];
  private readonly queueHigh: number[] = [];
  /** Of stores that go through a data cache. */
  private readonly queueSpace: number[] = [];

  constructor(readonly machine: Machine) {
    this.architecture = machine.architecture;
    this.memory = machine.memory;
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

  /** Whether accesses to this page are to be told one by one, and so the page is not to be remembered. */
  private isWatched(access: Access): boolean {
    const { watch } = this.machine;
    return watch !== null && this.explanation === undefined && watch.accessed(this as unknown as Core, access);
  }

  load(va: bigint, size: number): bigint {
    return join(this.lowLoad(split(this, va), this.high, size), this.high);
  }

  /** Loads from the address in halves. */
  lowLoad(low: number, high: number, size: number): number {
    return this.loadAs(low, high, size, false);
  }

  protected loadAs(low: number, high: number, size: number, frame: boolean): number {
    const offset = low & 0xfff;
    const number = low >>> 12;
    const slot = number & (CACHE_SLOTS - 1);
    const { cache } = this;
    if (
      cache.readTag[slot] === (high >>> 0) * 0x10_0000 + number &&
      cache.readEpoch[slot] === this.memory.epoch &&
      (offset & (size - 1)) === 0 &&
      this.explanation === undefined
    ) {
      return readPage(cache.readPages[slot], offset, size, this);
    }
    return this.loadSlowly(join(low, high), size, frame);
  }

  protected loadSlowly(va: bigint, size: number, frame: boolean): number {
    const offset = Number(va & 0xfffn);
    if (offset + size > PAGE_SIZE) return split(this, this.loadAcross(va, size, frame));
    const access = this.translateNow('read', va, size, frame);
    if (access === null) return split(this, 0n);
    const watched = this.isWatched(access);
    const device = this.machine.deviceAt(access.pa);
    if (device !== undefined) return split(this, device.read(access.pa - device.from, size, access));
    if (this.machine.lines !== undefined) return split(this, this.machine.lines.load(access.space, access.pa, size));
    const tag = Number(access.va >> 12n);
    const slot = tag & (CACHE_SLOTS - 1);
    const page = this.memory.page(Math.floor(access.pa / PAGE_SIZE));
    this.cache.readTag[slot] = watched ? -1 : tag;
    this.cache.readEpoch[slot] = this.memory.epoch;
    this.cache.readPages[slot] = page;
    return readPage(page, offset, size, this);
  }

  /** A load that crosses a page is one access a byte, as unaligned accesses are not single-copy atomic. */
  private loadAcross(va: bigint, size: number, frame: boolean): bigint {
    const fault = this.unaligned(dataAccess('read', va, size, frame));
    if (fault !== null) {
      this.fault ??= fault;
      return 0n;
    }
    let value = 0n;
    for (let i = 0; i < size && this.fault === null; i++) {
      const byte = this.loadSlowly(va + BigInt(i), 1, frame);
      value |= BigInt(byte) << BigInt(8 * i);
    }
    return value;
  }

  /** Translates now, stores at `commit`. */
  store(va: bigint, size: number, value: bigint): void {
    const low = split(this, va);
    const { high } = this;
    this.storeAs(low, high, size, split(this, value), this.high, false);
  }

  /** The same with address and value in halves. */
  storeHalves(low: number, high: number, size: number, valueLow: number, valueHigh: number): void {
    this.storeAs(low, high, size, valueLow, valueHigh, false);
  }

  /** A store to a stack frame: the same access, marked as a frame's. */
  storeFrame(va: bigint, value: bigint): void {
    const low = split(this, va);
    const { high } = this;
    this.storeAs(low, high, 8, split(this, value), this.high, true);
  }

  storeFrameHalves(low: number, high: number, valueLow: number, valueHigh: number): void {
    this.storeAs(low, high, 8, valueLow, valueHigh, true);
  }

  /**
   * The page of [va, va + bytes), multiples of 8, if stores there can be made at once: none of them would fault, and nobody
   * has to be told. Only for a word that has queued no other store.
   */
  openPage(low: number, high: number, bytes: number): Page | null {
    const offset = low & 0xfff;
    const number = low >>> 12;
    const slot = number & (CACHE_SLOTS - 1);
    const { cache } = this;
    const known = cache.writeTag[slot] === (high >>> 0) * 0x10_0000 + number && cache.writeEpoch[slot] === this.memory.epoch;
    if (!known || (offset & 7) !== 0 || offset + bytes > PAGE_SIZE) return null;
    if (this.explanation !== undefined || this.machine.reservations !== 0) return null;
    const page = cache.writePages[slot];
    return this.memory.owns(page) ? page : null;
  }

  /** Stores 16 bytes, as two stores of 8; the only stores of its word. */
  storePair(low: number, high: number, firstLow: number, firstHigh: number, secondLow: number, secondHigh: number): void {
    const page = this.openPage(low, high, 16);
    if (page !== null) {
      writeAligned(page, low & 0xfff, firstLow, firstHigh);
      writeAligned(page, (low & 0xfff) + 8, secondLow, secondHigh);
      return;
    }
    const next = (low + 8) | 0;
    this.storeHalves(low, high, 8, firstLow, firstHigh);
    this.storeHalves(next, (high + carry(next, low)) | 0, 8, secondLow, secondHigh);
  }

  /** Whether [va, va + size) may be stored to; sets the fault if not. For words that store only if a comparison holds. */
  mayStore(va: bigint, size: number): boolean {
    return this.translateNow('write', va, size, false) !== null;
  }

  protected storeAs(low: number, high: number, size: number, valueLow: number, valueHigh: number, frame: boolean): void {
    const offset = low & 0xfff;
    const number = low >>> 12;
    const slot = number & (CACHE_SLOTS - 1);
    const { cache } = this;
    if (
      cache.writeTag[slot] !== (high >>> 0) * 0x10_0000 + number ||
      cache.writeEpoch[slot] !== this.memory.epoch ||
      (offset & (size - 1)) !== 0 ||
      (frame && (this.frameOffset & 15) !== 0) ||
      this.explanation !== undefined
    ) {
      if (!this.findPage(join(low, high), size, join(valueLow, valueHigh), frame, slot)) return;
    }
    const at = this.queued++;
    this.queuePage[at] = cache.writePages[slot];
    this.queueNumber[at] = cache.writeNumbers[slot];
    this.queueOffset[at] = offset;
    this.queueSize[at] = size;
    this.queueLow[at] = valueLow;
    this.queueHigh[at] = valueHigh;
  }

  /** Translates a store and remembers its page; false if it faulted, or was dealt with in another way. */
  private findPage(va: bigint, size: number, value: bigint, frame: boolean, slot: number): boolean {
    if (Number(va & 0xfffn) + size > PAGE_SIZE) {
      this.storeAcross(va, size, value, frame);
      return false;
    }
    const access = this.translateNow('write', va, size, frame);
    if (access === null) return false;
    const watched = this.isWatched(access);
    const device = this.machine.deviceAt(access.pa);
    if (device !== undefined) {
      this.queueDevice.push({ device, access, value });
      this.queuedToDevices++;
      return false;
    }
    const { cache } = this;
    // A data cache is asked for every access: no page is remembered.
    cache.writeTag[slot] = this.machine.lines === undefined && !watched ? Number(access.va >> 12n) : -1;
    cache.writeEpoch[slot] = this.memory.epoch;
    this.queueSpace[this.queued] = access.space;
    cache.writeNumbers[slot] = Math.floor(access.pa / PAGE_SIZE);
    cache.writePages[slot] = this.memory.page(cache.writeNumbers[slot]);
    return true;
  }

  private storeAcross(va: bigint, size: number, value: bigint, frame: boolean): void {
    const fault = this.unaligned(dataAccess('write', va, size, frame));
    this.fault ??= fault;
    for (let i = 0; i < size && this.fault === null; i++) {
      const low = split(this, va + BigInt(i));
      this.storeAs(low, this.high, 1, Number((value >> BigInt(8 * i)) & 0xffn), 0, frame);
    }
  }

  /** Performs the queued stores, unless something faulted. Returns whether the word may go on to its registers. */
  commit(): boolean {
    if (this.fault !== null) {
      this.dropQueue();
      return false;
    }
    return (this.queued | this.queuedToDevices) === 0 || this.commitQueue();
  }

  private commitQueue(): boolean {
    const { memory } = this;
    if (this.machine.reservations !== 0) this.breakReservations();
    if (this.machine.lines !== undefined) this.commitLines(this.machine.lines);
    for (let i = 0; i < this.queued; i++) {
      // A page that no snapshot shares is stored to as it is; an earlier store of this word may have copied it.
      const found = this.queuePage[i];
      const page = memory.owns(found) ? found : memory.writable(this.queueNumber[i]);
      writePage(page, this.queueOffset[i], this.queueSize[i], this.queueLow[i], this.queueHigh[i]);
    }
    this.queued = 0;
    if (this.queuedToDevices > 0) this.storeToDevices();
    return true;
  }

  private commitLines(lines: LineCache): void {
    for (let i = 0; i < this.queued; i++) {
      const value = join(this.queueLow[i], this.queueHigh[i]);
      lines.store(this.queueSpace[i], this.queueNumber[i] * PAGE_SIZE + this.queueOffset[i], this.queueSize[i], value);
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
}
