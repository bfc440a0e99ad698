/**
 * The stack frame of the word being executed: SP, and the 8-byte slots at it. The page that a frame lies on is remembered, so
 * that a local is an element of an array.
 */
import { carry, join, split } from './halves.ts';
import { PAGE_SIZE, type Page } from './memory.ts';
import { CACHE_SLOTS, type PageCache } from './page-cache.ts';
import { MemoryPort } from './port.ts';

export abstract class FramePort extends MemoryPort {
  /** Index of the register that is SP now. */
  stackRegister = 0;
  /** SP in halves: address of its page. */
  private frameHigh = 0;
  private frameLow = 0;
  private framePage: Page | null = null;
  private frameEpoch = 0;
  private frameWritable = false;

  protected override useCache(cache: PageCache): void {
    super.useCache(cache);
    this.forgetFrame();
  }

  protected forgetFrame(): void {
    this.framePage = null;
  }

  get sp(): bigint {
    return this.regs[this.stackRegister];
  }

  /** SP in halves. */
  lowSp(): number {
    this.high = this.halves[2 * this.stackRegister + 1] | 0;
    return this.halves[2 * this.stackRegister] | 0;
  }

  setSp(value: bigint): void {
    this.setLowSp(split(this, value), this.high);
  }

  setLowSp(low: number, high: number): void {
    this.halves[2 * this.stackRegister] = low;
    this.halves[2 * this.stackRegister + 1] = high;
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

  /** The 8-byte slot at `offset` bytes from SP. */
  local(offset: number): bigint {
    return join(this.lowLocal(offset), this.high);
  }

  lowLocal(offset: number): number {
    const at = this.frameOffset + offset;
    const page = this.framePage;
    if (page !== null && this.frameEpoch === this.memory.epoch && at + 8 <= PAGE_SIZE && this.explanation === undefined) {
      this.high = page.u32[(at >>> 2) + 1] | 0;
      return page.u32[at >>> 2] | 0;
    }
    return this.localSlowly(offset);
  }

  private localSlowly(offset: number): number {
    const at = this.frameOffset + offset;
    const low = this.lowSp();
    const sum = (low + offset) | 0;
    const high = (this.high + carry(sum, low)) | 0;
    if ((this.frameOffset & 15) !== 0) return this.loadSlowly(join(sum, high), 8, true);
    const value = this.loadAs(sum, high, 8, true);
    // A frame may straddle two pages: what lies on the second is a load like any other.
    if (this.fault === null && at + 8 <= PAGE_SIZE) this.keepFrame();
    return value;
  }

  /** Stores to the slot at SP + `offset`; the only store of its word. Returns false if it faulted. */
  setLocal(offset: number, value: bigint): boolean {
    return this.setLowLocal(offset, split(this, value), this.high);
  }

  setLowLocal(offset: number, low: number, high: number): boolean {
    const at = this.frameOffset + offset;
    const page = this.framePage;
    if (this.frameReaches(at) && page !== null) {
      page.u32[at >>> 2] = low;
      page.u32[(at >>> 2) + 1] = high;
      page.mark(at);
      return true;
    }
    return this.setLocalSlowly(offset, low, high);
  }

  /** Whether the 8 bytes at `at` in the page of the frame can be stored to as they are. */
  private frameReaches(at: number): boolean {
    return (
      this.frameWritable &&
      this.framePage !== null &&
      this.frameEpoch === this.memory.epoch &&
      this.machine.reservations === 0 &&
      at >= 0 &&
      at + 8 <= PAGE_SIZE &&
      this.explanation === undefined
    );
  }

  /** Fills the beginning of a frame of `size` bytes below SP, if nothing can fault there, with `length` elements of 4 bytes. */
  fillBelow(size: number, frame: Int32Array, length: number): boolean {
    const from = this.frameOffset - size;
    if (!this.frameReaches(from) && !(this.keepWritableFrame() && this.frameReaches(from))) return false;
    const page = this.framePage as Page;
    for (let i = 0; i < length; i++) page.u32[(from >>> 2) + i] = frame[i];
    for (let at = from & ~63; at < from + 4 * length; at += 64) page.mark(at);
    return true;
  }

  private setLocalSlowly(offset: number, low: number, high: number): boolean {
    const at = this.frameOffset + offset;
    const sp = this.lowSp();
    const sum = (sp + offset) | 0;
    this.storeAs(sum, (this.high + carry(sum, sp)) | 0, 8, low, high, true);
    if (!this.commit()) return false;
    if (at + 8 <= PAGE_SIZE) this.keepWritableFrame();
    return true;
  }

  private get frameTag(): number {
    return this.frameHigh * 0x10_0000 + (this.frameLow >>> 12);
  }

  /** Remembers the page of the frame if its loads find it; one in the registers of a device, or behind a data cache, is not known. */
  private keepFrame(): void {
    if (this.keepWritableFrame()) return;
    const { cache } = this;
    const slot = (this.frameLow >>> 12) & (CACHE_SLOTS - 1);
    if (cache.readTag[slot] !== this.frameTag || cache.readEpoch[slot] !== this.memory.epoch) return;
    this.framePage = cache.readPages[slot];
    this.frameWritable = false;
    this.frameEpoch = this.memory.epoch;
  }

  /** The same if loads and stores both find it, and stores need not copy it first. */
  private keepWritableFrame(): boolean {
    const { cache } = this;
    const { epoch } = this.memory;
    const slot = (this.frameLow >>> 12) & (CACHE_SLOTS - 1);
    const tag = this.frameTag;
    if (cache.writeTag[slot] !== tag || cache.writeEpoch[slot] !== epoch || (this.frameOffset & 15) !== 0) return false;
    if (cache.readTag[slot] !== tag || cache.readEpoch[slot] !== epoch) return false;
    const page = cache.writePages[slot];
    if (!this.memory.owns(page)) return false;
    this.framePage = page;
    this.frameEpoch = epoch;
    this.frameWritable = true;
    return true;
  }
}
