/** RMI_RTT_CREATE, RMI_RTT_FOLD and RMI_RTT_DESTROY (DEN0137 B4.3): what they refuse, with which index, and what they do. */
import { describe, expect, it } from 'vitest';
import { createRealm, createRtt, entry, PARAMS, pool, type RealmOptions, SHARED, SIZE, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const { rd } = SMALL;
/** Two tables: of level 2 for the first GiB, of level 3 for its first 2 MiB. */
const L2 = pool(0);
const L3 = pool(1);
const SPARE = pool(2);

function realm(options: RealmOptions = SMALL): RmiHost {
  const host = bootedHost();
  createRealm(host, options);
  return host;
}

/** A Realm with both tables, and a granule to spare. */
function twoTables(base = 0): RmiHost {
  const host = realm();
  createRtt(host, L2, base, 2);
  createRtt(host, L3, base, 3);
  host.delegate(SPARE);
  return host;
}

/** 512 granules beside each other, aligned to 2 MiB: fills the table at level 3 with them. */
const BLOCK = 0x9000_0000;
function fill(host: RmiHost, command: 'RMI_DATA_CREATE' | 'RMI_DATA_CREATE_UNKNOWN', count = 512): void {
  for (let i = 0; i < count; i++) {
    host.delegate(BLOCK + i * GRANULE);
    host.ok(command, rd, BLOCK + i * GRANULE, i * GRANULE, SOURCE, 0);
  }
}

describe('RMI_RTT_CREATE', () => {
  it('puts a table below an entry, which says the same as before', () => {
    const host = realm();
    host.ok('RMI_RTT_INIT_RIPAS', rd, SIZE[1], 2 * SIZE[1]);
    createRtt(host, L2, SIZE[1], 2);
    expect(host.granule(L2)).toEqual({ state: 'RTT', locked: false, refcount: 0 });
    expect(host.granule(SMALL.rtt).refcount).toBe(1);
    expect(entry(host, SIZE[1], 1)).toBe(`1 TABLE EMPTY 0x${L2.toString(16)}`);
    expect(entry(host, SIZE[1], 2)).toBe('2 UNASSIGNED RAM');
    expect(entry(host, 2 * SIZE[1] - SIZE[2], 2)).toBe('2 UNASSIGNED RAM');
    expect(entry(host, 0, 2)).toBe('1 UNASSIGNED EMPTY');
    createRtt(host, L3, SIZE[1], 3);
    expect(host.granule(L2).refcount).toBe(1);
    expect(entry(host, SIZE[1] + 511 * GRANULE)).toBe('3 UNASSIGNED RAM');
  });

  it('copies the states DESTROYED and shared', () => {
    const host = realm();
    createRtt(host, L2, 0, 2);
    host.ok('RMI_RTT_DESTROY', rd, 0, 2);
    expect(entry(host, 0, 1)).toBe('1 UNASSIGNED DESTROYED');
    host.ok('RMI_RTT_CREATE', rd, L2, 0, 2);
    expect(entry(host, SIZE[1] - SIZE[2], 2)).toBe('2 UNASSIGNED DESTROYED');
    createRtt(host, L3, SHARED, 2);
    expect(host.rmi('RMI_RTT_MAP_UNPROTECTED', rd, SHARED + SIZE[2], 2, 0x8020_00d8n)).toBe('SUCCESS');
  });

  it('unfolds a block of shared memory with its attributes', () => {
    const host = realm();
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 1, 0x8000_0058n);
    createRtt(host, L2, SHARED, 2);
    expect(host.granule(SMALL.rtt).refcount).toBe(1);
    expect(host.granule(L2).refcount).toBe(0);
    expect(entry(host, SHARED, 2)).toBe('2 ASSIGNED EMPTY 0x80000058');
    expect(entry(host, SHARED + SIZE[1] - SIZE[2], 2)).toBe('2 ASSIGNED EMPTY 0xbfe00058');
  });

  it('unfolds a block of the Realm’s memory, entry by entry', () => {
    const host = twoTables();
    fill(host, 'RMI_DATA_CREATE');
    host.ok('RMI_RTT_FOLD', rd, 0, 3);
    expect(entry(host, 0)).toBe('2 ASSIGNED RAM 0x90000000');
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, 0, 3)).toBe('SUCCESS');
    expect(host.granule(SPARE).refcount).toBe(512);
    expect(entry(host, 0)).toBe('3 ASSIGNED RAM 0x90000000');
    expect(entry(host, 511 * GRANULE)).toBe('3 ASSIGNED RAM 0x901ff000');
  });

  it.each([
    ['the starting level', 0, 1],
    ['a level below the pages', 0, 4],
    ['a level of -1', 0, -1],
    ['an address in the middle of the entry above', SIZE[2], 2],
    ['an address that the Realm does not have', 2 * SHARED, 2],
  ])('refuses %s', (_, ipa, level) => {
    const host = realm();
    host.delegate(L2);
    expect(host.rmi('RMI_RTT_CREATE', rd, L2, ipa, level)).toBe('INPUT');
    expect(host.granule(L2)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
  });

  it('refuses a descriptor or a table that is none', () => {
    const host = realm();
    host.delegate(L2);
    for (const table of [L2 + 8, 0x1_0000_0000, PARAMS, rd, SMALL.rtt]) expect(host.rmi('RMI_RTT_CREATE', rd, table, 0, 2)).toBe('INPUT');
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L2, SMALL.rtt]) {
      expect(host.rmi('RMI_RTT_CREATE', wrong, L2, 0, 2)).toBe('INPUT');
    }
    expect(host.rmi('RMI_RTT_CREATE', rd, L2, 0, 2)).toBe('SUCCESS');
  });

  it('says at which level the walk ended, or that there is a table', () => {
    const host = realm();
    host.delegate(SPARE);
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, 0, 3)).toBe('RTT 1');
    createRtt(host, L2, 0, 2);
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, 0, 2)).toBe('RTT 1');
    createRtt(host, L3, 0, 3);
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, 0, 3)).toBe('RTT 2');
    expect(host.granule(SPARE)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
  });

  it('reports bad input before the state of the tables', () => {
    const host = realm();
    expect(host.rmi('RMI_RTT_CREATE', rd, PARAMS, 0, 3)).toBe('INPUT');
    host.delegate(SPARE);
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, GRANULE, 3)).toBe('INPUT');
    expect(host.rmi('RMI_RTT_CREATE', rd, SPARE, 2 * SHARED, 3)).toBe('INPUT');
  });

  it('finds the entry in any of the tables at the starting level', () => {
    const options = { ...SMALL, s2sz: 34, level: 2, numStart: 16 };
    const host = realm(options);
    for (const [i, at] of [0, 5, 15].entries()) {
      const ipa = at * SIZE[1] + 3 * SIZE[2];
      createRtt(host, pool(i), ipa, 3, options);
      expect(host.granule(SMALL.rtt + at * GRANULE).refcount).toBe(1);
      expect(host.read(SMALL.rtt + at * GRANULE + 24)).toBe(BigInt(pool(i)) | 3n);
    }
    expect(host.granule(SMALL.rtt + GRANULE).refcount).toBe(0);
  });
});

describe('RMI_RTT_FOLD', () => {
  it.each([
    ['EMPTY', 'UNASSIGNED EMPTY', () => {}],
    ['RAM', 'UNASSIGNED RAM', (host: RmiHost) => host.ok('RMI_RTT_INIT_RIPAS', rd, 0, SIZE[2])],
  ])('makes a table of 512 entries that are %s one entry', (_, state, prepare) => {
    const host = twoTables();
    prepare(host);
    expect(host.run('RMI_RTT_FOLD', rd, 0, 3)).toMatchObject({ status: 'SUCCESS', x: [0n, BigInt(L3), 0n, 0n, expect.anything()] });
    expect(entry(host, 0)).toBe(`2 ${state}`);
    expect(host.granule(L3)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    expect(host.zero(L3)).toBe(true);
    expect(host.granule(L2).refcount).toBe(0);
  });

  it('folds DESTROYED entries', () => {
    const host = realm();
    createRtt(host, L2, 0, 2);
    host.ok('RMI_RTT_DESTROY', rd, 0, 2);
    host.ok('RMI_RTT_CREATE', rd, L2, 0, 2);
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 2)).toBe('SUCCESS');
    expect(entry(host, 0, 1)).toBe('1 UNASSIGNED DESTROYED');
  });

  it('makes 512 pages of the Realm that lie beside each other one block', () => {
    const host = twoTables();
    fill(host, 'RMI_DATA_CREATE');
    expect(host.granule(L3).refcount).toBe(512);
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 3)).toBe('SUCCESS');
    expect(host.granule(L3)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    expect(host.granule(L2).refcount).toBe(1);
    expect(entry(host, 0)).toBe('2 ASSIGNED RAM 0x90000000');
    // A valid block: all access, Normal write-back, inner shareable, accessed.
    expect(host.read(L2)).toBe(0x9000_07d9n);
    expect(host.rmi('RMI_RTT_DESTROY', rd, 0, 2)).toBe('RTT 2');
  });

  it('keeps a block EMPTY whose pages were', () => {
    const host = twoTables();
    fill(host, 'RMI_DATA_CREATE_UNKNOWN');
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 3)).toBe('SUCCESS');
    expect(entry(host, 0)).toBe('2 ASSIGNED EMPTY 0x90000000');
    expect(host.read(L2) & 3n).toBe(0n);
  });

  it('refuses pages that are not those of one block', () => {
    const host = twoTables();
    fill(host, 'RMI_DATA_CREATE', 511);
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 3)).toBe('RTT 3');
    host.ok('RMI_DATA_CREATE', rd, SPARE, 511 * GRANULE, SOURCE, 0);
    expect(host.granule(L3).refcount).toBe(512);
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 3)).toBe('RTT 3');
    expect(entry(host, 0)).toBe('3 ASSIGNED RAM 0x90000000');
  });

  it('folds shared pages with the same attributes, and refuses others', () => {
    const host = twoTables(SHARED);
    for (let i = 0; i < 512; i++) host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED + i * GRANULE, 3, BigInt(BLOCK + i * GRANULE) | 0xd8n);
    host.ok('RMI_RTT_UNMAP_UNPROTECTED', rd, SHARED, 3);
    expect(host.rmi('RMI_RTT_FOLD', rd, SHARED, 3)).toBe('RTT 3');
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 3, BigInt(BLOCK) | 0x58n);
    expect(host.rmi('RMI_RTT_FOLD', rd, SHARED, 3)).toBe('RTT 3');
    host.ok('RMI_RTT_UNMAP_UNPROTECTED', rd, SHARED, 3);
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 3, BigInt(BLOCK) | 0xd8n);
    expect(host.rmi('RMI_RTT_FOLD', rd, SHARED, 3)).toBe('SUCCESS');
    expect(entry(host, SHARED)).toBe('2 ASSIGNED EMPTY 0x900000d8');
    expect(host.granule(L2).refcount).toBe(0);
  });

  it('makes no block of 512 GiB', () => {
    const options = { ...SMALL, s2sz: 40, level: 0 };
    const host = realm(options);
    const shared = 2 ** 39;
    createRtt(host, L2, shared, 1, options);
    for (let i = 0; i < 512; i++) host.ok('RMI_RTT_MAP_UNPROTECTED', rd, shared + i * SIZE[1], 1, BigInt(i * SIZE[1]) | 0xd8n);
    expect(host.rmi('RMI_RTT_FOLD', rd, shared, 1)).toBe('RTT 0');
    expect(host.state(L2)).toBe('RTT');
  });

  it('refuses a table that holds tables, or different states', () => {
    const host = twoTables();
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 2)).toBe('RTT 2');
    host.ok('RMI_RTT_INIT_RIPAS', rd, 0, GRANULE);
    expect(host.rmi('RMI_RTT_FOLD', rd, 0, 3)).toBe('RTT 3');
    expect(host.state(L3)).toBe('RTT');
  });

  it.each([
    ['the starting level', 0, 1],
    ['a level below the pages', 0, 4],
    ['an address in the middle of the entry above', GRANULE, 3],
    ['an address that the Realm does not have', 2 * SHARED, 3],
  ])('refuses %s', (_, ipa, level) => {
    expect(twoTables().rmi('RMI_RTT_FOLD', rd, ipa, level)).toBe('INPUT');
  });

  it('refuses a descriptor that is none, and says where there is no table', () => {
    const host = twoTables();
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L2]) expect(host.rmi('RMI_RTT_FOLD', wrong, 0, 3)).toBe('INPUT');
    expect(host.rmi('RMI_RTT_FOLD', rd, SIZE[2], 3)).toBe('RTT 2');
    expect(host.rmi('RMI_RTT_FOLD', rd, SIZE[1], 3)).toBe('RTT 1');
    expect(host.rmi('RMI_RTT_FOLD', rd, SIZE[1], 2)).toBe('RTT 1');
  });
});

describe('RMI_RTT_DESTROY', () => {
  it('takes a table away; in the protected half, what it said is lost', () => {
    const host = twoTables();
    expect(host.run('RMI_RTT_DESTROY', rd, 0, 3)).toMatchObject({
      status: 'SUCCESS',
      x: [0n, BigInt(L3), BigInt(SIZE[1]), 0n, expect.anything()],
    });
    expect(entry(host, 0)).toBe('2 UNASSIGNED DESTROYED');
    expect(host.granule(L3)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    expect(host.zero(L3)).toBe(true);
    expect(host.granule(L2).refcount).toBe(0);
  });

  it('takes a table full of the host’s memory away; the entry can map again', () => {
    const host = twoTables(SHARED);
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 3, 0x8000_00d8n);
    expect(host.rmi('RMI_RTT_DESTROY', rd, SHARED, 3)).toBe('SUCCESS');
    expect(entry(host, SHARED)).toBe('2 UNASSIGNED EMPTY');
    expect(host.rmi('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 2, 0x8000_00d8n)).toBe('SUCCESS');
  });

  it('refuses a table with a granule of the Realm or a table in it, and says that the address is live', () => {
    const host = twoTables();
    expect(host.run('RMI_RTT_DESTROY', rd, 0, 2)).toMatchObject({ status: 'RTT', index: 2, x: [0x204n, 0n, 0n, 0n, expect.anything()] });
    host.ok('RMI_DATA_CREATE_UNKNOWN', rd, SPARE, 0);
    expect(host.rmi('RMI_RTT_DESTROY', rd, 0, 3)).toBe('RTT 3');
    host.ok('RMI_DATA_DESTROY', rd, 0);
    expect(host.rmi('RMI_RTT_DESTROY', rd, 0, 3)).toBe('SUCCESS');
    expect(host.rmi('RMI_RTT_DESTROY', rd, 0, 2)).toBe('SUCCESS');
    expect(host.rmi('RMI_REALM_DESTROY', rd)).toBe('SUCCESS');
  });

  it('says where the next live entry is', () => {
    const host = twoTables();
    createRtt(host, pool(3), 5 * SIZE[2], 3);
    const top = (ipa: number, level: number) => {
      const { status, index, x } = host.run('RMI_RTT_DESTROY', rd, ipa, level);
      return [status === 'SUCCESS' ? status : `${status} ${index}`, Number(x[2])];
    };
    expect(top(SIZE[2], 3)).toEqual(['RTT 2', 5 * SIZE[2]]);
    expect(top(6 * SIZE[2], 3)).toEqual(['RTT 2', SIZE[1]]);
    expect(top(SIZE[1] + SIZE[2], 3)).toEqual(['RTT 1', 512 * SIZE[1]]);
    expect(top(0, 3)).toEqual(['SUCCESS', 5 * SIZE[2]]);
  });

  it('says that a block above is live, at that address', () => {
    const host = realm();
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 1, 0x8000_00d8n);
    expect(host.run('RMI_RTT_DESTROY', rd, SHARED + SIZE[2], 3)).toMatchObject({
      status: 'RTT',
      index: 1,
      x: [0x104n, 0n, BigInt(SHARED + SIZE[2]), 0n, expect.anything()],
    });
  });

  it.each([
    ['the starting level', 0, 1],
    ['a level below the pages', 0, 4],
    ['an address in the middle of the entry above', GRANULE, 3],
    ['an address that the Realm does not have', 2 * SHARED, 3],
  ])('refuses %s, with a next address of zero', (_, ipa, level) => {
    expect(twoTables().run('RMI_RTT_DESTROY', rd, ipa, level)).toMatchObject({ status: 'INPUT', x: [1n, 0n, 0n, 0n, expect.anything()] });
  });

  it('refuses a descriptor that is none', () => {
    const host = twoTables();
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L2]) expect(host.rmi('RMI_RTT_DESTROY', wrong, 0, 3)).toBe('INPUT');
  });
});
