/**
 * One data cache for all requesters, up to the point of physical aliasing: write-back, write-allocate, small on purpose, so
 * that dirty lines are evicted while somebody watches. A line belongs to a physical address space: the same address in two
 * spaces is two lines, and nothing but maintenance or eviction makes them agree.
 * Arm ARM DDI0487 M.a.a, D7.5 (caches), D9.7 (point of physical aliasing).
 */
import type { LineCache } from '../core/line-cache.ts';
import type { Machine } from '../core/machine.ts';
import { PAGE_SIZE } from '../core/memory.ts';
import { Unmapped } from './devices/mmio.ts';

const LINE_SIZE = 64;
export const SETS = 64;
export const WAYS = 4;
const LINES = SETS * WAYS;
const SPACES = 4;
const NONE = -1;

interface Saved {
  readonly bytes: Uint8Array;
  readonly tags: Float64Array;
  readonly used: Float64Array;
  readonly dirty: Uint8Array;
  readonly clock: number;
}

export class DataCache extends Unmapped implements LineCache {
  readonly id = 'cache';
  readonly name = 'Data cache';
  private readonly bytes = new Uint8Array(LINES * LINE_SIZE);
  private readonly data = new DataView(this.bytes.buffer);
  /** Line number * 4 + physical address space. */
  private readonly tags = new Float64Array(LINES).fill(NONE);
  private readonly dirty = new Uint8Array(LINES);
  /** When each line was used last. */
  private readonly used = new Float64Array(LINES);
  private clock = 0;

  constructor(private readonly machine: Machine) {
    super();
  }

  // ------------------------------------------------------------------ accesses

  load(space: number, pa: number, size: number): bigint {
    const offset = pa % LINE_SIZE;
    if (offset + size > LINE_SIZE) return this.gather(pa, size, (at) => this.load(space, at, 1));
    return this.get(this.allocate(space, pa) * LINE_SIZE + offset, size);
  }

  private gather(pa: number, size: number, byte: (pa: number) => bigint): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) value |= byte(pa + i) << BigInt(8 * i);
    return value;
  }

  private get(at: number, size: number): bigint {
    if (size === 8) return this.data.getBigUint64(at, true);
    if (size === 4) return BigInt(this.data.getUint32(at, true));
    return size === 2 ? BigInt(this.data.getUint16(at, true)) : BigInt(this.bytes[at]);
  }

  peek(space: number, pa: number, size: number): bigint {
    const offset = pa % LINE_SIZE;
    if (offset + size > LINE_SIZE) return this.gather(pa, size, (at) => this.peek(space, at, 1));
    const line = this.find(space, pa);
    return line === NONE ? this.machine.memory.read(pa, size) : this.get(line * LINE_SIZE + offset, size);
  }

  store(space: number, pa: number, size: number, value: bigint): void {
    for (let i = 0; i < size; i++) {
      const line = this.allocate(space, pa + i);
      this.bytes[line * LINE_SIZE + ((pa + i) % LINE_SIZE)] = Number((value >> BigInt(8 * i)) & 0xffn);
      this.dirty[line] = 1;
    }
  }

  // ------------------------------------------------------------------ lines

  /** Index of the line that holds `pa` as `space` knows it, or `NONE`. */
  private find(space: number, pa: number): number {
    const number = Math.floor(pa / LINE_SIZE);
    const tag = number * SPACES + space;
    const first = (number % SETS) * WAYS;
    for (let line = first; line < first + WAYS; line++) if (this.tags[line] === tag) return line;
    return NONE;
  }

  /** The same, filled from memory if it was not there. */
  private allocate(space: number, pa: number): number {
    let line = this.find(space, pa);
    if (line === NONE) line = this.fill(space, pa);
    this.used[line] = ++this.clock;
    return line;
  }

  private fill(space: number, pa: number): number {
    const number = Math.floor(pa / LINE_SIZE);
    const line = this.victim((number % SETS) * WAYS);
    this.writeBack(line);
    const from = (number * LINE_SIZE) % PAGE_SIZE;
    const page = this.machine.memory.page(Math.floor(pa / PAGE_SIZE));
    this.bytes.set(page.bytes.subarray(from, from + LINE_SIZE), line * LINE_SIZE);
    this.tags[line] = number * SPACES + space;
    return line;
  }

  /** A free line of the set, or the one that was used least recently. */
  private victim(first: number): number {
    let oldest = first;
    for (let line = first; line < first + WAYS; line++) {
      if (this.tags[line] === NONE) return line;
      if (this.used[line] < this.used[oldest]) oldest = line;
    }
    return oldest;
  }

  /** Memory learns of a dirty line. No check is made again: it was made when the line was stored to. */
  private writeBack(line: number): void {
    if (this.dirty[line] === 0) return;
    this.dirty[line] = 0;
    const pa = Math.floor(this.tags[line] / SPACES) * LINE_SIZE;
    const page = this.machine.memory.writable(Math.floor(pa / PAGE_SIZE));
    page.bytes.set(this.bytes.subarray(line * LINE_SIZE, (line + 1) * LINE_SIZE), pa % PAGE_SIZE);
    page.mark(pa % PAGE_SIZE);
  }

  // ------------------------------------------------------------------ maintenance

  /** Writes the line back if it is dirty, and forgets it unless it is to stay. */
  clean(space: number, pa: number, keep: boolean): void {
    const line = this.find(space, pa);
    if (line === NONE) return;
    this.writeBack(line);
    if (!keep) this.tags[line] = NONE;
  }

  /** Forgets the line, dirty or not. */
  invalidate(space: number, pa: number): void {
    const line = this.find(space, pa);
    if (line === NONE) return;
    this.dirty[line] = 0;
    this.tags[line] = NONE;
  }

  // ------------------------------------------------------------------ as a device

  save(): Saved {
    const { clock } = this;
    return { bytes: this.bytes.slice(), tags: this.tags.slice(), used: this.used.slice(), dirty: this.dirty.slice(), clock };
  }

  restore(state: unknown): void {
    const saved = state as Saved;
    this.bytes.set(saved.bytes);
    this.tags.set(saved.tags);
    this.used.set(saved.used);
    this.dirty.set(saved.dirty);
    this.clock = saved.clock;
  }
}
