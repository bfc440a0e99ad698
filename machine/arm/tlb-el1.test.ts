/** What survives in the TLBs of EL1&0, and what each invalidation drops: VMID, ASID, global, stage 2 alone or merged. */
import { describe, expect, it } from 'vitest';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { R } from './registers/index.ts';
import { arrive, EL1_TABLE_3, fault1, LAST_2MB, S1, S2, S2_RW, Stages, TCR_EL1, UPPER_HALF, VTCR } from './stage2-tables.test-support.ts';
import { Bench } from './test-support.ts';

const OLD = 0x800_0000;
const NEW = 0x900_0000;
const leaf1 = (ipa: bigint | number, more = 0n) => BigInt(ipa) | S1.AF | S1.PAGE | more;
const leaf2 = (pa: number) => BigInt(pa) | S2_RW | S2.PAGE;
const operation = (name: string) => BigInt(TLB_OPERATIONS.findIndex((row) => row.name === name));

/** Executes a TLBI in `state`, with the registers of EL1 and EL2 as they are, and returns to the state before. */
function tlbi(bench: Bench, state: string, name: string, operand = 0n): void {
  const pstate = bench.reg('PSTATE');
  const scr = bench.reg('SCR_EL3');
  bench.enter(state);
  bench.execute('tlbi', operation(name), operand);
  if (bench.of('tlb_maintenance').at(-1)?.operation !== name) throw new Error(`${name} was not executed in ${state}`);
  bench.core.regs[R.SCR_EL3] = scr;
  bench.set('PSTATE', pstate);
}

/** Pages 0 to 3 go through both stages; then stage 2 maps them elsewhere, which nobody has told the TLBs. */
function stale(world = 'Realm', more = 0n): { bench: Bench; stages: Stages } {
  const bench = new Bench();
  bench.enter(`${world}.EL1`);
  const stages = new Stages(bench);
  for (let i = 0; i < 4; i++) stages.page1(i, leaf1(stages.at(i), more)).page2(i, leaf2(OLD + 0x1000 * i));
  stages.stage1().stage2();
  for (let i = 0; i < 4; i++) arrive(bench, stages.at(i), 'read', true);
  for (let i = 0; i < 4; i++) stages.page2(i, leaf2(NEW + 0x1000 * i));
  return { bench, stages };
}

/** Whether page `i` still arrives where it did. */
function old(bench: Bench, stages: Stages, i = 0): boolean {
  const arrival = arrive(bench, stages.at(i), 'read', true);
  if (!('pa' in arrival)) throw new Error('it faults');
  return arrival.pa === OLD + 0x1000 * i;
}

const page = (stages: Stages, i: number) => stages.at(i) >> 12n;
const asid = (value: bigint) => value << 48n;

describe('translations of both stages', () => {
  it('survive IPAS2E1, which drops those of stage 2 alone, until stage 1 is invalidated too', () => {
    for (const scope of ['', 'IS', 'OS']) {
      const { bench, stages } = stale();
      tlbi(bench, 'Realm.EL2', `IPAS2E1${scope}`, page(stages, 0));
      expect(old(bench, stages)).toBe(true);
      tlbi(bench, 'Realm.EL2', 'VMALLE1IS');
      expect(old(bench, stages)).toBe(false);
    }
  });

  it('come back from stage 2 alone if only VMALLE1 was done', () => {
    const { bench, stages } = stale();
    tlbi(bench, 'Realm.EL2', 'VMALLE1IS');
    expect(old(bench, stages)).toBe(true);
    tlbi(bench, 'Realm.EL2', 'IPAS2LE1IS', page(stages, 0));
    tlbi(bench, 'Realm.EL2', 'VMALLE1IS');
    expect([old(bench, stages, 0), old(bench, stages, 1)]).toEqual([false, true]);
  });

  it('are kept while stage 1 is off as well', () => {
    const { bench, stages } = stale();
    stages.page2(0, leaf2(OLD));
    bench.set('SCTLR_EL1', 0n);
    tlbi(bench, 'Realm.EL2', 'VMALLS12E1IS');
    expect(old(bench, stages)).toBe(true);
    stages.page2(0, leaf2(NEW));
    tlbi(bench, 'Realm.EL2', 'IPAS2E1IS', page(stages, 0));
    expect(old(bench, stages)).toBe(true);
    tlbi(bench, 'Realm.EL2', 'VMALLE1IS');
    expect(old(bench, stages)).toBe(false);
  });

  it('go with VMALLS12E1 and ALLE1, and ALLE1 reaches every VMID', () => {
    for (const [name, otherVmid] of [
      ['VMALLS12E1', false],
      ['VMALLS12E1IS', false],
      ['ALLE1', true],
      ['ALLE1OS', true],
    ] as const) {
      const here = stale();
      tlbi(here.bench, 'Realm.EL2', name);
      expect(old(here.bench, here.stages), name).toBe(false);
      const { bench, stages } = stale();
      stages.stage2(2n);
      tlbi(bench, 'Realm.EL2', name);
      stages.stage2(1n);
      expect(old(bench, stages), `${name} for another VMID`).toBe(!otherVmid);
    }
  });

  it('belong to their VMID, of 8 bits unless VTCR_EL2.VS is 1', () => {
    const { bench, stages } = stale();
    stages.stage2(2n);
    expect(old(bench, stages)).toBe(false);
    stages.stage2(1n);
    expect(old(bench, stages)).toBe(true);
    stages.stage2(0x101n);
    expect(old(bench, stages)).toBe(false);
    stages.stage2(0x101n, VTCR & ~(1n << 19n));
    expect(old(bench, stages)).toBe(true);
  });

  it('belong to their world', () => {
    const { bench, stages } = stale('Realm');
    tlbi(bench, 'NS.EL2', 'ALLE1IS');
    expect(old(bench, stages)).toBe(true);
    bench.enter('NS.EL1');
    expect(old(bench, stages)).toBe(false);
  });

  it('are those of the world that SCR_EL3 selects for a TLBI at EL3', () => {
    for (const [world, dropped] of [
      ['NS', false],
      ['Realm', true],
    ] as const) {
      const { bench, stages } = stale('Realm');
      bench.enter(`${world}.EL2`);
      bench.set('PSTATE', 0x3cdn);
      bench.execute('tlbi', operation('ALLE1'));
      bench.enter('Realm.EL1');
      expect(old(bench, stages), world).toBe(!dropped);
    }
  });

  it('are those of EL0 too', () => {
    const { bench, stages } = stale('Realm', S1.EL0);
    bench.enter('Realm.EL0');
    expect(old(bench, stages)).toBe(true);
    tlbi(bench, 'Realm.EL2', 'IPAS2E1', page(stages, 0));
    expect(old(bench, stages)).toBe(true);
    tlbi(bench, 'Realm.EL1', 'VMALLE1');
    expect(old(bench, stages)).toBe(false);
  });

  it('are checked against the permissions of both stages at their use', () => {
    const { bench, stages } = stale();
    tlbi(bench, 'Realm.EL2', 'VMALLS12E1');
    stages.page2(0, BigInt(OLD) | S2.AF | S2.READ | S2.PAGE);
    expect(arrive(bench, stages.at(0), 'read', true)).toEqual({ pa: OLD, space: 'Realm' });
    stages.page2(0, leaf2(OLD));
    expect(arrive(bench, stages.at(0), 'write', true)).toMatchObject({ status: 'permission', stage: 2, level: 3, ipa: LAST_2MB });
  });
});

describe('invalidation by address', () => {
  /** Both kinds go by these, if stage 2 alone is gone. */
  const start = (more = 0n) => {
    const { bench, stages } = stale('NS', more);
    tlbi(bench, 'NS.EL2', 'RIPAS2E1IS', rangeOf(LAST_2MB, 4));
    return { bench, stages };
  };
  /** Operand of range operations for `pages` (an even number): NUM + 1 pairs. */
  const rangeOf = (from: number | bigint, pages: number) =>
    (BigInt.asUintN(49, BigInt(from)) >> 12n) | (BigInt(pages / 2 - 1) << 39n) | (1n << 46n);

  it('drops one page of the VMID and ASID, and leaves its neighbour', () => {
    for (const name of ['VAE1', 'VAE1IS', 'VAE1OS', 'VALE1', 'VALE1IS', 'VAAE1', 'VAALE1OS']) {
      const { bench, stages } = start(S1.NG);
      tlbi(bench, 'NS.EL1', name, page(stages, 1) | asid(1n));
      expect(
        [0, 1, 2].map((i) => old(bench, stages, i)),
        name,
      ).toEqual([true, false, true]);
    }
  });

  it('leaves entries of another ASID unless they are global or every ASID is meant', () => {
    for (const [name, nG, dropped] of [
      ['VAE1', S1.NG, false],
      ['VAE1', 0n, true],
      ['VALE1IS', S1.NG, false],
      ['VAAE1', S1.NG, true],
      ['VAALE1IS', S1.NG, true],
      ['RVAE1', S1.NG, false],
      ['RVAAE1', S1.NG, true],
    ] as const) {
      const { bench, stages } = start(nG);
      tlbi(bench, 'NS.EL1', name, (name.startsWith('R') ? rangeOf(stages.at(0), 2) : page(stages, 0)) | asid(9n));
      expect(old(bench, stages), `${name} ${nG}`).toBe(!dropped);
    }
  });

  it('by ASID leaves global entries and other ASIDs', () => {
    for (const [nG, value, dropped] of [
      [S1.NG, 1n, true],
      [S1.NG, 2n, false],
      [0n, 1n, false],
    ] as const) {
      const { bench, stages } = start(nG);
      tlbi(bench, 'NS.EL1', 'ASIDE1IS', asid(value));
      expect(old(bench, stages), `${nG} ${value}`).toBe(!dropped);
    }
  });

  it('reaches ranges: pages from BaseADDR, (NUM + 1) * 2^(5 * SCALE + 1) of them, for TG = 4 KB only', () => {
    for (const name of ['RVAE1', 'RVALE1IS', 'RVAAE1OS', 'RVAALE1']) {
      const { bench, stages } = start(S1.NG);
      tlbi(bench, 'NS.EL1', name, rangeOf(stages.at(1), 2) | asid(1n));
      expect(
        [0, 1, 2, 3].map((i) => old(bench, stages, i)),
        name,
      ).toEqual([true, false, false, true]);
      tlbi(bench, 'NS.EL1', name, rangeOf(0n, 2) | asid(1n) | (3n << 44n) | (31n << 39n));
      expect(old(bench, stages, 0), `${name} by SCALE`).toBe(false);
    }
    const { bench, stages } = start();
    tlbi(bench, 'NS.EL1', 'RVAAE1', rangeOf(stages.at(0), 4) & ~(3n << 46n));
    expect(old(bench, stages)).toBe(true);
  });

  it('of intermediate addresses reaches ranges, and merged entries survive it', () => {
    const { bench, stages } = stale('NS');
    tlbi(bench, 'NS.EL2', 'RIPAS2LE1', rangeOf(stages.at(1), 2));
    expect([0, 1, 2, 3].map((i) => old(bench, stages, i))).toEqual([true, true, true, true]);
    tlbi(bench, 'NS.EL2', 'VMALLE1');
    expect([0, 1, 2, 3].map((i) => old(bench, stages, i))).toEqual([true, false, false, true]);
  });

  it('reaches the upper half by VA[55]', () => {
    const { bench, stages } = start();
    const upper = UPPER_HALF + stages.at(0);
    stages.page2(0, leaf2(OLD));
    arrive(bench, upper, 'read', true);
    stages.page2(0, leaf2(NEW));
    tlbi(bench, 'NS.EL2', 'IPAS2E1', page(stages, 0));
    tlbi(bench, 'NS.EL1', 'VAE1', page(stages, 0) | asid(1n));
    expect(arrive(bench, upper, 'read', true)).toEqual({ pa: OLD, space: 'Non-secure' });
    tlbi(bench, 'NS.EL1', 'VAE1', (BigInt.asUintN(56, upper) >> 12n) | asid(1n));
    expect(arrive(bench, upper, 'read', true)).toEqual({ pa: NEW, space: 'Non-secure' });
  });

  it('in a block of stage 1 drops all of it, in whatever pieces stage 2 maps it', () => {
    const { bench, stages } = stale('NS');
    // The last 2 MB as one stage 1 block over stage 2 pages.
    stages.block1(511, BigInt(LAST_2MB) | S1.AF | S1.BLOCK);
    tlbi(bench, 'NS.EL2', 'VMALLS12E1');
    for (const i of [0, 1]) stages.page2(i, leaf2(OLD + 0x1000 * i));
    expect([old(bench, stages, 0), old(bench, stages, 1)]).toEqual([true, true]);
    for (const i of [0, 1]) stages.page2(i, leaf2(NEW + 0x1000 * i));
    tlbi(bench, 'NS.EL2', 'RIPAS2E1', rangeOf(LAST_2MB, 2));
    tlbi(bench, 'NS.EL1', 'VAE1', page(stages, 5) | asid(1n));
    expect([old(bench, stages, 0), old(bench, stages, 1)]).toEqual([false, false]);
  });
});

describe('ASIDs', () => {
  it('distinguish entries with nG = 1, not global ones', () => {
    for (const [nG, follows] of [
      [S1.NG, true],
      [0n, false],
    ] as const) {
      const { bench, stages } = stale('NS', nG);
      tlbi(bench, 'NS.EL2', 'IPAS2E1', page(stages, 0));
      stages.stage1(0n, TCR_EL1, 7n);
      expect(old(bench, stages)).toBe(!follows);
    }
  });

  it('distinguish whatever Secure translations were found below a table with NSTable = 1', () => {
    for (const [nsTable, follows] of [
      [0n, false],
      [1n << 63n, true],
    ] as const) {
      const bench = new Bench();
      bench.enter('Secure.EL1');
      const stages = new Stages(bench).page1(0, leaf1(OLD)).stage1();
      stages.block1(511, BigInt(EL1_TABLE_3) | S1.TABLE | nsTable);
      arrive(bench, stages.at(0), 'read', true);
      stages.page1(0, leaf1(NEW)).stage1(0n, TCR_EL1, 7n);
      expect(old(bench, stages)).toBe(!follows);
    }
  });

  it('come from TTBR1_EL1 while TCR_EL1.A1 is 1, and have 8 bits unless AS is 1', () => {
    const { bench, stages } = stale('NS', S1.NG);
    tlbi(bench, 'NS.EL2', 'IPAS2E1', page(stages, 0));
    // ASID 1 was that of TTBR0_EL1; now TTBR1_EL1 has it.
    stages.stage1(0n, TCR_EL1 | (1n << 22n), 0n);
    expect(old(bench, stages)).toBe(true);
    stages.stage1(0n, TCR_EL1, 0x101n);
    expect(old(bench, stages)).toBe(false);
    stages.stage1(0n, TCR_EL1 & ~(1n << 36n), 0x201n);
    expect(old(bench, stages)).toBe(true);
  });
});

describe('stage 1 alone', () => {
  it('is tagged with the VMID while HCR_EL2.VM is 0 as well', () => {
    const bench = new Bench();
    bench.enter('NS.EL1');
    const stages = new Stages(bench).page1(0, leaf1(OLD)).stage1().stage2(1n, VTCR, 0n);
    arrive(bench, stages.at(0), 'read', true);
    stages.page1(0, leaf1(NEW));
    expect(old(bench, stages)).toBe(true);
    stages.stage2(2n, VTCR, 0n);
    expect(old(bench, stages)).toBe(false);
    tlbi(bench, 'NS.EL2', 'VMALLE1');
    stages.stage2(1n, VTCR, 0n);
    expect(old(bench, stages)).toBe(true);
  });

  it('never holds an invalid descriptor, nor one whose access flag is 0', () => {
    const bench = new Bench();
    bench.enter('NS.EL1');
    const stages = new Stages(bench).page1(0, 0n).stage1();
    expect(arrive(bench, stages.at(0), 'read', true)).toEqual(fault1('translation', 3));
    stages.page1(0, leaf1(OLD) & ~S1.AF);
    expect(arrive(bench, stages.at(0), 'read', true)).toEqual(fault1('accessFlag', 3));
    stages.page1(0, leaf1(OLD));
    expect(arrive(bench, stages.at(0), 'read', true)).toEqual({ pa: OLD, space: 'Non-secure' });
  });
});

describe('a TLBI of EL1&0', () => {
  it('reaches this core, or all with IS and OS, or all by HCR_EL2.FB', () => {
    for (const [name, hcr, everywhere] of [
      ['VMALLE1', 0n, false],
      ['VMALLE1IS', 0n, true],
      ['VMALLE1OS', 0n, true],
      ['VMALLE1', 1n << 9n, true],
    ] as const) {
      const bench = new Bench({ cores: 2 });
      bench.enter('NS.EL1');
      bench.enter('NS.EL1', bench.coreAt(1));
      const entry = { level: 3, descriptor: 0n, from: EL1_TABLE_3, base: OLD, space: 0, rights: 7, global: true };
      for (const id of [0, 1]) {
        const core = bench.coreAt(id);
        core.tlb.keepTranslation({ state: core.state, kind: 1, vmid: 0, asid: 0 }, LAST_2MB, { stage1: entry });
      }
      bench.set('HCR_EL2', hcr);
      bench.execute('tlbi', operation(name));
      expect(
        bench.of('tlb_maintenance').map((event) => event.dropped),
        name,
      ).toEqual([everywhere ? 2 : 1]);
    }
  });

  it('is undefined at EL0, and those of stage 2 and of all VMIDs at EL1', () => {
    for (const [state, name] of [
      ['NS.EL0', 'VMALLE1'],
      ['NS.EL1', 'IPAS2E1IS'],
      ['NS.EL1', 'VMALLS12E1'],
      ['NS.EL1', 'ALLE1'],
      ['NS.EL1', 'RIPAS2E1'],
    ] as const) {
      const bench = new Bench();
      bench.enter(state);
      bench.execute('tlbi', operation(name));
      expect(bench.of('tlb_maintenance'), `${name} in ${state}`).toEqual([]);
      expect(bench.reg('ESR_EL1'), `${name} in ${state}`).toBe(0x0200_0000n);
    }
  });
});
