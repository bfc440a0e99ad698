/** RMI_GRANULE_DELEGATE and RMI_GRANULE_UNDELEGATE (DEN0137 B4.3.6, B4.3.7), and what RMI_VERSION and RMI_FEATURES say. */
import { describe, expect, it } from 'vitest';
import { createRealm, createRec, createRtt, pool, REC, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost } from '../support/rmi.ts';

const PAGE = pool(0);

describe('RMI_VERSION', () => {
  it('gives 1.0 as the lower and the higher version, and succeeds only if that was asked for', () => {
    const host = bootedHost();
    expect(host.run('RMI_VERSION', 0x1_0000)).toMatchObject({ status: 'SUCCESS', x: [0n, 0x1_0000n, 0x1_0000n, 0n, expect.anything()] });
    expect(host.run('RMI_VERSION', 0x1_0001)).toMatchObject({ status: 'INPUT', x: [1n, 0x1_0000n, 0x1_0000n, 0n, expect.anything()] });
    expect(host.rmi('RMI_VERSION', 0x2_0000)).toBe('INPUT');
  });
});

describe('RMI_FEATURES', () => {
  it('says in register 0 what this machine has', () => {
    const [, register] = bootedHost().ok('RMI_FEATURES', 0);
    const field = (high: number, low: number) => Number((register >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
    expect({ s2sz: field(7, 0), lpa2: field(8, 8), sve: field(9, 9), pmu: field(26, 26) }).toEqual({ s2sz: 48, lpa2: 0, sve: 0, pmu: 0 });
    expect({ bps: field(19, 14), wps: field(25, 20), lrs: field(37, 34) }).toEqual({ bps: 5, wps: 3, lrs: 3 });
    expect({ sha256: field(32, 32), sha512: field(33, 33), order: field(41, 38) }).toEqual({ sha256: 1, sha512: 1, order: 10 });
  });

  it('reads every other register as zero', () => {
    const host = bootedHost();
    for (const index of [1, 2, 2 ** 40]) expect(host.ok('RMI_FEATURES', index)[1]).toBe(0n);
  });
});

describe('RMI_GRANULE_DELEGATE', () => {
  it('moves a granule to Realm, and clears it', () => {
    const host = bootedHost();
    host.write(PAGE, 0x5ec2e7);
    host.write(PAGE + 0xff8, 0x5ec2e7);
    expect(host.rmi('RMI_GRANULE_DELEGATE', PAGE)).toBe('SUCCESS');
    expect(host.granule(PAGE)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
    expect(host.tag(PAGE)).toBe('Realm');
    expect(host.zero(PAGE)).toBe(true);
    expect(host.tag(PAGE + 0x1000)).toBe('Non-secure');
  });

  it.each([
    ['not aligned to a granule', PAGE + 8],
    ['a device', 0x1c10_0000],
    ['SRAM', 0x0400_0000],
    ["RMM's own memory", 0xfdc0_0000],
    ['behind the end of DRAM', 0x1_0000_0000],
    ['not an address', 2 ** 52],
  ])('refuses what is %s', (_, address) => {
    expect(bootedHost().rmi('RMI_GRANULE_DELEGATE', address)).toBe('INPUT');
  });

  it('refuses a granule that is delegated already', () => {
    const host = bootedHost();
    host.delegate(PAGE);
    expect(host.rmi('RMI_GRANULE_DELEGATE', PAGE)).toBe('INPUT');
    expect(host.state(PAGE)).toBe('DELEGATED');
  });

  it('refuses a granule that EL3 has given to Secure state, of which RMM does not know', () => {
    const host = bootedHost();
    host.delegate(pool(1));
    host.retag(PAGE, 0b1000);
    expect(host.tag(PAGE)).toBe('Secure');
    expect(host.rmi('RMI_GRANULE_DELEGATE', PAGE)).toBe('INPUT');
    expect(host.granule(PAGE)).toEqual({ state: 'NS', locked: false, refcount: 0 });
  });
});

describe('RMI_GRANULE_UNDELEGATE', () => {
  it('gives a granule back', () => {
    const host = bootedHost();
    host.delegate(PAGE);
    expect(host.rmi('RMI_GRANULE_UNDELEGATE', PAGE)).toBe('SUCCESS');
    expect(host.granule(PAGE)).toEqual({ state: 'NS', locked: false, refcount: 0 });
    expect(host.tag(PAGE)).toBe('Non-secure');
  });

  it.each([
    ['not aligned to a granule', PAGE + 8],
    ['no granule', 0x1_0000_0000],
    ["the host's", PAGE],
  ])('refuses what is %s', (_, address) => {
    expect(bootedHost().rmi('RMI_GRANULE_UNDELEGATE', address)).toBe('INPUT');
  });

  it('refuses what a Realm uses, whatever for', () => {
    const host = bootedHost();
    createRealm(host);
    createRec(host);
    createRtt(host, pool(1), 0, 2);
    createRtt(host, pool(2), 0, 3);
    host.delegate(PAGE);
    host.ok('RMI_DATA_CREATE', SMALL.rd, PAGE, 0, SOURCE, 0);
    const used = [SMALL.rd, SMALL.rtt, REC.rec, REC.aux, pool(1), PAGE];
    expect(used.map((granule) => host.state(granule))).toEqual(['RD', 'RTT', 'REC', 'REC_AUX', 'RTT', 'DATA']);
    for (const granule of used) expect(host.rmi('RMI_GRANULE_UNDELEGATE', granule)).toBe('INPUT');
    for (const granule of used) expect(host.tag(granule)).toBe('Realm');
  });
});
