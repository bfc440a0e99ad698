/**
 * The one DRAM of a machine: 4 KiB pages in a persistent trie, so that a snapshot is a pointer and the first store
 * after it copies one page. An address space (Non-secure, Realm, …) is an attribute of an access, never another storage.
 */
import { type Halves, join, split } from './halves.ts';
import type { Word } from './word.ts';

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 1 << PAGE_SHIFT;
/** Physical addresses are numbers of at most 52 bits. */
export const PA_BITS = 52;

/** Bits of a trie level; five levels of eight bits cover the 40 bits of a page number. */
const LEVEL_BITS = 8;
const FANOUT = 1 << LEVEL_BITS;
const TOP_DIVISOR = 2 ** (PA_BITS - PAGE_SHIFT - LEVEL_BITS);

export class Page {
  readonly bytes: Uint8Array;
  readonly data: DataView;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  /** 64-byte lines stored to since the last snapshot: line i is bit i (lo: 0-31, hi: 32-63). */
  lo = 0;
  hi = 0;
  /** Words decoded from this page; `null` marks bytes that are no word. Dropped by any store. */
  words: (Word | null | undefined)[] | null = null;

  constructor(
    readonly owner: number,
    from?: Page,
  ) {
    const buffer = from ? from.bytes.slice().buffer : new ArrayBuffer(PAGE_SIZE);
    this.bytes = new Uint8Array(buffer);
    this.data = new DataView(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
  }

  /** Whether all of it is known to be one value of eight bytes, again and again. Nothing is examined: it may well be all the same. */
  get repeats(): boolean {
    return this.owner === SHARED;
  }

  /** Marks the line of the byte at `offset` as stored to. */
  mark(offset: number): void {
    const line = offset >>> 6;
    if (line < 32) this.lo |= 1 << line;
    else this.hi |= 1 << (line - 32);
  }
}

class Node {
  readonly slots: (Node | Page | undefined)[];
  constructor(
    readonly owner: number,
    from?: Node,
  ) {
    this.slots = from ? from.slots.slice() : new Array(FANOUT).fill(undefined);
  }
}

/** A page that was stored to between two snapshots, and which of its 64-byte lines. */
export interface DirtyPage {
  readonly page: number;
  readonly lo: number;
  readonly hi: number;
}

/** An immutable picture of the whole memory; costs nothing until pages are stored to again. */
export interface MemorySnapshot {
  readonly root: unknown;
}

const ZERO_PAGE = new Page(-1);
const SHARED = -1;

/** Pages examined for sharing at one snapshot, so that none takes long: about a millisecond. */
const EXAMINED = 1024;

/** Pages that repeat one value, by that value: tables of protection tags are full of them. */
const uniform = new Map<bigint, Page>([[0n, ZERO_PAGE]]);
const MAX_UNIFORM = 1024;

/** The page that stands for all that repeat the value of this one; undefined if it does not repeat one. */
function sharedForm({ u32, u64 }: Page): Page | undefined {
  const [low, high] = u32;
  for (let i = u32.length - 2; i > 0; i -= 2) if (u32[i] !== low || u32[i + 1] !== high) return undefined;
  const known = uniform.get(u64[0]);
  if (known !== undefined || uniform.size === MAX_UNIFORM) return known;
  const page = new Page(SHARED);
  page.u64.fill(u64[0]);
  uniform.set(u64[0], page);
  return page;
}

export class Memory implements Halves {
  high = 0;
  /**
   * Grows whenever a cached page reference or decoded word may have become wrong: a page was copied or created, code was
   * overwritten, the memory was restored, or a core changed how it translates. Caches compare it and look again.
   */
  epoch = 1;
  private generation = 1;
  private root: Node = new Node(1);
  private dirtied = new Map<number, Page>();
  /** Pages of earlier generations that were not yet examined for sharing. */
  private unexamined: [number, Page][] = [];

  /** The page for reading; a page never stored to reads as zeros. */
  page(number: number): Page {
    let node: Node | Page | undefined = this.root;
    let divisor = TOP_DIVISOR;
    for (let level = 0; level < 4; level++) {
      node = (node as Node).slots[Math.floor(number / divisor) & (FANOUT - 1)];
      if (node === undefined) return ZERO_PAGE;
      divisor /= FANOUT;
    }
    return ((node as Node).slots[number & (FANOUT - 1)] as Page | undefined) ?? ZERO_PAGE;
  }

  /** The page for storing: copied first where a snapshot shares it. */
  writable(number: number): Page {
    const node = this.leaf(number);
    const index = number & (FANOUT - 1);
    let page = node.slots[index] as Page | undefined;
    if (page === undefined || page.owner !== this.generation) {
      page = new Page(this.generation, page);
      node.slots[index] = page;
      this.dirtied.set(number, page);
      this.epoch++;
    } else if (page.words !== null) {
      page.words = null;
      this.epoch++;
    }
    return page;
  }

  /** The last node on the way to a page, copied with all before it where a snapshot shares them. */
  private leaf(number: number): Node {
    let node = this.root;
    if (node.owner !== this.generation) node = this.root = new Node(this.generation, node);
    let divisor = TOP_DIVISOR;
    for (let level = 0; level < 4; level++) {
      const index = Math.floor(number / divisor) & (FANOUT - 1);
      let child = node.slots[index] as Node | undefined;
      if (child === undefined || child.owner !== this.generation) {
        child = new Node(this.generation, child);
        node.slots[index] = child;
      }
      node = child;
      divisor /= FANOUT;
    }
    return node;
  }

  /** Whether `page` may be stored to as it is: no snapshot shares it and nothing was decoded from it. */
  owns(page: Page): boolean {
    return page.owner === this.generation && page.words === null;
  }

  /** Little-endian read of 1, 2, 4 or 8 bytes; may cross a page. */
  read(pa: number, size: number): bigint {
    const offset = pa % PAGE_SIZE;
    if (offset + size <= PAGE_SIZE) return join(readPage(this.page(Math.floor(pa / PAGE_SIZE)), offset, size, this), this.high);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | this.read(pa + i, 1);
    return value;
  }

  /** Little-endian store of 1, 2, 4 or 8 bytes; may cross a page. */
  write(pa: number, size: number, value: bigint): void {
    const offset = pa % PAGE_SIZE;
    if (offset + size <= PAGE_SIZE) {
      writePage(this.writable(Math.floor(pa / PAGE_SIZE)), offset, size, split(this, value), this.high);
      return;
    }
    for (let i = 0; i < size; i++) this.write(pa + i, 1, (value >> BigInt(8 * i)) & 0xffn);
  }

  snapshot(): MemorySnapshot {
    this.share();
    const root = this.root;
    this.generation++;
    this.dirtied = new Map();
    this.epoch++;
    return { root };
  }

  /** Lets pages that repeat one value share their storage, some at a time. */
  private share(): void {
    const candidates: [number, Page][] = this.unexamined.concat([...this.dirtied]);
    this.unexamined = candidates.slice(EXAMINED);
    for (const [number, page] of candidates.slice(0, EXAMINED)) {
      const shared = page.words === null && this.page(number) === page ? sharedForm(page) : undefined;
      if (shared !== undefined) this.leaf(number).slots[number & (FANOUT - 1)] = shared;
    }
  }

  restore(snapshot: MemorySnapshot): void {
    this.root = snapshot.root as Node;
    this.generation++;
    this.dirtied = new Map();
    this.unexamined = [];
    this.epoch++;
  }

  /** The pages stored to since the last snapshot or restore. */
  dirty(): DirtyPage[] {
    return [...this.dirtied].map(([page, { lo, hi }]) => ({ page, lo, hi }));
  }
}

/** Little-endian read of 1, 2, 4 or 8 bytes within the page; zero-extended. */
export function readPage(page: Page, offset: number, size: number, to: Halves): number {
  to.high = 0;
  switch (size) {
    case 8:
      if ((offset & 7) !== 0) return split(to, page.data.getBigUint64(offset, true));
      to.high = page.u32[(offset >>> 2) + 1] | 0;
      return page.u32[offset >>> 2] | 0;
    case 4:
      return page.data.getInt32(offset, true);
    case 2:
      return page.data.getUint16(offset, true);
    default:
      return page.bytes[offset];
  }
}

/** Stores 8 bytes at a multiple of 8. */
export function writeAligned(page: Page, offset: number, low: number, high: number): void {
  page.u32[offset >>> 2] = low;
  page.u32[(offset >>> 2) + 1] = high;
  page.mark(offset);
}

/** Little-endian store of the lowest 1, 2, 4 or 8 bytes of a value. */
export function writePage(page: Page, offset: number, size: number, low: number, high: number): void {
  page.mark(offset);
  switch (size) {
    case 8:
      if ((offset & 7) === 0) {
        page.u32[offset >>> 2] = low;
        page.u32[(offset >>> 2) + 1] = high;
      } else {
        page.data.setInt32(offset, low, true);
        page.data.setInt32(offset + 4, high, true);
        page.mark(offset + 7);
      }
      break;
    case 4:
      page.data.setInt32(offset, low, true);
      page.mark(offset + 3);
      break;
    case 2:
      page.data.setInt16(offset, low, true);
      page.mark(offset + 1);
      break;
    default:
      page.bytes[offset] = low;
  }
}
