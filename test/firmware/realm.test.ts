/** RMI_REALM_CREATE, RMI_REALM_ACTIVATE, RMI_REALM_DESTROY (DEN0137 B4.3): what they refuse, and what they do. */
import { describe, expect, it } from 'vitest';
import {
  createRealm,
  createRec,
  createRtt,
  entry,
  PARAMS,
  pool,
  REC,
  type RealmOptions,
  realmParams,
  SHARED,
  SIZE,
  SMALL,
  SOURCE,
} from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

/** Delegates what `realm` needs, but what `without` names, and asks for it. */
function create(host: RmiHost, realm: Partial<RealmOptions>, change?: () => void): string {
  const whole = { ...SMALL, ...realm };
  host.delegate(whole.rd);
  for (let i = 0; i < Math.min(whole.numStart ?? 1, 16); i++) host.delegate(whole.rtt + i * GRANULE);
  realmParams(host, whole);
  change?.();
  return host.rmi('RMI_REALM_CREATE', whole.rd, PARAMS);
}

describe('RMI_REALM_CREATE', () => {
  it('makes a Realm with an empty protected half and a shared half that maps nothing', () => {
    const host = bootedHost();
    createRealm(host);
    expect(host.granule(SMALL.rd)).toEqual({ state: 'RD', locked: false, refcount: 0 });
    expect(host.granule(SMALL.rtt)).toEqual({ state: 'RTT', locked: false, refcount: 0 });
    expect(entry(host, 0, 1)).toBe('1 UNASSIGNED EMPTY');
    expect(entry(host, SHARED - SIZE[1], 1)).toBe('1 UNASSIGNED EMPTY');
    expect(entry(host, SHARED, 1)).toBe('1 UNASSIGNED EMPTY');
    expect(host.rmi('RMI_RTT_MAP_UNPROTECTED', SMALL.rd, SHARED, 1, 0x8000_00d8n)).toBe('SUCCESS');
    expect(host.rmi('RMI_RTT_READ_ENTRY', SMALL.rd, 2 * SHARED, 1)).toBe('INPUT');
  });

  // DEN0137 A5.5.2: the level that a walk starts at, and how many tables there are, side by side.
  it.each([
    [32, 1, 1],
    [33, 2, 8],
    [34, 2, 16],
    [39, 1, 1],
    [40, 1, 2],
    [43, 1, 16],
    [40, 0, 1],
    [48, 0, 1],
  ])('takes %i bits of address from level %i in %i tables', (s2sz, level, numStart) => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, s2sz, level, numStart });
    const top = 2 ** s2sz;
    expect(entry(host, 0, level, realm)).toBe(`${level} UNASSIGNED EMPTY`);
    expect(entry(host, top - SIZE[level], level, realm)).toBe(`${level} UNASSIGNED EMPTY`);
    // The last entry of the protected half has RIPAS, the first of the shared half maps.
    expect(host.rmi('RMI_RTT_INIT_RIPAS', realm.rd, top / 2 - SIZE[level], top / 2)).toBe('SUCCESS');
    expect(entry(host, top / 2 - SIZE[level], level, realm)).toBe(`${level} UNASSIGNED RAM`);
    if (level > 0) expect(host.rmi('RMI_RTT_MAP_UNPROTECTED', realm.rd, top / 2, level, 0xd8)).toBe('SUCCESS');
    const last = realm.rtt + (numStart - 1) * GRANULE;
    expect(host.granule(last)).toMatchObject({ state: 'RTT', refcount: 0 });
  });

  const refused: [string, Partial<RealmOptions>][] = [
    ['too few bits of address', { s2sz: 31 }],
    ['more bits of address than the feature register says', { s2sz: 49, level: 0 }],
    ['a starting level below the pages', { level: 4 }],
    ['a starting level of -1', { level: -1 }],
    ['a starting level that needs more than 16 tables', { s2sz: 40, level: 2, numStart: 16 }],
    ['a starting level that is not needed', { s2sz: 33, level: 0 }],
    ['fewer starting tables than the width needs', { s2sz: 40, level: 1, numStart: 1 }],
    ['more starting tables than the width needs', { s2sz: 33, level: 1, numStart: 2 }],
    ['no starting table', { numStart: 0 }],
    ['starting tables that are not aligned to all of them', { s2sz: 40, level: 1, numStart: 2, rtt: SMALL.rtt + GRANULE }],
    ['a hash algorithm that there is not', { hash: 2 }],
    ['LPA2', { flags: 1 }],
    ['SVE', { flags: 2 }],
    ['a performance monitor', { flags: 4 }],
    ['one breakpoint, whose number minus one is reserved', { numBps: 0 }],
    ['more breakpoints than there are', { numBps: 6 }],
    ['one watchpoint', { numWps: 0 }],
    ['more watchpoints than there are', { numWps: 4 }],
    ['the descriptor as its own first table', { rtt: SMALL.rd }],
    ['the descriptor as its own last table', { s2sz: 40, level: 1, numStart: 2, rd: SMALL.rtt + GRANULE }],
  ];
  it.each(refused)('refuses %s', (_, realm) => {
    const host = bootedHost();
    const whole = { ...SMALL, ...realm };
    const granules = new Set([whole.rd, ...Array.from({ length: whole.numStart ?? 1 }, (_, i) => whole.rtt + i * GRANULE)]);
    host.delegate(...granules);
    realmParams(host, whole);
    expect(host.rmi('RMI_REALM_CREATE', whole.rd, PARAMS)).toBe('INPUT');
    for (const granule of granules) expect(host.granule(granule)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    // The VMID was not taken.
    const [rd, rtt] = [pool(0), pool(1)];
    createRealm(host, { ...SMALL, rd, rtt });
  });

  it('refuses parameters that are not in memory of the host', () => {
    const host = bootedHost();
    host.delegate(SMALL.rd, SMALL.rtt, pool(0));
    realmParams(host, SMALL);
    for (const params of [PARAMS + 8, 0x1c10_0000, 0xfdc0_0000, 0x1_0000_0000, pool(0)]) {
      expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, params)).toBe('INPUT');
    }
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('SUCCESS');
  });

  it('survives parameters that become Secure before it can copy them', () => {
    const host = bootedHost();
    host.delegate(SMALL.rd, SMALL.rtt, PARAMS - GRANULE);
    realmParams(host, SMALL);
    host.retag(PARAMS, 0b1000);
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('INPUT');
    expect(host.granule(SMALL.rd)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    realmParams(host, SMALL, SOURCE);
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, SOURCE)).toBe('SUCCESS');
  });

  it('refuses a descriptor or a table that is no DELEGATED granule', () => {
    const host = bootedHost();
    realmParams(host, SMALL);
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('INPUT');
    host.delegate(SMALL.rd);
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('INPUT');
    expect(host.granule(SMALL.rd)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    host.delegate(SMALL.rtt);
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd + 8, PARAMS)).toBe('INPUT');
    expect(host.rmi('RMI_REALM_CREATE', 0x1_0000_0000, PARAMS)).toBe('INPUT');
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('SUCCESS');
  });

  it('refuses it if only the last starting table is not DELEGATED, and leaves the others so', () => {
    const host = bootedHost();
    const realm = { ...SMALL, s2sz: 34, level: 2, numStart: 16 };
    host.delegate(realm.rd);
    for (let i = 0; i < 15; i++) host.delegate(realm.rtt + i * GRANULE);
    realmParams(host, realm);
    expect(host.rmi('RMI_REALM_CREATE', realm.rd, PARAMS)).toBe('INPUT');
    for (let i = 0; i < 15; i++) expect(host.granule(realm.rtt + i * GRANULE)).toMatchObject({ state: 'DELEGATED', locked: false });
  });

  it('takes VMIDs of 16 bits, as this PE has them', () => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, vmid: 0xffff });
    createRec(host, REC, realm);
    // VTTBR_EL2.VMID and VTCR_EL2.VS of the REC.
    expect(host.read(REC.rec + 0x608) >> 48n).toBe(0xffffn);
    expect((host.read(REC.rec + 0x600) >> 19n) & 1n).toBe(1n);
  });

  it('refuses granules and the VMID of another Realm', () => {
    const host = bootedHost();
    createRealm(host);
    expect(create(host, { rd: pool(0), rtt: pool(1), vmid: 1 })).toBe('INPUT');
    realmParams(host, { ...SMALL, rd: pool(0), rtt: SMALL.rtt, vmid: 2 });
    expect(host.rmi('RMI_REALM_CREATE', pool(0), PARAMS)).toBe('INPUT');
    realmParams(host, { ...SMALL, rtt: pool(1), vmid: 2 });
    expect(host.rmi('RMI_REALM_CREATE', SMALL.rd, PARAMS)).toBe('INPUT');
    expect(host.rmi('RMI_REALM_CREATE', pool(0), PARAMS)).toBe('SUCCESS');
  });
});

describe('RMI_REALM_ACTIVATE', () => {
  it('makes a new Realm active, once', () => {
    const host = bootedHost();
    createRealm(host);
    expect(host.rmi('RMI_REALM_ACTIVATE', SMALL.rd)).toBe('SUCCESS');
    expect(host.rmi('RMI_REALM_ACTIVATE', SMALL.rd)).toBe('REALM');
  });

  it.each([
    ['not aligned', SMALL.rd + 8],
    ['no granule', 0x1_0000_0000],
    ['a table', SMALL.rtt],
    ['memory of the host', PARAMS],
  ])('refuses a descriptor that is %s', (_, rd) => {
    const host = bootedHost();
    createRealm(host);
    expect(host.rmi('RMI_REALM_ACTIVATE', rd)).toBe('INPUT');
    expect(host.rmi('RMI_REALM_DESTROY', rd)).toBe('INPUT');
    expect(host.rmi('RMI_REC_AUX_COUNT', rd)).toBe('INPUT');
  });

  it('ends what only a new Realm may get', () => {
    const host = bootedHost();
    createRealm(host);
    createRtt(host, pool(0), 0, 2);
    createRtt(host, pool(1), 0, 3);
    host.delegate(pool(2), REC.rec);
    host.ok('RMI_REALM_ACTIVATE', SMALL.rd);
    expect(host.rmi('RMI_DATA_CREATE', SMALL.rd, pool(2), 0, SOURCE, 0)).toBe('REALM');
    expect(host.rmi('RMI_RTT_INIT_RIPAS', SMALL.rd, 0, GRANULE)).toBe('REALM');
    expect(host.rmi('RMI_DATA_CREATE_UNKNOWN', SMALL.rd, pool(2), 0)).toBe('SUCCESS');
  });
});

describe('RMI_REALM_DESTROY', () => {
  it('gives descriptor and tables back, wiped, and the VMID with them', () => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, s2sz: 40, level: 1, numStart: 2 });
    expect(host.rmi('RMI_REALM_DESTROY', realm.rd)).toBe('SUCCESS');
    for (const granule of [realm.rd, realm.rtt, realm.rtt + GRANULE]) {
      expect(host.granule(granule)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
      expect(host.tag(granule)).toBe('Realm');
      expect(host.zero(granule)).toBe(true);
    }
    realmParams(host, realm);
    expect(host.rmi('RMI_REALM_CREATE', realm.rd, PARAMS)).toBe('SUCCESS');
  });

  it('refuses a Realm that has a REC', () => {
    const host = bootedHost();
    createRealm(host);
    createRec(host);
    expect(host.rmi('RMI_REALM_DESTROY', SMALL.rd)).toBe('REALM');
    host.ok('RMI_REC_DESTROY', REC.rec);
    expect(host.rmi('RMI_REALM_DESTROY', SMALL.rd)).toBe('SUCCESS');
  });

  it('refuses a Realm that has a table, in any of its starting tables', () => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, s2sz: 40, level: 1, numStart: 2 });
    createRtt(host, pool(0), 0x80_0000_0000, 2, realm);
    expect(host.rmi('RMI_REALM_DESTROY', realm.rd)).toBe('REALM');
    host.ok('RMI_RTT_DESTROY', realm.rd, 0x80_0000_0000, 2);
    expect(host.rmi('RMI_REALM_DESTROY', realm.rd)).toBe('SUCCESS');
  });

  it('takes a Realm that maps memory of the host, which is not the Realm’s', () => {
    const host = bootedHost();
    createRealm(host);
    host.ok('RMI_RTT_MAP_UNPROTECTED', SMALL.rd, SHARED, 1, 0x8000_00d8n);
    expect(host.rmi('RMI_REALM_DESTROY', SMALL.rd)).toBe('SUCCESS');
  });

  it('takes an active Realm, too', () => {
    const host = bootedHost();
    createRealm(host);
    host.ok('RMI_REALM_ACTIVATE', SMALL.rd);
    expect(host.rmi('RMI_REALM_DESTROY', SMALL.rd)).toBe('SUCCESS');
  });
});
