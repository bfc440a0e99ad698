import { describe, expect, it } from 'vitest';
import type { TagEntry } from '../../debug-adapter/protocol.ts';
import { tagRows } from './pas-tags.ts';
import type { Row } from './row.ts';

const world = { id: 'S', name: 'Secure', icon: 'lock', color: 'worldstep.secureForeground' };
const range = (from: string, to: string, changed = false): TagEntry => ({ from, to, tag: 'Secure', world, changed });
const body = (ranges: TagEntry[], total = ranges.length) => ({ unit: '0x1000', total, ranges, stale: [] });
const texts = (rows: readonly Row[]) => rows.map(({ label, description }) => `${label} ${description}`);

describe('the PAS Tags view', () => {
  it('names a range by its first address, its tag and its size, and both ends in the tooltip', () => {
    const rows = tagRows(body([range('0x88000000', '0x88001000'), range('0x88001000', '0x90000000')]));
    expect(texts(rows)).toEqual(['0x8800_0000 Secure · 4 KiB', '0x8800_1000 Secure · ≈ 127.9 MiB']);
    expect(rows[1].tooltip).toBe('0x8800_1000 – 0x8fff_ffff: Secure');
  });

  it('says in words what changed since the last stop', () => {
    const [row] = tagRows(body([range('0x88000000', '0x88001000', true)]));
    expect(row.description).toBe('Secure · 4 KiB · changed');
  });

  it('marks nothing where there was no stop before', () => {
    const [row] = tagRows(body([range('0x88000000', '0x88001000', true)]), false);
    expect([row.description, row.changed]).toEqual(['Secure · 4 KiB', false]);
  });

  it('opens a range into its granules, and a granule into nothing', () => {
    const [row] = tagRows(body([range('0x1000', '0x4000')]));
    const granules = row.children?.() ?? [];
    expect(granules.map(({ address }) => address)).toEqual(['0x1000', '0x2000', '0x3000']);
    expect(granules[0].children).toBeUndefined();
  });

  it('opens a terabyte in levels of at most 257 rows, which cover it without gaps', () => {
    const [row] = tagRows(body([range('0x1000', '0x10000000000')]));
    let [level, depth] = [row, 0];
    for (; level.children; depth++) {
      const children = level.children();
      expect(children.length).toBeLessThanOrEqual(257);
      expect(children[0].address).toBe('0x1000');
      level = children[0];
    }
    expect(depth).toBe(4);
    expect(level.label).toBe('0x0000_1000');
  });

  it('shows stale entries apart, before the ranges', () => {
    const text = 'core 0 still says Normal; the table says Secure';
    const stale = [{ core: 0, from: '0x88000000', to: '0x88001000', text }];
    const rows = tagRows({ ...body([range('0x88000000', '0x88001000')]), stale });
    expect(rows.map(({ id }) => id)).toEqual(['stale', 'tag 88000000-88001000']);
    expect(texts(rows[0].children?.() ?? [])).toEqual([`0x8800_0000 ${text}`]);
  });

  it('offers the ranges that are not there yet', () => {
    const rows = tagRows(body([range('0x1000', '0x2000')], 41));
    expect(rows.at(-1)?.label).toBe('Show more (40 ranges left)');
  });
});
