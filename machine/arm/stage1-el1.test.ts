/** What stage 1 of EL1&0 allows and refuses, in every world, with stage 2 off. */
import { describe, expect, it } from 'vitest';
import type { AccessKind } from '../core/access.ts';
import { arrive, EL1_TABLE_3, EL1_UPPER_1, fault1, LAST_2MB, S1, Stages, TCR_EL1, UPPER_HALF } from './stage2-tables.test-support.ts';
import { Bench } from './test-support.ts';

const TARGET = 0x800_0000;
const LEAF = BigInt(TARGET) | S1.AF | S1.PAGE;
const WORLDS = ['NS', 'Realm', 'Secure'] as const;
const NAMES = { NS: 'Non-secure', Realm: 'Realm', Secure: 'Secure' } as const;

/** A bench whose page 0 is mapped by `descriptor`. */
function mapped(state: string, descriptor: bigint, sctlr = 0n, tcr = TCR_EL1): { bench: Bench; stages: Stages; va: bigint } {
  const bench = new Bench();
  bench.enter(state);
  const stages = new Stages(bench).page1(0, descriptor).stage1(sctlr, tcr);
  return { bench, stages, va: stages.at(0) };
}

describe('stage 1 of EL1&0', () => {
  it('translates in the space of its world, at both levels', () => {
    for (const world of WORLDS) {
      for (const el of ['EL1', 'EL0']) {
        const { bench, va } = mapped(`${world}.${el}`, LEAF | S1.EL0);
        expect(arrive(bench, va + 8n), `${world} ${el}`).toEqual({ pa: TARGET + 8, space: NAMES[world] });
      }
    }
  });

  it('gives Secure pages with NS = 1 to the Non-secure space, and knows no NS in the other worlds', () => {
    const of: readonly [string, string][] = [
      ['NS', 'Non-secure'],
      ['Realm', 'Realm'],
      ['Secure', 'Non-secure'],
    ];
    for (const [world, space] of of) {
      const { bench, va } = mapped(`${world}.EL1`, LEAF | (1n << 5n));
      expect(arrive(bench, va)).toEqual({ pa: TARGET, space });
    }
  });

  it('is off while SCTLR_EL1.M is 0, or HCR_EL2.TGE or DC is 1: addresses are their own output', () => {
    const { bench, va } = mapped('NS.EL1', 0n);
    expect(arrive(bench, va)).toEqual(fault1('translation', 3));
    bench.set('HCR_EL2', 1n << 27n);
    expect(arrive(bench, va)).toEqual({ pa: LAST_2MB, space: 'Non-secure' });
    bench.set('HCR_EL2', 0n);
    bench.set('SCTLR_EL1', 0n);
    expect(arrive(bench, va)).toEqual({ pa: LAST_2MB, space: 'Non-secure' });
    expect(arrive(bench, 1n << 48n)).toEqual(fault1('addressSize', 0));
  });
});

describe('permissions of EL1&0', () => {
  const kinds: readonly AccessKind[] = ['read', 'write', 'fetch'];
  /** AP[2:1] and execute-never bits; what EL1 and EL0 may do, as letters. */
  const rows: readonly [string, bigint, string, string][] = [
    ['AP 00', 0n, 'rwx', 'x'],
    ['AP 01', S1.EL0, 'rw', 'rwx'],
    ['AP 10', S1.READ_ONLY, 'rx', 'x'],
    ['AP 11', S1.READ_ONLY | S1.EL0, 'rx', 'rx'],
    ['PXN', S1.PXN, 'rw', 'x'],
    ['UXN', S1.UXN, 'rwx', ''],
    ['AP 11, PXN and UXN', S1.READ_ONLY | S1.EL0 | S1.PXN | S1.UXN, 'r', 'r'],
  ];
  for (const [name, bits, el1, el0] of rows) {
    it(`${name} let EL1 do ${el1} and EL0 ${el0 === '' ? 'nothing' : el0}, else it is a permission fault at level 3`, () => {
      for (const [state, allowed] of [
        ['Realm.EL1', el1],
        ['Realm.EL0', el0],
      ] as const) {
        const { bench, va } = mapped(state, LEAF | bits);
        for (const kind of kinds) {
          const expected = allowed.includes({ read: 'r', write: 'w', fetch: 'x' }[kind])
            ? { pa: TARGET, space: 'Realm' }
            : fault1('permission', 3);
          expect(arrive(bench, va, kind), `${kind} in ${state}`).toEqual(expected);
        }
      }
    });
  }

  it('WXN makes what a level may write execute-never for it, and leaves the other level alone', () => {
    for (const [state, descriptor, executes] of [
      ['NS.EL1', LEAF, false],
      ['NS.EL1', LEAF | S1.READ_ONLY, true],
      ['NS.EL0', LEAF, true],
      ['NS.EL0', LEAF | S1.EL0, false],
    ] as const) {
      const { bench, va } = mapped(state, descriptor, 1n << 19n);
      expect(arrive(bench, va, 'fetch')).toEqual(executes ? { pa: TARGET, space: 'Non-secure' } : fault1('permission', 3));
    }
  });

  it('of tables apply below them: APTable, UXNTable, PXNTable, unless HPD0 is 1', () => {
    const cases: readonly [bigint, string, AccessKind][] = [
      [62n, 'NS.EL1', 'write'],
      [61n, 'NS.EL0', 'read'],
      [60n, 'NS.EL0', 'fetch'],
      [59n, 'NS.EL1', 'fetch'],
    ];
    for (const [at, state, kind] of cases) {
      const { bench, stages, va } = mapped(state, LEAF | (at === 61n ? S1.EL0 : 0n));
      const allowed = { pa: TARGET, space: 'Non-secure' };
      expect(arrive(bench, va, kind)).toEqual(allowed);
      stages.block1(511, BigInt(EL1_TABLE_3) | S1.TABLE | (1n << at));
      expect(arrive(bench, va, kind), `bit ${at}`).toEqual(fault1('permission', 3));
      stages.stage1(0n, TCR_EL1 | (1n << 41n));
      expect(arrive(bench, va, kind), `bit ${at} with HPD0`).toEqual(allowed);
    }
  });

  it('SCR_EL3.SIF keeps Secure EL1 from executing Non-secure memory', () => {
    const { bench, va } = mapped('Secure.EL1', LEAF | (1n << 5n));
    expect(arrive(bench, va, 'fetch')).toEqual({ pa: TARGET, space: 'Non-secure' });
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | (1n << 9n));
    expect(arrive(bench, va, 'fetch')).toEqual(fault1('permission', 3));
  });
});

describe('the two address ranges', () => {
  const upper = UPPER_HALF + BigInt(LAST_2MB);

  it('are selected by VA[55], each with its own table, size and controls', () => {
    const { bench, va } = mapped('Realm.EL1', LEAF);
    expect(arrive(bench, upper)).toEqual({ pa: TARGET, space: 'Realm' });
    bench.machine.memory.write(EL1_UPPER_1, 8, 0n);
    expect(arrive(bench, upper)).toEqual(fault1('translation', 1));
    expect(arrive(bench, va)).toEqual({ pa: TARGET, space: 'Realm' });
  });

  it('end where TnSZ says: a translation fault at level 0', () => {
    const { bench } = mapped('NS.EL1', LEAF);
    expect(arrive(bench, 1n << 39n)).toEqual(fault1('translation', 0));
    expect(arrive(bench, UPPER_HALF - 1n)).toEqual(fault1('translation', 0));
    for (const txsz of [15n, 49n]) {
      bench.set('TCR_EL1', (TCR_EL1 & ~0x3f_0000n) | (txsz << 16n));
      expect(arrive(bench, upper)).toEqual(fault1('translation', 0));
    }
  });

  it('ignore the top byte where TBIn is 1', () => {
    const tag = 0x5an << 56n;
    for (const [tcr, lower, high] of [
      [0n, false, false],
      [1n << 37n, true, false],
      [1n << 38n, false, true],
    ] as const) {
      const { bench, va } = mapped('NS.EL1', LEAF, 0n, TCR_EL1 | tcr);
      expect('pa' in arrive(bench, va | tag)).toBe(lower);
      expect('pa' in arrive(bench, (upper & ~(0xffn << 56n)) | tag)).toBe(high);
    }
  });

  it('are not walked where EPDn is 1: a translation fault at level 0, unless the TLB holds the entry', () => {
    const { bench, va } = mapped('NS.EL1', LEAF);
    expect(arrive(bench, va, 'read', true)).toEqual({ pa: TARGET, space: 'Non-secure' });
    bench.set('TCR_EL1', TCR_EL1 | (1n << 7n));
    expect(arrive(bench, va)).toEqual(fault1('translation', 0));
    expect(arrive(bench, va, 'read', true)).toEqual({ pa: TARGET, space: 'Non-secure' });
    expect(arrive(bench, upper)).toEqual({ pa: TARGET, space: 'Non-secure' });
  });

  it('have the output size of IPS', () => {
    const { bench, va } = mapped('NS.EL1', 0x1_0000_0000n | S1.AF | S1.PAGE);
    expect('pa' in arrive(bench, va)).toBe(false);
    expect(arrive(bench, va)).toMatchObject({ status: 'external' });
    bench.set('TCR_EL1', TCR_EL1 & ~(7n << 32n));
    expect(arrive(bench, va)).toEqual(fault1('addressSize', 3));
  });
});
