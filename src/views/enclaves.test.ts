import { describe, expect, it } from 'vitest';
import type { ViewEntry } from '../../debug-adapter/protocol.ts';
import { enclaveRows, saidBy } from './enclaves.ts';

const entry = (label: string, more: Partial<ViewEntry> = {}): ViewEntry => ({ label, fields: [], children: [], ...more });
const inner = { id: 'R', name: 'Realm', icon: 'shield', color: 'worldstep.realmForeground' };
const realms = (...children: ViewEntry[]): ViewEntry => entry('Realms', { children });

describe('the Enclaves view', () => {
  it('shows each declared view by its title, open, and says where there is nothing in it', () => {
    const rows = enclaveRows([realms(entry('Realm 1')), entry('Granules')]);
    expect(rows.map(({ label, description, open }) => [label, description, open])).toEqual([
      ['Realms', undefined, true],
      ['Granules', 'none', true],
    ]);
    expect(rows[1].children).toBeUndefined();
  });

  it('shows an item with its state and icon, its fields before what stands under it', () => {
    const realm = entry('Realm 1', {
      world: inner,
      icon: 'shield',
      state: 'ACTIVE',
      address: { pa: '0x88001000', text: 'realm:0x8800_1000' },
      fields: [{ label: 'IPA width', text: '40' }],
      children: [entry('REC 0', { icon: 'circuit-board' })],
    });
    const [row] = enclaveRows([realms(realm)])[0].children?.() ?? [];
    expect(row).toMatchObject({
      label: 'Realm 1',
      description: 'ACTIVE',
      icon: { id: 'shield', color: 'worldstep.realmForeground' },
      tooltip: 'Realm 1 · ACTIVE · realm:0x8800_1000',
      kind: 'place',
      address: '0x88001000',
    });
    expect(row.children?.().map(({ label, description, icon }) => [label, description, icon?.id])).toEqual([
      ['IPA width', '40', undefined],
      ['REC 0', undefined, 'circuit-board'],
    ]);
  });

  it('gives an item the same id at the next stop, and no two rows one id', () => {
    const before = enclaveRows([realms(entry('Realm 1'), entry('Realm 1'))])[0].children?.() ?? [];
    const after = enclaveRows([realms(entry('Realm 1', { state: 'ACTIVE' }), entry('Realm 1'))])[0].children?.() ?? [];
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(new Set(before.map(({ id }) => id)).size).toBe(2);
  });

  it('marks what is new or says something else than at the last stop, and only that', () => {
    const field = (text: string) => ({ fields: [{ label: 'x0', text }] });
    const before = saidBy([
      realms(entry('Realm 1', { state: 'NEW', ...field('0x1') }), entry('Realm 2', { state: 'NEW', ...field('0x1') })),
    ]);
    const now = [
      realms(
        entry('Realm 1', { state: 'ACTIVE', ...field('0x1') }),
        entry('Realm 2', { state: 'NEW', ...field('0x2') }),
        entry('Realm 3', { state: 'NEW', ...field('0x3') }),
      ),
    ];
    const [view] = enclaveRows(now, before);
    const rows = view.children?.() ?? [];
    expect(rows.map(({ label, description, changed }) => [label, description, changed ?? false])).toEqual([
      ['Realm 1', 'ACTIVE · changed', true],
      ['Realm 2', 'NEW', false],
      ['Realm 3', 'NEW · new', true],
    ]);
    expect(rows.map((row) => row.children?.()[0].description)).toEqual(['0x1', '0x2 · changed', '0x3']);
    expect(
      enclaveRows(now)[0]
        .children?.()
        .map(({ changed }) => changed),
    ).toEqual([undefined, undefined, undefined]);
  });
});
