/** RMI_RTT_MAP_UNPROTECTED, RMI_RTT_UNMAP_UNPROTECTED and RMI_RTT_READ_ENTRY (DEN0137 B4.3). */
import { describe, expect, it } from 'vitest';
import { createRealm, createRtt, entry, PARAMS, pool, SHARED, SIZE, SMALL } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const { rd } = SMALL;
const L2 = pool(0);
const L3 = pool(1);
/** S2AP read and write, memory type Normal write-back. */
const ATTRS = 0xd8n;
const at = (pa: number): bigint => BigInt(pa) | ATTRS;

/** A Realm with tables down to the pages at the start of its shared half. */
function realm(): RmiHost {
  const host = bootedHost();
  createRealm(host);
  createRtt(host, L2, SHARED, 2);
  createRtt(host, L3, SHARED, 3);
  return host;
}

const map = (host: RmiHost, ipa: number, level: number, desc: bigint) => host.rmi('RMI_RTT_MAP_UNPROTECTED', rd, ipa, level, desc);
/** How RMI_RTT_UNMAP_UNPROTECTED ended, and the next live address. */
function unmap(host: RmiHost, ipa: number, level: number): [string, number] {
  const { status, index, x } = host.run('RMI_RTT_UNMAP_UNPROTECTED', rd, ipa, level);
  return [status === 'RTT' ? `RTT ${index}` : status, Number(x[1])];
}

describe('RMI_RTT_MAP_UNPROTECTED', () => {
  it('maps a page, and blocks of 2 MiB and 1 GiB', () => {
    const host = realm();
    expect(map(host, SHARED, 3, at(0x8800_0000))).toBe('SUCCESS');
    expect(map(host, SHARED + SIZE[2], 2, at(0x8820_0000))).toBe('SUCCESS');
    expect(map(host, SHARED + SIZE[1], 1, at(0xc000_0000))).toBe('SUCCESS');
    expect(entry(host, SHARED)).toBe('3 ASSIGNED EMPTY 0x880000d8');
    expect(entry(host, SHARED + SIZE[2])).toBe('2 ASSIGNED EMPTY 0x882000d8');
    expect(entry(host, SHARED + SIZE[1])).toBe('1 ASSIGNED EMPTY 0xc00000d8');
    // In the tables: valid, Non-secure (55), never executable (54:53 = 10), accessed (10), inner shareable (9:8).
    const rmm = (1n << 55n) | (0b10n << 53n) | (1n << 10n) | (0b11n << 8n);
    expect(host.read(L3)).toBe(at(0x8800_0000) | rmm | 0b11n);
    expect(host.read(L2 + 8)).toBe(at(0x8820_0000) | rmm | 0b01n);
    // Memory of the host is no reference: nothing keeps the tables.
    expect(host.granule(L3).refcount).toBe(0);
  });

  it('takes any memory for its output, whoever it belongs to: each access will tell', () => {
    const host = realm();
    host.delegate(pool(2));
    for (const [i, pa] of [rd, pool(2), 0xffc0_0000, 0xfff_ffff_f000].entries()) {
      expect(map(host, SHARED + i * GRANULE, 3, at(pa))).toBe('SUCCESS');
    }
  });

  it.each([
    ['an output address in the middle of a block', 2, at(0x8800_1000)],
    ['the type bits of a descriptor', 3, at(0x8800_0000) | 0b11n],
    ['shareability', 3, at(0x8800_0000) | (0b11n << 8n)],
    ['the access flag', 3, at(0x8800_0000) | (1n << 10n)],
    ['an output address of more than 48 bits', 3, at(0x8800_0000) | (1n << 48n)],
    ['the Non-secure bit', 3, at(0x8800_0000) | (1n << 55n)],
    ['permission to execute', 3, at(0x8800_0000) | (1n << 54n)],
    ['the contiguous bit', 3, at(0x8800_0000) | (1n << 52n)],
    ['the reserved memory type', 3, 0x8800_0000n | (0b11n << 6n) | (0b100n << 2n)],
  ])('refuses a descriptor with %s', (_, level, desc) => {
    const host = realm();
    expect(map(host, SHARED + (3 - level) * SIZE[2], level, desc)).toBe('INPUT');
    expect(entry(host, SHARED + (3 - level) * SIZE[2])).toMatch('UNASSIGNED');
  });

  it('takes every other memory type and permission', () => {
    const host = realm();
    const types = [0b000n, 0b001n, 0b010n, 0b011n, 0b101n, 0b110n, 0b111n];
    for (const [i, type] of types.entries()) {
      for (const ap of [0n, 1n, 2n, 3n]) {
        const desc = 0x8800_0000n | (ap << 6n) | (type << 2n);
        expect(map(host, SHARED + (i * 4 + Number(ap)) * GRANULE, 3, desc)).toBe('SUCCESS');
      }
    }
  });

  it.each([
    ['level 0', SHARED, 0],
    ['a level below the pages', SHARED, 4],
    ['an address in the middle of its entry', SHARED + GRANULE, 2],
    ['the protected half', 0, 3],
    ['its last page', SHARED - GRANULE, 3],
    ['an address that the Realm does not have', 2 * SHARED, 3],
  ])('refuses %s, and to unmap it', (_, ipa, level) => {
    const host = realm();
    expect(map(host, ipa, level, at(0x8000_0000))).toBe('INPUT');
    expect(unmap(host, ipa, level)).toEqual(['INPUT', 0]);
  });

  it('refuses a descriptor of a Realm that is none', () => {
    const host = realm();
    for (const wrong of [rd + 8, 0x1_0000_0000, PARAMS, L3]) {
      expect(host.rmi('RMI_RTT_MAP_UNPROTECTED', wrong, SHARED, 3, at(0x8000_0000))).toBe('INPUT');
      expect(host.rmi('RMI_RTT_UNMAP_UNPROTECTED', wrong, SHARED, 3)).toBe('INPUT');
      expect(host.rmi('RMI_RTT_READ_ENTRY', wrong, SHARED, 3)).toBe('INPUT');
    }
  });

  it('says at which level the walk ended, or that the entry is taken', () => {
    const host = realm();
    expect(map(host, SHARED + SIZE[1], 3, at(0x8000_0000))).toBe('RTT 1');
    expect(map(host, SHARED + SIZE[2], 3, at(0x8000_0000))).toBe('RTT 2');
    expect(map(host, SHARED, 2, at(0x8000_0000))).toBe('RTT 2');
    map(host, SHARED, 3, at(0x8000_0000));
    expect(map(host, SHARED, 3, at(0x8000_0000))).toBe('RTT 3');
    expect(map(host, SHARED, 3, at(0x8000_0000) | 1n)).toBe('INPUT');
  });
});

describe('RMI_RTT_UNMAP_UNPROTECTED', () => {
  it('takes the mapping away, and says where the next live entry is', () => {
    const host = realm();
    map(host, SHARED, 3, at(0x8800_0000));
    map(host, SHARED + 7 * GRANULE, 3, at(0x8800_0000));
    expect(unmap(host, SHARED, 3)).toEqual(['SUCCESS', SHARED + 7 * GRANULE]);
    expect(entry(host, SHARED)).toBe('3 UNASSIGNED EMPTY');
    expect(unmap(host, SHARED + 7 * GRANULE, 3)).toEqual(['SUCCESS', SHARED + SIZE[2]]);
    map(host, SHARED + SIZE[1], 1, at(0x8000_0000));
    expect(unmap(host, SHARED + SIZE[1], 1)).toEqual(['SUCCESS', 512 * SIZE[1]]);
  });

  it('says that a block above is live at the address, and where an unmapped range ends', () => {
    const host = realm();
    map(host, SHARED + SIZE[2], 2, at(0x8820_0000));
    expect(unmap(host, SHARED + SIZE[2] + GRANULE, 3)).toEqual(['RTT 2', SHARED + SIZE[2] + GRANULE]);
    expect(unmap(host, SHARED + GRANULE, 3)).toEqual(['RTT 3', SHARED + SIZE[2]]);
    expect(unmap(host, SHARED + 2 * SIZE[2], 3)).toEqual(['RTT 2', SHARED + SIZE[1]]);
    // A table is live.
    expect(unmap(host, SHARED, 2)).toEqual(['RTT 2', SHARED]);
  });
});

describe('RMI_RTT_READ_ENTRY', () => {
  it('never fails for want of a table: it says how far the walk got', () => {
    const host = realm();
    expect(entry(host, SHARED + SIZE[1], 3)).toBe('1 UNASSIGNED EMPTY');
    expect(entry(host, SHARED, 1)).toBe(`1 TABLE EMPTY 0x${L2.toString(16)}`);
    expect(entry(host, SHARED, 2)).toBe(`2 TABLE EMPTY 0x${L3.toString(16)}`);
    expect(entry(host, SHARED, 3)).toBe('3 UNASSIGNED EMPTY');
  });

  it.each([
    ['a level above the starting one', 0, 0],
    ['a level below the pages', 0, 4],
    ['an address in the middle of the entry', GRANULE, 2],
    ['an address that the Realm does not have', 2 * SHARED, 3],
  ])('refuses %s', (_, ipa, level) => {
    expect(realm().rmi('RMI_RTT_READ_ENTRY', rd, ipa, level)).toBe('INPUT');
  });
});
