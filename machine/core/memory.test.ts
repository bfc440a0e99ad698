/** Memory behaves as a flat array of bytes, and a snapshot as a copy of it that costs nothing. */
import { describe, expect, it } from 'vitest';
import { Memory, type MemorySnapshot, PAGE_SIZE, Page, readPage, writePage } from './memory.ts';
import { touches } from './protection.ts';

/** A seeded generator: a failing case comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const SIZES = [1, 2, 4, 8] as const;

describe('memory', () => {
  it('reads as zeros where nothing was stored', () => {
    const memory = new Memory();
    for (const pa of [0, 0x8000_0000, 2 ** 47 + 0x1000, 2 ** 52 - 8]) expect(memory.read(pa, 8)).toBe(0n);
  });

  it('keeps pages apart over all 52 bits of an address', () => {
    const memory = new Memory();
    const addresses = Array.from({ length: 40 }, (_, bit) => 2 ** (bit + 12));
    for (const [i, pa] of addresses.entries()) memory.write(pa, 8, BigInt(i + 1));
    for (const [i, pa] of addresses.entries()) expect(memory.read(pa, 8)).toBe(BigInt(i + 1));
    expect(memory.read(0, 8)).toBe(0n);
  });

  it('is little-endian, at any alignment and across pages', () => {
    const memory = new Memory();
    for (const pa of [0x1000, 0x1003, PAGE_SIZE * 2 - 1, PAGE_SIZE * 3 - 5]) {
      memory.write(pa, 8, 0x1122_3344_5566_7788n);
      expect(memory.read(pa, 8)).toBe(0x1122_3344_5566_7788n);
      expect(memory.read(pa, 1)).toBe(0x88n);
      expect(memory.read(pa + 6, 2)).toBe(0x1122n);
    }
  });

  it('lets pages of one value share storage from a snapshot on, and copies one again for the next store', () => {
    const memory = new Memory();
    for (let page = 0; page < 3000; page++) {
      const { u64 } = memory.writable(page);
      u64.fill(page % 3 === 0 ? 0x9999_9999_9999_9999n : 5n);
    }
    const kept = [memory.snapshot(), memory.snapshot(), memory.snapshot()].at(-1) as MemorySnapshot;
    expect(new Set(Array.from({ length: 3000 }, (_, page) => memory.page(page))).size).toBe(2);
    memory.write(0, 8, 1n);
    expect([memory.read(0, 8), memory.read(8, 8), memory.read(3 * PAGE_SIZE, 8)]).toEqual([
      1n,
      0x9999_9999_9999_9999n,
      0x9999_9999_9999_9999n,
    ]);
    memory.restore(kept);
    expect(memory.read(0, 8)).toBe(0x9999_9999_9999_9999n);
  });

  it('never shares a page that differs in one bit', () => {
    for (const offset of [0, 4, 2048, 4092]) {
      const memory = new Memory();
      memory.writable(7).u64.fill(3n);
      memory.write(7 * PAGE_SIZE + offset, 4, 2n);
      memory.snapshot();
      expect(memory.read(7 * PAGE_SIZE + offset, 4)).toBe(2n);
    }
  });

  it('agrees with an array of bytes through random stores, snapshots and restores', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const next = random(seed);
      const memory = new Memory();
      const span = 5 * PAGE_SIZE;
      let model = new Uint8Array(span);
      const kept: { readonly snapshot: MemorySnapshot; readonly model: Uint8Array<ArrayBuffer> }[] = [];
      for (let i = 0; i < 300; i++) {
        const choice = next();
        if (choice < 0.05) kept.push({ snapshot: memory.snapshot(), model: model.slice() });
        else if (choice < 0.1 && kept.length > 0) {
          const chosen = kept[Math.floor(next() * kept.length)];
          memory.restore(chosen.snapshot);
          model = chosen.model.slice();
        } else {
          const size = SIZES[Math.floor(next() * 4)];
          const pa = Math.floor(next() * (span - 8));
          const value = BigInt.asUintN(8 * size, BigInt(Math.floor(next() * 2 ** 53)) * 4097n);
          memory.write(pa, size, value);
          for (let b = 0; b < size; b++) model[pa + b] = Number((value >> BigInt(8 * b)) & 0xffn);
        }
      }
      const bytes = Uint8Array.from({ length: span }, (_, pa) => Number(memory.read(pa, 1)));
      const wrong = bytes.findIndex((byte, pa) => byte !== model[pa]);
      expect(wrong, `seed ${seed}: first wrong byte`).toBe(-1);
    }
  });
});

describe('a snapshot', () => {
  it('shares the pages that are not stored to afterwards', () => {
    const memory = new Memory();
    memory.write(0x1000, 8, 1n);
    memory.write(0x2000, 8, 2n);
    const shared = memory.page(2);
    memory.snapshot();
    memory.write(0x1000, 8, 3n);
    expect(memory.page(2)).toBe(shared);
  });

  it('is followed by an empty list of dirty pages, which stores fill with the lines they touch', () => {
    const memory = new Memory();
    memory.write(0x1000, 8, 1n);
    memory.snapshot();
    expect(memory.dirty()).toEqual([]);
    memory.write(0x1000 + 64 * 3, 8, 1n);
    memory.write(0x1000 + 64 * 40, 1, 1n);
    expect(memory.dirty()).toEqual([{ page: 1, lo: 1 << 3, hi: 1 << 8 }]);
  });

  it('moves the epoch on, and so does the first store to a page that it shares', () => {
    const memory = new Memory();
    memory.write(0x1000, 8, 1n);
    const before = memory.epoch;
    memory.write(0x1008, 8, 1n);
    expect(memory.epoch).toBe(before);
    memory.snapshot();
    const after = memory.epoch;
    expect(after).toBeGreaterThan(before);
    memory.write(0x1008, 8, 2n);
    expect(memory.epoch).toBeGreaterThan(after);
  });
});

describe('a store to a page of code', () => {
  it('drops the words decoded from it and moves the epoch on', () => {
    const memory = new Memory();
    memory.write(0x1000, 8, 1n);
    const page = memory.page(1);
    page.words = [];
    expect(memory.owns(page)).toBe(false);
    const before = memory.epoch;
    memory.write(0x1000, 8, 2n);
    expect(memory.page(1).words).toBeNull();
    expect(memory.epoch).toBeGreaterThan(before);
  });
});

describe('a page', () => {
  it('marks every line that a store touches', () => {
    const page = new Page(1);
    writePage(page, 63, 2, 0xaabb, 0);
    expect(page.lo).toBe(0b11);
    writePage(page, 64 * 31 + 60, 8, 1, 0);
    expect([page.lo >>> 31, page.hi]).toEqual([1, 1]);
    expect(readPage(page, 63, 2, { high: -1 })).toBe(0xaabb);
  });
});

describe('touches', () => {
  it('tells whether a dirty line overlaps a range', () => {
    const dirty = { page: 1, lo: 1 << 2, hi: 1 << 31 };
    const line = (n: number) => PAGE_SIZE + 64 * n;
    expect(touches(dirty, line(2), 8)).toBe(true);
    expect(touches(dirty, line(3), 8)).toBe(false);
    expect(touches(dirty, line(1) + 60, 8)).toBe(true);
    expect(touches(dirty, line(63), 1)).toBe(true);
    expect(touches(dirty, line(64), 8)).toBe(false);
    expect(touches(dirty, 0, PAGE_SIZE)).toBe(false);
    expect(touches(dirty, 0, PAGE_SIZE * 3)).toBe(true);
  });
});
