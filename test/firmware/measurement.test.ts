/**
 * The Realm Initial Measurement (DEN0137 A7.1.1): every step against digests computed elsewhere, then what does and what does
 * not take part in it.
 */
import { describe, expect, it } from 'vitest';
import { createRealm, createRec, createRtt, pool, type RealmOptions, rim, SIZE, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, type RmiHost } from '../support/rmi.ts';

/** A measurement as the Realm Descriptor holds it: 64 bytes, zeros behind a shorter digest. */
const pad = (digest: string): string => digest.padEnd(128, '0');

/** 40 bits, two tables at level 1: the parameters of the known answers. */
const KNOWN: RealmOptions = { rd: 0x8900_0000, rtt: 0x8901_0000, s2sz: 40, level: 1, numStart: 2, numBps: 5, numWps: 3 };

/** A page whose byte i is i modulo 256. */
function countingPage(host: RmiHost): void {
  for (let i = 0; i < 4096; i++) host.write(SOURCE + i, i & 0xff, 1);
}

describe('the known answers', () => {
  it('SHA-256 of the parameters of a 48-bit Realm', () => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, s2sz: 48, level: 0, numBps: 1, numWps: 1 });
    expect(rim(host, realm)).toBe(pad('6739dfb22b75ee1268d08dfa8369f501bc0b066243553f069f560d1fa1172973'));
  });

  it('SHA-512 of the same', () => {
    const host = bootedHost();
    const realm = createRealm(host, { ...SMALL, s2sz: 48, level: 0, numBps: 1, numWps: 1, hash: 1 });
    expect(rim(host, realm)).toBe(
      '799e434048fb57eb9d4f0e2a2b98158720377252deab2bdfcd69b5a8f82237f434bd6bb1c75bf160a2d49382f733b3439a3ff769e4ea5dd9a6f72239d44bbbab',
    );
  });

  it('a Realm that gets RAM, a measured page, an unmeasured one, and a REC', () => {
    const host = bootedHost();
    createRealm(host, KNOWN);
    expect(rim(host, KNOWN)).toBe(pad('f33498f22eed8d51fb28b95769b27275a8c69a469e26b0050f1e809c4e0146b4'));

    createRtt(host, pool(0), 0, 2, KNOWN);
    host.ok('RMI_RTT_INIT_RIPAS', KNOWN.rd, 0, SIZE[2]);
    expect(rim(host, KNOWN)).toBe(pad('087581d9372c53f2afc0f52e1c91ccc010d14e1e46eadcdbc2e6d93e2e5612f1'));

    createRtt(host, pool(1), 0, 3, KNOWN);
    countingPage(host);
    host.delegate(pool(2), pool(3));
    host.ok('RMI_DATA_CREATE', KNOWN.rd, pool(2), 0, SOURCE, 1);
    expect(rim(host, KNOWN)).toBe(pad('815876ce78cf3fd6bfd5a1e409d9d0d6f06936b172af4fe7cb3db5e4e602d046'));

    host.ok('RMI_DATA_CREATE', KNOWN.rd, pool(3), 0x1000, SOURCE, 0);
    expect(rim(host, KNOWN)).toBe(pad('7db18cad761f494d117cf3bdc976d526acf5dee94a79145e854b83143f5868fc'));

    createRec(host, { rec: 0x8902_0000, aux: 0x8903_0000, x0: 0x1000 }, KNOWN);
    expect(rim(host, KNOWN)).toBe(pad('35e0639d6d4818822638daf05b09f4e43ba240239d35ce416a6dc8edd0d1c182'));
  });
});

describe('the initial measurement', () => {
  /** Whether `change` leaves it as it is. */
  function unchanged(host: RmiHost, change: () => void): boolean {
    const before = rim(host);
    change();
    return rim(host) === before;
  }

  it('does not know identifier, tables and personalization value of the Realm', () => {
    const host = bootedHost();
    createRealm(host);
    const first = rim(host);
    const other: RealmOptions = { rd: pool(0), rtt: pool(16), s2sz: 33, level: 2, numStart: 8, vmid: 7 };
    createRealm(host, other);
    expect(rim(host, other)).toBe(first);
  });

  it('grows with every entry that becomes RAM, even one that is RAM already', () => {
    const host = bootedHost();
    createRealm(host);
    const first = rim(host);
    host.ok('RMI_RTT_INIT_RIPAS', SMALL.rd, 0, SIZE[1]);
    const second = rim(host);
    host.ok('RMI_RTT_INIT_RIPAS', SMALL.rd, 0, SIZE[1]);
    expect(new Set([first, second, rim(host)]).size).toBe(3);
  });

  it('depends on the size of the entries that become RAM', () => {
    const host = bootedHost();
    createRealm(host);
    createRealm(host, { ...SMALL, rd: pool(0), rtt: pool(1), vmid: 2 });
    createRtt(host, pool(2), 0, 2);
    host.ok('RMI_RTT_INIT_RIPAS', SMALL.rd, 0, SIZE[1]);
    host.ok('RMI_RTT_INIT_RIPAS', pool(0), 0, SIZE[1]);
    expect(rim(host, { ...SMALL, rd: pool(0) })).not.toBe(rim(host));
  });

  it('does not change with unknown content, removal, tables, shared memory, or a REC that may not run', () => {
    const host = bootedHost();
    createRealm(host);
    host.ok('RMI_RTT_INIT_RIPAS', SMALL.rd, 0, SIZE[1]);
    expect(unchanged(host, () => createRtt(host, pool(0), 0, 2))).toBe(true);
    createRtt(host, pool(1), 0, 3);
    host.delegate(pool(2));
    expect(unchanged(host, () => void host.ok('RMI_DATA_CREATE_UNKNOWN', SMALL.rd, pool(2), 0))).toBe(true);
    expect(unchanged(host, () => void host.ok('RMI_DATA_DESTROY', SMALL.rd, 0))).toBe(true);
    expect(unchanged(host, () => void host.ok('RMI_RTT_MAP_UNPROTECTED', SMALL.rd, 0x1_0000_0000, 1, 0x4000_0000n | 0xd8n))).toBe(true);
    expect(unchanged(host, () => void createRec(host, { rec: pool(16), aux: pool(17), runnable: false }))).toBe(true);
    expect(unchanged(host, () => void host.ok('RMI_REALM_ACTIVATE', SMALL.rd))).toBe(true);
  });

  it('is of the copy that the Realm gets', () => {
    const host = bootedHost();
    createRealm(host);
    createRtt(host, pool(0), 0, 2);
    createRtt(host, pool(1), 0, 3);
    countingPage(host);
    host.delegate(pool(2));
    host.ok('RMI_DATA_CREATE', SMALL.rd, pool(2), 0, SOURCE, 1);
    expect(host.bytes(pool(2), 4096)).toBe(host.bytes(SOURCE, 4096));
  });
});
