/** What the granule protection table tells the debugger about itself. */
import { describe, expect, it } from 'vitest';
import { GPI_ANY, GPI_NO_ACCESS, GPI_NS, GPI_SECURE, TAG_INVALID } from './gpi.ts';
import { GPCCR_ON, GPT_LEVEL0, GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import type { GptUnit } from './gpt-unit.ts';
import { Random } from './random.test-support.ts';
import { Bench } from './test-support.ts';

const GPI_REALM = 0b1011;
const A = 0x800_0000;
const GB = 2 ** 30;
const unitOf = (bench: Bench) => bench.machine.units[0] as GptUnit;

describe('the ranges of the granule protection table', () => {
  it('are one range of Any while checks are off', () => {
    expect(unitOf(new Bench()).ranges(0, 4 * GB)).toEqual([{ from: 0, to: 4 * GB, tag: GPI_ANY }]);
  });

  it('join granules, level 1 descriptors and level 0 blocks of one tag', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench, GPI_NS)
      .set(A, GPI_REALM)
      .set(A + 0x1000, GPI_REALM)
      .set(A + 0x2000, GPI_SECURE);
    gpt.level0(3, (BigInt(GPI_ANY) << 4n) | 1n).on();
    expect(unitOf(bench).ranges(0, 4 * GB)).toEqual([
      { from: 0, to: A, tag: GPI_NS },
      { from: A, to: A + 0x2000, tag: GPI_REALM },
      { from: A + 0x2000, to: A + 0x3000, tag: GPI_SECURE },
      { from: A + 0x3000, to: 3 * GB, tag: GPI_NS },
      { from: 3 * GB, to: 4 * GB, tag: GPI_ANY },
    ]);
  });

  it('are clipped to what was asked for, inside a granule too', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_NS).set(A, GPI_REALM).on();
    expect(unitOf(bench).ranges(A - 0x10, A + 0x20)).toEqual([
      { from: A - 0x10, to: A, tag: GPI_NS },
      { from: A, to: A + 0x20, tag: GPI_REALM },
    ]);
    expect(unitOf(bench).ranges(A + 5, A + 5)).toEqual([]);
  });

  it('are the same when memory has found out which pages of the table repeat one value', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_NS)
      .set(A, GPI_REALM)
      .level1(2 ** 29, 2n)
      .on();
    const { memory } = bench.machine;
    const repeating = () => Array.from({ length: 32 }, (_, i) => memory.page(GPT_LEVEL1 / 4096 + i).repeats).filter(Boolean).length;
    const queries = [
      [0, 5 * GB],
      [A - 5, A + 2 * GB],
      [2 ** 25 + 4096, 2 ** 27],
      [2 ** 29, 2 ** 29 + 1],
    ] as const;
    const all = () => queries.map(([from, to]) => unitOf(bench).ranges(from, to));
    const before = all();
    expect(repeating()).toBe(0);
    memory.snapshot();
    expect(repeating()).toBe(30);
    expect(all()).toEqual(before);
  });

  it('show what lies above the protected size as Non-secure, which needs no look-up there', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_ANY).on();
    expect(unitOf(bench).ranges(3 * GB, 6 * GB)).toEqual([
      { from: 3 * GB, to: 4 * GB, tag: GPI_ANY },
      { from: 4 * GB, to: 6 * GB, tag: GPI_NS },
    ]);
  });

  it('show invalid descriptors and an invalid configuration as such', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench, GPI_NS).level1(A, 2n).level0(2, 0n).on();
    expect(unitOf(bench).ranges(0, 3 * GB)).toEqual([
      { from: 0, to: A, tag: GPI_NS },
      { from: A, to: A + 0x1_0000, tag: TAG_INVALID },
      { from: A + 0x1_0000, to: 2 * GB, tag: GPI_NS },
      { from: 2 * GB, to: 3 * GB, tag: TAG_INVALID },
    ]);
    gpt.on(GPCCR_ON | 7n);
    expect(unitOf(bench).ranges(0, GB)).toEqual([{ from: 0, to: GB, tag: TAG_INVALID }]);
  });

  it('agree with the tag of every granule, for random tables', () => {
    const random = new Random(7);
    const bench = new Bench();
    const gpt = new Gpt(bench, GPI_NS).on();
    for (let i = 0; i < 300; i++) gpt.set(A + 0x1000 * random.below(512), random.pick([GPI_NS, GPI_REALM, GPI_SECURE, GPI_NO_ACCESS]));
    for (let i = 0; i < 10; i++) gpt.level1(A + 0x1_0000 * random.below(32), random.pick([0n, 0x1b1n, 0x2n, 0x391n]));
    const unit = unitOf(bench);
    const ranges = unit.ranges(A - 0x1_0000, A + 0x21_0000);
    for (const [i, range] of ranges.entries()) {
      for (let pa = range.from; pa < range.to; pa += 0x1000) expect(unit.tagAt(pa)).toBe(range.tag);
      if (i > 0) {
        expect(ranges[i - 1].to).toBe(range.from);
        expect(ranges[i - 1].tag).not.toBe(range.tag);
      }
    }
  });

  it('of 256 TB are found within two seconds', () => {
    const bench = new Bench({ memory: [{ name: 'dram', from: 0, to: 2 ** 47 }] });
    const level0 = 0x1000_0000;
    for (let i = 0; i < 2 ** 18; i++) bench.machine.memory.write(level0 + 8 * i, 8, (BigInt(i < 2 ** 17 ? GPI_NS : GPI_REALM) << 4n) | 1n);
    bench.set('GPTBR_EL3', BigInt(level0) >> 12n);
    bench.set('GPCCR_EL3', GPCCR_ON | 0b101n);
    const start = performance.now();
    expect(unitOf(bench).ranges(0, 2 ** 48)).toEqual([
      { from: 0, to: 2 ** 47, tag: GPI_NS },
      { from: 2 ** 47, to: 2 ** 48, tag: GPI_REALM },
    ]);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('the source of a tag', () => {
  it('is the level 0 and level 1 descriptor and the registers that lead to them', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_NS).on();
    expect(unitOf(bench).source(A)).toEqual({
      cells: [
        { pa: GPT_LEVEL0, size: 8, name: 'GPT level 0 descriptor' },
        { pa: GPT_LEVEL1 + 8 * (A / 0x1_0000), size: 8, name: 'GPT level 1 descriptor' },
      ],
      registers: ['GPCCR_EL3', 'GPTBR_EL3'],
    });
  });

  it('of a block is the level 0 descriptor alone', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_NS).on();
    expect(unitOf(bench).source(GB).cells).toEqual([{ pa: GPT_LEVEL0 + 8, size: 8, name: 'GPT level 0 descriptor' }]);
  });

  it('is the registers alone while checks are off', () => {
    expect(unitOf(new Bench()).source(A).cells).toEqual([]);
  });
});

describe('stale tags', () => {
  it('are what a core remembers and the table no longer says, joined over granules', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench, GPI_NS).on();
    bench.enter('NS.EL2');
    for (const page of [0, 1, 3]) bench.load(BigInt(A + 0x1000 * page));
    expect(unitOf(bench).stale()).toEqual([]);
    for (const page of [0, 1, 2, 3]) gpt.set(A + 0x1000 * page, GPI_REALM);
    expect(unitOf(bench).stale()).toEqual([
      { core: 0, from: A, to: A + 0x2000, cached: GPI_NS, table: GPI_REALM },
      { core: 0, from: A + 0x3000, to: A + 0x4000, cached: GPI_NS, table: GPI_REALM },
    ]);
  });

  it('are told once, even if several states of the core remember them', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench, GPI_ANY).on();
    for (const state of ['NS.EL2', 'Realm.EL2']) {
      bench.enter(state);
      bench.load(BigInt(A));
    }
    gpt.set(A, GPI_REALM);
    expect(unitOf(bench).stale()).toEqual([{ core: 0, from: A, to: A + 0x1000, cached: GPI_ANY, table: GPI_REALM }]);
  });
});
