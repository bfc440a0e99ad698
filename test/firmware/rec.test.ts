/** RMI_REC_AUX_COUNT, RMI_REC_CREATE and RMI_REC_DESTROY (DEN0137 B4.3): what they refuse, and what they do. */
import { describe, expect, it } from 'vitest';
import { AUX_COUNT, createRealm, createRec, PARAMS, pool, REC, type RecOptions, recParams, SMALL } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const auxOf = (rec: RecOptions): number[] => Array.from({ length: AUX_COUNT }, (_, i) => rec.aux + i * GRANULE);

/** A host with a new Realm and the granules of a REC delegated, whose parameters are in place. */
function ready(rec: RecOptions = REC): RmiHost {
  const host = bootedHost();
  createRealm(host);
  host.delegate(rec.rec, ...auxOf(rec));
  recParams(host, rec);
  return host;
}

const create = (host: RmiHost, { rec }: RecOptions = REC): string => host.rmi('RMI_REC_CREATE', SMALL.rd, rec, PARAMS);
/** What a refused command must leave behind. */
function untouched(host: RmiHost): void {
  for (const granule of [REC.rec, ...auxOf(REC)]) expect(host.granule(granule)).toEqual({ state: 'DELEGATED', locked: false, refcount: 0 });
  expect(host.granule(SMALL.rd)).toEqual({ state: 'RD', locked: false, refcount: 0 });
  expect(host.zero(REC.rec)).toBe(true);
}

describe('RMI_REC_AUX_COUNT', () => {
  it('says how many auxiliary granules a REC needs', () => {
    expect(ready().ok('RMI_REC_AUX_COUNT', SMALL.rd)[1]).toBe(BigInt(AUX_COUNT));
  });
});

describe('RMI_REC_CREATE', () => {
  it('makes a REC out of its granules', () => {
    const host = ready({ ...REC, pc: 0x8000_1000, x0: 0x1234 });
    expect(create(host)).toBe('SUCCESS');
    expect(host.granule(REC.rec)).toEqual({ state: 'REC', locked: false, refcount: 0 });
    for (const aux of auxOf(REC)) expect(host.granule(aux)).toEqual({ state: 'REC_AUX', locked: false, refcount: 0 });
    expect(host.granule(SMALL.rd)).toEqual({ state: 'RD', locked: false, refcount: 1 });
    // runnable, x0, pc, PSTATE: EL1 on its own stack pointer with DAIF set.
    expect([0x10, 0x18, 0x110, 0x118].map((offset) => host.read(REC.rec + offset))).toEqual([1n, 0x1234n, 0x8000_1000n, 0x3c5n]);
  });

  it('prepares the registers that translate for the Realm', () => {
    const host = ready();
    create(host);
    // VTCR_EL2: T0SZ 31, SL0 1 (level 1), 48-bit physical addresses, NSA, write-back inner shareable walks, 16-bit VMIDs, RES1.
    expect(host.read(REC.rec + 0x600)).toBe(0xc00d_355fn);
    expect(host.read(REC.rec + 0x608)).toBe((1n << 48n) | BigInt(SMALL.rtt));
  });

  it('wants RECs in the order of their indices, which MPIDR spells in levels of 16 and 256', () => {
    const host = ready({ ...REC, mpidr: 1 });
    expect(create(host)).toBe('INPUT');
    recParams(host, { ...REC, mpidr: 0 });
    expect(create(host)).toBe('SUCCESS');
    for (let index = 1; index <= 16; index++) {
      const rec: RecOptions = { rec: pool(32 * index), aux: pool(32 * index + 1), mpidr: index === 16 ? 0x100 : index };
      createRec(host, rec);
    }
    expect(host.granule(SMALL.rd).refcount).toBe(17);
  });

  it.each([
    ['a bit of Aff0 that there is not', 0x10],
    ['a bit above Aff3', 2 ** 32],
    ['the index of another one', 0x100],
  ])('refuses an MPIDR with %s', (_, mpidr) => {
    const host = ready({ ...REC, mpidr });
    expect(create(host)).toBe('INPUT');
    untouched(host);
  });

  it('does not use an index again', () => {
    const host = ready();
    create(host);
    host.ok('RMI_REC_DESTROY', REC.rec);
    expect(create(host)).toBe('INPUT');
    recParams(host, { ...REC, mpidr: 1 });
    expect(create(host)).toBe('SUCCESS');
  });

  it.each([0, AUX_COUNT - 1, AUX_COUNT + 1, 2 ** 40])('refuses %i auxiliary granules', (numAux) => {
    const host = ready({ ...REC, numAux });
    expect(create(host)).toBe('INPUT');
    untouched(host);
  });

  it.each([
    ['not aligned', REC.aux + 15 * GRANULE + 8],
    ['no granule', 0x1_0000_0000],
    ['memory of the host', PARAMS],
    ['another one', REC.aux],
    ['the REC itself', REC.rec],
    ['the descriptor', SMALL.rd],
  ])('refuses a last auxiliary granule that is %s', (_, aux) => {
    const host = ready();
    host.write(PARAMS + 0x808 + 15 * 8, aux);
    expect(create(host)).toBe('INPUT');
    untouched(host);
  });

  it('refuses a REC or a descriptor that is none', () => {
    const host = ready();
    for (const rec of [REC.rec + 8, 0x1_0000_0000, PARAMS, SMALL.rd, SMALL.rtt]) {
      expect(host.rmi('RMI_REC_CREATE', SMALL.rd, rec, PARAMS)).toBe('INPUT');
    }
    for (const rd of [SMALL.rd + 8, 0x1_0000_0000, PARAMS, REC.rec, SMALL.rtt]) {
      expect(host.rmi('RMI_REC_CREATE', rd, REC.rec, PARAMS)).toBe('INPUT');
    }
    untouched(host);
    expect(create(host)).toBe('SUCCESS');
  });

  it('refuses parameters that are not in memory of the host', () => {
    const host = ready();
    for (const params of [PARAMS + 8, 0x1c10_0000, 0x1_0000_0000, SMALL.rd]) {
      expect(host.rmi('RMI_REC_CREATE', SMALL.rd, REC.rec, params)).toBe('INPUT');
    }
    host.delegate(PARAMS - GRANULE);
    host.retag(PARAMS, 0b1000);
    expect(create(host)).toBe('INPUT');
    untouched(host);
  });

  it('says that the Realm runs only when descriptor and REC are what they should be', () => {
    const host = ready();
    host.ok('RMI_REALM_ACTIVATE', SMALL.rd);
    expect(create(host)).toBe('REALM');
    untouched(host);
    expect(host.rmi('RMI_REC_CREATE', SMALL.rd, PARAMS, PARAMS)).toBe('INPUT');
    expect(host.rmi('RMI_REC_CREATE', SMALL.rtt, REC.rec, PARAMS)).toBe('INPUT');
  });

  it('refuses one REC more than there can be', () => {
    const host = ready();
    host.setRefcount(SMALL.rd, 2 ** 10 - 1);
    expect(create(host)).toBe('REALM');
    host.setRefcount(SMALL.rd, 2 ** 10 - 2);
    expect(create(host)).toBe('SUCCESS');
  });
});

describe('RMI_REC_DESTROY', () => {
  it('gives all granules back, wiped', () => {
    const host = bootedHost();
    createRealm(host);
    createRec(host, { ...REC, x0: 0x5ec2e7 });
    expect(host.rmi('RMI_REC_DESTROY', REC.rec)).toBe('SUCCESS');
    untouched(host);
    for (const granule of [REC.rec, ...auxOf(REC)]) expect(host.tag(granule)).toBe('Realm');
  });

  it.each([
    ['not aligned', REC.rec + 8],
    ['no granule', 0x1_0000_0000],
    ['an auxiliary granule', REC.aux],
    ['the descriptor', SMALL.rd],
    ['memory of the host', PARAMS],
  ])('refuses a REC that is %s', (_, rec) => {
    const host = bootedHost();
    createRealm(host);
    createRec(host);
    expect(host.rmi('RMI_REC_DESTROY', rec)).toBe('INPUT');
  });

  it('refuses a REC that runs', () => {
    const host = bootedHost();
    createRealm(host);
    createRec(host);
    host.setRefcount(REC.rec, 1);
    expect(host.rmi('RMI_REC_DESTROY', REC.rec)).toBe('REC');
    host.setRefcount(REC.rec, 0);
    expect(host.rmi('RMI_REC_DESTROY', REC.rec)).toBe('SUCCESS');
  });
});
