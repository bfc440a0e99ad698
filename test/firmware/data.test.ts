/** RMI_DATA_CREATE, RMI_DATA_CREATE_UNKNOWN and RMI_DATA_DESTROY (DEN0137 B4.3): what they refuse, and what they do. */
import { describe, expect, it } from 'vitest';
import { createRealm, createRtt, entry, PARAMS, pool, rim, SHARED, SIZE, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const { rd } = SMALL;
const L2 = pool(0);
const L3 = pool(1);
const DATA = pool(2);

/** A Realm with tables down to the pages at address 0, a delegated granule, and content to copy. */
function realm(): RmiHost {
  const host = bootedHost();
  createRealm(host);
  createRtt(host, L2, 0, 2);
  createRtt(host, L3, 0, 3);
  host.delegate(DATA);
  host.page(SOURCE, [
    [0, 8, 0x1111],
    [0xff8, 8, 0x2222],
  ]);
  return host;
}

const create = (host: RmiHost, ipa: number, data = DATA) => host.rmi('RMI_DATA_CREATE', rd, data, ipa, SOURCE, 0);
const unknown = (host: RmiHost, ipa: number, data = DATA) => host.rmi('RMI_DATA_CREATE_UNKNOWN', rd, data, ipa);
function destroy(host: RmiHost, ipa: number): [string, bigint, number] {
  const { status, index, x } = host.run('RMI_DATA_DESTROY', rd, ipa);
  return [status === 'RTT' ? `RTT ${index}` : status, x[1], Number(x[2])];
}
const untouched = (host: RmiHost): void => {
  expect(host.granule(DATA)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
  expect(host.zero(DATA)).toBe(true);
};

describe('RMI_DATA_CREATE', () => {
  it('copies a page of the host into the Realm, as RAM', () => {
    const host = realm();
    expect(create(host, GRANULE)).toBe('SUCCESS');
    expect(host.granule(DATA)).toEqual({ state: 'DATA', locked: false, refcount: 0 });
    expect(host.bytes(DATA, GRANULE)).toBe(host.bytes(SOURCE, GRANULE));
    expect(entry(host, GRANULE)).toBe(`3 ASSIGNED RAM 0x${DATA.toString(16)}`);
    expect(host.granule(L3).refcount).toBe(1);
    // A valid page: all access, Normal write-back, inner shareable, accessed, in the Realm address space.
    expect(host.read(L3 + 8)).toBe(BigInt(DATA) | 0x7dbn);
  });

  it('makes an entry RAM whatever it was', () => {
    const host = realm();
    host.ok('RMI_RTT_INIT_RIPAS', rd, 0, GRANULE);
    host.delegate(pool(3));
    expect(create(host, 0)).toBe('SUCCESS');
    host.ok('RMI_DATA_DESTROY', rd, 0);
    expect(entry(host, 0)).toBe('3 UNASSIGNED DESTROYED');
    expect(create(host, 0, pool(3))).toBe('SUCCESS');
    expect(entry(host, 0)).toBe(`3 ASSIGNED RAM 0x${pool(3).toString(16)}`);
  });

  it.each([
    ['not aligned', SOURCE + 8],
    ['a device', 0x1c10_0000],
    ['behind the end of DRAM', 0x1_0000_0000],
    ["RMM's", 0xfdc0_0000],
    ['delegated', DATA],
    ['a table of the Realm', L3],
  ])('refuses a source that is %s', (_, source) => {
    const host = realm();
    expect(host.rmi('RMI_DATA_CREATE', rd, DATA, 0, source, 0)).toBe('INPUT');
    untouched(host);
  });

  it('refuses a source that became Secure, and leaves nothing of what it had copied', () => {
    const host = realm();
    const before = rim(host);
    host.delegate(SOURCE + GRANULE);
    host.retag(SOURCE, 0b1000);
    expect(host.rmi('RMI_DATA_CREATE', rd, DATA, 0, SOURCE, 1)).toBe('INPUT');
    untouched(host);
    expect(entry(host, 0)).toBe('3 UNASSIGNED EMPTY');
    expect(host.granule(L3)).toMatchObject({ locked: false, refcount: 0 });
    expect(rim(host)).toBe(before);
  });

  it('refuses a flag that there is not', () => {
    expect(realm().rmi('RMI_DATA_CREATE', rd, DATA, 0, SOURCE, 2)).toBe('INPUT');
  });

  it('says that the Realm is active after bad input, and before the state of its tables', () => {
    const host = realm();
    host.ok('RMI_REALM_ACTIVATE', rd);
    expect(create(host, 0)).toBe('REALM');
    expect(create(host, SIZE[1])).toBe('REALM');
    expect(create(host, SHARED)).toBe('INPUT');
    expect(create(host, 0, L3)).toBe('INPUT');
    untouched(host);
  });
});

describe.each(['RMI_DATA_CREATE', 'RMI_DATA_CREATE_UNKNOWN'])('%s', (command) => {
  const run = (host: RmiHost, ipa: number, data = DATA, realmDescriptor = rd) => host.rmi(command, realmDescriptor, data, ipa, SOURCE, 0);

  it.each([
    ['not aligned', DATA + 8],
    ['no granule', 0x1_0000_0000],
    ['memory of the host', PARAMS],
    ['a table', L3],
    ['the descriptor', rd],
  ])('refuses a granule that is %s', (_, data) => {
    expect(run(realm(), 0, data)).toBe('INPUT');
  });

  it.each([
    ['not aligned', rd + 8],
    ['no granule', 0x1_0000_0000],
    ['memory of the host', PARAMS],
    ['a table', L3],
    ['the granule', DATA],
  ])('refuses a descriptor that is %s', (_, wrong) => {
    const host = realm();
    expect(run(host, 0, DATA, wrong)).toBe('INPUT');
    untouched(host);
  });

  it.each([
    ['not aligned', 8],
    ['in the shared half', SHARED],
    ['none that the Realm has', 2 * SHARED],
  ])('refuses an address that is %s, even where tables are missing', (_, ipa) => {
    const host = realm();
    expect(run(host, ipa)).toBe('INPUT');
    untouched(host);
  });

  it('says at which level the walk ended, or that the entry is taken', () => {
    const host = realm();
    expect(run(host, SIZE[1])).toBe('RTT 1');
    expect(run(host, SIZE[2])).toBe('RTT 2');
    expect(run(host, 0)).toBe('SUCCESS');
    host.delegate(pool(3));
    expect(run(host, 0, pool(3))).toBe('RTT 3');
    expect(host.granule(pool(3))).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
  });

  it('does not give a granule to two Realms, nor twice to one', () => {
    const host = realm();
    const other = { ...SMALL, rd: pool(10), rtt: pool(11), vmid: 2 };
    createRealm(host, other);
    createRtt(host, pool(12), 0, 2, other);
    createRtt(host, pool(13), 0, 3, other);
    expect(run(host, 0)).toBe('SUCCESS');
    expect(run(host, GRANULE)).toBe('INPUT');
    expect(run(host, 0, DATA, other.rd)).toBe('INPUT');
    expect(run(host, 0, L3, other.rd)).toBe('INPUT');
  });
});

describe('RMI_DATA_CREATE_UNKNOWN', () => {
  it('gives the Realm a page of zeros; what the address is does not change', () => {
    const host = realm();
    host.ok('RMI_RTT_INIT_RIPAS', rd, GRANULE, 2 * GRANULE);
    host.delegate(pool(3), pool(4));
    expect(unknown(host, 0)).toBe('SUCCESS');
    expect(unknown(host, GRANULE, pool(3))).toBe('SUCCESS');
    expect(host.zero(DATA)).toBe(true);
    expect(entry(host, 0)).toBe(`3 ASSIGNED EMPTY 0x${DATA.toString(16)}`);
    expect(entry(host, GRANULE)).toBe(`3 ASSIGNED RAM 0x${pool(3).toString(16)}`);
    // The MMU sees only the one that is RAM.
    expect([host.read(L3), host.read(L3 + 8)].map((desc) => desc & 1n)).toEqual([0n, 1n]);
    host.ok('RMI_DATA_DESTROY', rd, GRANULE);
    expect(unknown(host, GRANULE, pool(4))).toBe('SUCCESS');
    expect(entry(host, GRANULE)).toBe(`3 ASSIGNED DESTROYED 0x${pool(4).toString(16)}`);
  });

  it('works in an active Realm', () => {
    const host = realm();
    host.ok('RMI_REALM_ACTIVATE', rd);
    expect(unknown(host, 0)).toBe('SUCCESS');
  });
});

describe('RMI_DATA_DESTROY', () => {
  it('gives the granule back, wiped, and tells the Realm that RAM is lost', () => {
    const host = realm();
    create(host, 0);
    expect(destroy(host, 0)).toEqual(['SUCCESS', BigInt(DATA), SIZE[2]]);
    untouched(host);
    expect(host.tag(DATA)).toBe('Realm');
    expect(entry(host, 0)).toBe('3 UNASSIGNED DESTROYED');
    expect(host.granule(L3).refcount).toBe(0);
  });

  it('leaves EMPTY and DESTROYED as they are', () => {
    const host = realm();
    unknown(host, 0);
    expect(destroy(host, 0)[0]).toBe('SUCCESS');
    expect(entry(host, 0)).toBe('3 UNASSIGNED EMPTY');
    create(host, 0);
    destroy(host, 0);
    unknown(host, 0);
    expect(entry(host, 0)).toMatch('3 ASSIGNED DESTROYED');
    expect(destroy(host, 0)[0]).toBe('SUCCESS');
    expect(entry(host, 0)).toBe('3 UNASSIGNED DESTROYED');
  });

  it('says where the next live entry is', () => {
    const host = realm();
    host.delegate(pool(3));
    create(host, 0);
    create(host, 9 * GRANULE, pool(3));
    expect(destroy(host, GRANULE)).toEqual(['RTT 3', 0n, 9 * GRANULE]);
    expect(destroy(host, 0)).toEqual(['SUCCESS', BigInt(DATA), 9 * GRANULE]);
    expect(destroy(host, 0)).toEqual(['RTT 3', 0n, 9 * GRANULE]);
    expect(destroy(host, SIZE[2] + 5 * GRANULE)).toEqual(['RTT 2', 0n, SIZE[1]]);
    expect(destroy(host, SIZE[1])).toEqual(['RTT 1', 0n, 512 * SIZE[1]]);
  });

  it('says that a block is live at the address: it must be unfolded first', () => {
    const host = realm();
    for (let i = 0; i < 512; i++) {
      host.delegate(0x9000_0000 + i * GRANULE);
      host.ok('RMI_DATA_CREATE_UNKNOWN', rd, 0x9000_0000 + i * GRANULE, i * GRANULE);
    }
    host.ok('RMI_RTT_FOLD', rd, 0, 3);
    expect(destroy(host, 5 * GRANULE)).toEqual(['RTT 2', 0n, 5 * GRANULE]);
    host.ok('RMI_RTT_CREATE', rd, L3, 0, 3);
    expect(destroy(host, 5 * GRANULE)).toEqual(['SUCCESS', BigInt(0x9000_5000), 6 * GRANULE]);
  });

  it.each([
    ['not aligned', 8],
    ['in the shared half', SHARED],
    ['none that the Realm has', 2 * SHARED],
  ])('refuses an address that is %s, with a next address of zero', (_, ipa) => {
    expect(destroy(realm(), ipa)).toEqual(['INPUT', 0n, 0]);
  });

  it('refuses a descriptor that is none', () => {
    const host = realm();
    create(host, 0);
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, DATA, L3]) expect(host.rmi('RMI_DATA_DESTROY', wrong, 0)).toBe('INPUT');
  });
});
