import { describe, expect, it } from 'vitest';
import type { WorldEntry } from '../../debug-adapter/protocol.ts';
import { worldRows } from './worlds.ts';

const outer = { id: 'N', name: 'Normal', icon: 'globe', color: 'worldstep.nonSecureForeground' };
const inner = { id: 'S', name: 'Secure', icon: 'lock', color: 'worldstep.secureForeground' };
const entry = (core: number, text: string, status: WorldEntry['status'], world = outer): WorldEntry => ({
  core,
  text,
  world,
  status,
  threadId: core + 1,
});

describe('the Worlds view', () => {
  it('shows the lines of a single core as they are spelled, without a heading', () => {
    const rows = worldRows([entry(0, 'Normal ▸ host.main', 'running'), entry(0, 'Secure ▸ os, parked', 'parked', inner)]);
    expect(rows.map(({ label, icon }) => [label, icon?.id])).toEqual([
      ['Normal ▸ host.main', 'globe'],
      ['Secure ▸ os, parked', 'lock'],
    ]);
  });

  it('puts the lines of several cores under their cores', () => {
    const rows = worldRows([entry(0, 'a', 'running'), entry(1, 'b', 'off')]);
    expect(rows.map(({ label, open }) => [label, open])).toEqual([
      ['core 0', true],
      ['core 1', true],
    ]);
    expect(rows[1].children?.().map(({ label }) => label)).toEqual(['b']);
  });

  it('gives the same id to the same world at the next stop, wherever it is by then', () => {
    const [before] = worldRows([entry(0, 'Normal ▸ host.main', 'running')]);
    const [after] = worldRows([entry(0, 'Normal ▸ host.helper', 'running')]);
    expect(after.id).toBe(before.id);
  });

  it('gives no two rows one id', () => {
    const rows = worldRows([entry(0, 'a', 'parked'), entry(0, 'b', 'parked'), entry(0, 'c', 'parked')]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  });
});
