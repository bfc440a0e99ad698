import { describe, expect, it } from 'vitest';
import type { Machine, TagRange } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { tags, tagsNow } from './tags.ts';

const range = (from: number, to: number, tag: number): TagRange => ({ from, to, tag });

/** A machine whose memory is tagged so; the unit enumerates it page by page. */
const machineOf = (ranges: readonly TagRange[], memory = [{ name: 'dram', from: 0, to: 0x10000 }]) =>
  ({
    map: memory,
    units: [
      {
        granule: 0x1000,
        ranges: (from: number, to: number) =>
          ranges.filter((r) => r.from < to && r.to > from).map((r) => range(Math.max(r.from, from), Math.min(r.to, to), r.tag)),
        stale: () => [{ core: 1, from: 0x1000, to: 0x2000, cached: 0, table: 1 }],
      },
    ],
  }) as unknown as Machine;

const architecture = {
  tags: [
    { value: 0, name: 'Outer', world: 0 },
    { value: 1, name: 'Inner' },
  ],
  worlds: [{ id: 'O', name: 'Outer', icon: 'globe', color: 'c', other: 'not for the wire' }],
};

const page = { start: 0, count: 0, from: 0, to: Number.MAX_SAFE_INTEGER };
const shown = (before: readonly TagRange[] | undefined, now: readonly TagRange[], asked = {}) =>
  tags({ architecture, before: before && { tags: before }, tags: now, engine: { machine: machineOf(now) } } as unknown as Debuggee, {
    ...page,
    ...asked,
  });

describe('tags', () => {
  it('of neighbouring ranges are one range, and what answers nowhere is none', () => {
    const memory = [
      { name: 'high', from: 0x8000, to: 0x9000 },
      { name: 'low', from: 0, to: 0x2000 },
    ];
    const machine = machineOf([range(0, 0x1000, 0), range(0x1000, 0x8000, 0), range(0x8000, 0x10000, 1)], memory);
    expect(tagsNow(machine)).toEqual([range(0, 0x2000, 0), range(0x8000, 0x9000, 1)]);
  });

  it('that are others than at the last stop are marked, and only those', () => {
    const { ranges } = shown([range(0, 0x10000, 0)], [range(0, 0x3000, 0), range(0x3000, 0x4000, 1), range(0x4000, 0x10000, 0)]);
    expect(ranges.map(({ from, tag, changed }) => [from, tag, changed])).toEqual([
      ['0x0', 'Outer', false],
      ['0x3000', 'Inner', true],
      ['0x4000', 'Outer', false],
    ]);
  });

  it('have not changed while there is nothing to compare them with', () => {
    expect(shown(undefined, [range(0, 0x10000, 1)]).ranges).toMatchObject([{ changed: false }]);
  });

  it('wear the colour of their world, if they have one', () => {
    const { ranges } = shown(undefined, [range(0, 0x1000, 0), range(0x1000, 0x2000, 1), range(0x2000, 0x3000, 9)]);
    expect(ranges.map(({ tag, world }) => [tag, world])).toEqual([
      ['Outer', { id: 'O', name: 'Outer', icon: 'globe', color: 'c' }],
      ['Inner', undefined],
      ['0x9', undefined],
    ]);
  });

  it('come by pages, clipped to the addresses that are asked for', () => {
    const now = [range(0, 0x3000, 0), range(0x3000, 0x4000, 1), range(0x4000, 0x10000, 0)];
    expect(shown(undefined, now, { start: 1, count: 1 })).toMatchObject({ total: 3, ranges: [{ from: '0x3000' }] });
    expect(shown(undefined, now, { from: 0x2000, to: 0x3800 }).ranges.map(({ from, to }) => [from, to])).toEqual([
      ['0x2000', '0x3000'],
      ['0x3000', '0x3800'],
    ]);
  });

  it('that a TLB still has otherwise are said in a sentence', () => {
    expect(shown(undefined, []).stale[0].text).toBe("core 1's TLB still says Outer; the table says Inner");
  });
});
