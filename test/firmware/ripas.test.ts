/** RMI_RTT_INIT_RIPAS and RMI_RTT_SET_RIPAS (DEN0137 B4.3): what they refuse, how far they get, and what they do. */
import { describe, expect, it } from 'vitest';
import { createRealm, createRec, createRtt, entry, PARAMS, pool, REC, SHARED, SIZE, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const { rd } = SMALL;
const L2 = pool(0);
const L3 = pool(1);

/** How a command ended, and how far it got. */
function reached({ status, index, x }: ReturnType<RmiHost['run']>): [string, number] {
  return [status === 'RTT' ? `RTT ${index}` : status, Number(x[1])];
}

/** A Realm with tables down to the pages at address 0. */
function realm(): RmiHost {
  const host = bootedHost();
  createRealm(host);
  createRtt(host, L2, 0, 2);
  createRtt(host, L3, 0, 3);
  return host;
}

describe('RMI_RTT_INIT_RIPAS', () => {
  const init = (host: RmiHost, base: number, top: number, descriptor = rd) =>
    reached(host.run('RMI_RTT_INIT_RIPAS', descriptor, base, top));

  it('makes entries RAM up to the end of the range, or of their table', () => {
    const host = realm();
    expect(init(host, GRANULE, 3 * GRANULE)).toEqual(['SUCCESS', 3 * GRANULE]);
    expect([0, 1, 2, 3].map((i) => entry(host, i * GRANULE))).toEqual([
      '3 UNASSIGNED EMPTY',
      '3 UNASSIGNED RAM',
      '3 UNASSIGNED RAM',
      '3 UNASSIGNED EMPTY',
    ]);
    expect(init(host, 3 * GRANULE, SHARED)).toEqual(['SUCCESS', SIZE[2]]);
    expect(init(host, SIZE[2], SHARED)).toEqual(['SUCCESS', SIZE[1]]);
    expect(init(host, SIZE[1], SHARED)).toEqual(['SUCCESS', SHARED]);
    expect(entry(host, SHARED - SIZE[1])).toBe('1 UNASSIGNED RAM');
  });

  it('stops before an entry that reaches beyond the range', () => {
    const host = realm();
    expect(init(host, SIZE[2], 3 * SIZE[2] + GRANULE)).toEqual(['SUCCESS', 3 * SIZE[2]]);
    expect(entry(host, 3 * SIZE[2])).toBe('2 UNASSIGNED EMPTY');
  });

  it('stops at the first entry that is a table, or behind which there is a granule', () => {
    const host = realm();
    createRtt(host, pool(2), 2 * SIZE[2], 3);
    expect(init(host, SIZE[2], SIZE[1])).toEqual(['SUCCESS', 2 * SIZE[2]]);
    host.delegate(pool(3));
    host.ok('RMI_DATA_CREATE', rd, pool(3), 4 * GRANULE, SOURCE, 0);
    expect(init(host, 0, SIZE[2])).toEqual(['SUCCESS', 4 * GRANULE]);
    expect(init(host, 4 * GRANULE, SIZE[2])).toEqual(['RTT 3', 0]);
    host.ok('RMI_DATA_DESTROY', rd, 4 * GRANULE);
    expect(init(host, 4 * GRANULE, SIZE[2])).toEqual(['RTT 3', 0]);
  });

  it('says where the tables end if it cannot even begin', () => {
    const host = realm();
    // In the middle of an entry; an entry too large for the range.
    expect(init(host, SIZE[2] + GRANULE, SIZE[1])).toEqual(['RTT 2', 0]);
    expect(init(host, SIZE[2], SIZE[2] + GRANULE)).toEqual(['RTT 2', 0]);
    expect(init(host, SIZE[1], SIZE[1] + SIZE[2])).toEqual(['RTT 1', 0]);
  });

  it.each([
    ['an empty range', GRANULE, GRANULE],
    ['a range backwards', 2 * GRANULE, GRANULE],
    ['a base that is not aligned', 8, GRANULE],
    ['a top that is not aligned', 0, GRANULE + 8],
    ['a range that ends in the shared half', 0, SHARED + GRANULE],
    ['a range in the shared half', SHARED, SHARED + GRANULE],
  ])('refuses %s', (_, base, top) => {
    expect(init(realm(), base, top)).toEqual(['INPUT', 0]);
  });

  it('refuses a descriptor that is none', () => {
    const host = realm();
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L3]) expect(init(host, 0, GRANULE, wrong)).toEqual(['INPUT', 0]);
  });

  it('says that the Realm is active after bad input, and before the state of its tables', () => {
    const host = realm();
    host.ok('RMI_REALM_ACTIVATE', rd);
    expect(init(host, SIZE[2] + GRANULE, SIZE[1])).toEqual(['REALM', 0]);
    expect(init(host, 0, SHARED + GRANULE)).toEqual(['INPUT', 0]);
  });
});

describe('RMI_RTT_SET_RIPAS', () => {
  const EMPTY = 0;
  const RAM = 1;

  /** Lets the REC have asked for a change, as RSI_IPA_STATE_SET writes it down (firmware/arm/rmm/rec.tfw, SetRipas). */
  function ask(host: RmiHost, base: number, top: number, ripas: number, destroyed = false): void {
    for (const [i, value] of [top, base, ripas, destroyed ? 1 : 0].entries()) host.write(REC.rec + 0x620 + 8 * i, value);
  }
  const set = (host: RmiHost, base: number, top: number, rec = REC.rec, descriptor = rd) =>
    reached(host.run('RMI_RTT_SET_RIPAS', descriptor, rec, base, top));

  /** A Realm with a REC. */
  function running(): RmiHost {
    const host = realm();
    createRec(host);
    return host;
  }

  it('does what the REC asked for, part by part', () => {
    const host = running();
    ask(host, 0, SHARED, RAM);
    expect(set(host, 0, 2 * GRANULE)).toEqual(['SUCCESS', 2 * GRANULE]);
    expect(set(host, 0, GRANULE)).toEqual(['INPUT', 0]);
    expect(set(host, 2 * GRANULE, SHARED)).toEqual(['SUCCESS', SIZE[2]]);
    expect(set(host, SIZE[2], SHARED)).toEqual(['SUCCESS', SIZE[1]]);
    expect(set(host, SIZE[1], SHARED)).toEqual(['SUCCESS', SHARED]);
    expect([0, SIZE[2], SIZE[1]].map((ipa) => entry(host, ipa))).toEqual(['3 UNASSIGNED RAM', '2 UNASSIGNED RAM', '1 UNASSIGNED RAM']);
    expect(set(host, SHARED, SHARED + GRANULE)).toEqual(['INPUT', 0]);
  });

  it('makes memory of the Realm unreachable when it becomes EMPTY, and back', () => {
    const host = running();
    host.delegate(pool(2));
    host.ok('RMI_DATA_CREATE', rd, pool(2), 0, SOURCE, 0);
    ask(host, 0, GRANULE, EMPTY);
    expect(set(host, 0, GRANULE)).toEqual(['SUCCESS', GRANULE]);
    expect(entry(host, 0)).toBe(`3 ASSIGNED EMPTY 0x${pool(2).toString(16)}`);
    expect(host.read(L3) & 1n).toBe(0n);
    ask(host, 0, GRANULE, RAM);
    expect(set(host, 0, GRANULE)).toEqual(['SUCCESS', GRANULE]);
    expect(entry(host, 0)).toBe(`3 ASSIGNED RAM 0x${pool(2).toString(16)}`);
    expect(host.granule(L3).refcount).toBe(1);
  });

  it('changes DESTROYED entries only if the Realm said that it knows', () => {
    const host = running();
    host.delegate(pool(2));
    host.ok('RMI_DATA_CREATE', rd, pool(2), GRANULE, SOURCE, 0);
    host.ok('RMI_DATA_DESTROY', rd, GRANULE);
    ask(host, 0, 3 * GRANULE, RAM);
    expect(set(host, 0, 3 * GRANULE)).toEqual(['SUCCESS', GRANULE]);
    expect(set(host, GRANULE, 3 * GRANULE)).toEqual(['RTT 3', 0]);
    expect(entry(host, GRANULE)).toBe('3 UNASSIGNED DESTROYED');
    ask(host, GRANULE, 3 * GRANULE, RAM, true);
    expect(set(host, GRANULE, 3 * GRANULE)).toEqual(['SUCCESS', 3 * GRANULE]);
    expect(entry(host, GRANULE)).toBe('3 UNASSIGNED RAM');
  });

  it('stops at a table, and before an entry that reaches beyond the range', () => {
    const host = running();
    createRtt(host, pool(2), 2 * SIZE[2], 3);
    ask(host, SIZE[2], SIZE[1], RAM);
    expect(set(host, SIZE[2], SIZE[1])).toEqual(['SUCCESS', 2 * SIZE[2]]);
    ask(host, 3 * SIZE[2], SIZE[1], RAM);
    expect(set(host, 3 * SIZE[2], 3 * SIZE[2] + GRANULE)).toEqual(['RTT 2', 0]);
    expect(set(host, 3 * SIZE[2], 5 * SIZE[2] + GRANULE)).toEqual(['SUCCESS', 5 * SIZE[2]]);
  });

  it('says where the tables end if the base is in the middle of an entry', () => {
    const host = running();
    ask(host, SIZE[2] + GRANULE, SIZE[1], RAM);
    expect(set(host, SIZE[2] + GRANULE, SIZE[1])).toEqual(['RTT 2', 0]);
  });

  it.each([
    ['an empty range', 0, 0],
    ['a base that is not the next one', GRANULE, 2 * GRANULE],
    ['a top beyond what was asked for', 0, 5 * GRANULE],
    ['a top that is not aligned', 0, GRANULE + 8],
  ])('refuses %s', (_, base, top) => {
    const host = running();
    ask(host, 0, 4 * GRANULE, RAM);
    expect(set(host, base, top)).toEqual(['INPUT', 0]);
    expect(entry(host, 0)).toBe('3 UNASSIGNED EMPTY');
  });

  it('refuses a change that nobody asked for', () => {
    expect(set(running(), 0, GRANULE)).toEqual(['INPUT', 0]);
  });

  it('refuses a descriptor or a REC that is none', () => {
    const host = running();
    ask(host, 0, 4 * GRANULE, RAM);
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L3, REC.rec]) expect(set(host, 0, GRANULE, REC.rec, wrong)).toEqual(['INPUT', 0]);
    for (const wrong of [REC.rec + 8, 0x1_0000_0000, PARAMS, REC.aux, rd]) expect(set(host, 0, GRANULE, wrong)).toEqual(['INPUT', 0]);
  });

  it('refuses a REC that runs, or is of another Realm, before it looks at the range', () => {
    const host = running();
    const other = { ...SMALL, rd: pool(10), rtt: pool(11), vmid: 2 };
    createRealm(host, other);
    ask(host, 0, 4 * GRANULE, RAM);
    expect(set(host, 0, GRANULE, REC.rec, other.rd)).toEqual(['REC', 0]);
    expect(set(host, GRANULE, 2 * GRANULE, REC.rec, other.rd)).toEqual(['REC', 0]);
    host.setRefcount(REC.rec, 1);
    expect(set(host, 0, GRANULE)).toEqual(['REC', 0]);
    expect(set(host, GRANULE, 2 * GRANULE)).toEqual(['REC', 0]);
  });
});
