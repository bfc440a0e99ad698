/** Virtual interrupts: what a hypervisor lists, its guest takes, ends, and the hypervisor is told of. */
import { describe, expect, it } from 'vitest';
import { R, type RegisterName } from '../registers/index.ts';
import { IRQ, VFIQ, VIRQ } from '../signals.ts';
import { GicBench } from './gic.test-support.ts';
import { GROUP_1NS, PPI_MAINTENANCE, SPURIOUS } from './interrupts.ts';

const PENDING = 1n << 62n;
const ACTIVE = 2n << 62n;
const HW = 1n << 61n;
const EOI = 1n << 41n;
const FMO = 1n << 3n;
const IMO = 1n << 4n;

const lr = (vintid: number, { group = 1, priority = 0xa0 } = {}) => (BigInt(group) << 60n) | (BigInt(priority) << 48n) | BigInt(vintid);

/** A guest at EL1 of a world, with its virtual interface on: VPMR open, both groups enabled. */
function guest(world: string, lists: readonly bigint[], hcr = 1n): GicBench {
  const bench = new GicBench();
  bench.enter(`${world}.EL2`);
  bench.set('HCR_EL2', (1n << 31n) | IMO | FMO);
  bench.set('ICH_VMCR_EL2', (0xf8n << 24n) | 0b11n);
  bench.set('ICH_HCR_EL2', hcr);
  for (const [i, value] of lists.entries()) bench.set(`ICH_LR${i}_EL2` as RegisterName, value);
  bench.enter(`${world}.EL1`);
  return bench;
}

const states = (bench: GicBench) => [0, 1, 2, 3].map((i) => Number(bench.core.regs[R.ICH_LR0_EL2 + i] >> 62n));

describe('a virtual interrupt', () => {
  it('reaches EL1 as vIRQ or vFIQ by its group, in every world', () => {
    for (const world of ['NS', 'Realm', 'Secure']) {
      expect(guest(world, [PENDING | lr(40)]).core.signals, world).toBe(VIRQ);
      expect(guest(world, [PENDING | lr(40, { group: 0 })]).core.signals, world).toBe(VFIQ);
    }
  });

  it('comes only while it is pending, the interface and its group are enabled, the mask lets it, and HCR_EL2 virtualises', () => {
    const off: readonly ((bench: GicBench) => void)[] = [
      (bench) => bench.set('ICH_LR0_EL2', ACTIVE | lr(40)),
      (bench) => bench.set('ICH_HCR_EL2', 0n),
      (bench) => bench.set('ICH_VMCR_EL2', (0xf8n << 24n) | 0b01n),
      (bench) => bench.set('ICH_VMCR_EL2', (0xa0n << 24n) | 0b11n),
      (bench) => bench.set('HCR_EL2', (1n << 31n) | FMO),
    ];
    for (const disable of off) {
      const bench = guest('Realm', [PENDING | lr(40)]);
      disable(bench);
      expect(bench.core.signals).toBe(0);
    }
  });

  it('is acknowledged and ended by the guest in the list register', () => {
    const bench = guest('Realm', [PENDING | lr(40)]);
    expect([bench.take('ICC_HPPIR1_EL1'), bench.take('ICC_IAR1_EL1')]).toEqual([40, 40]);
    expect([states(bench)[0], bench.core.signals, bench.take('ICC_RPR_EL1')]).toEqual([2, 0, 0xa0]);
    expect(bench.take('ICC_IAR1_EL1')).toBe(SPURIOUS);
    bench.set('ICC_EOIR1_EL1', 40n);
    expect([states(bench)[0], bench.take('ICC_RPR_EL1')]).toEqual([0, 0xff]);
    expect(bench.core.regs[R.ICH_AP1R0_EL2]).toBe(0n);
  });

  it('waits for a less urgent one to end only if it is not more urgent', () => {
    const bench = guest('NS', [PENDING | lr(40), PENDING | lr(41, { priority: 0x80 }), PENDING | lr(42, { priority: 0x80 })]);
    expect([bench.take('ICC_IAR1_EL1'), bench.take('ICC_IAR1_EL1')]).toEqual([41, SPURIOUS]);
    bench.set('ICC_EOIR1_EL1', 41n);
    expect(bench.take('ICC_IAR1_EL1')).toBe(42);
    expect(states(bench)).toEqual([1, 0, 2, 0]);
  });

  it('that became pending again while active is pending after its end', () => {
    const bench = guest('NS', [PENDING | lr(40)]);
    bench.take('ICC_IAR1_EL1');
    bench.set('ICH_LR0_EL2', PENDING | ACTIVE | lr(40));
    bench.set('ICC_EOIR1_EL1', 40n);
    expect([states(bench)[0], bench.core.signals]).toEqual([1, VIRQ]);
  });

  it('ends in two steps where the guest asks for it', () => {
    const bench = guest('NS', [PENDING | lr(40)]);
    bench.set('ICC_CTLR_EL1', 2n);
    bench.take('ICC_IAR1_EL1');
    bench.set('ICC_EOIR1_EL1', 40n);
    expect(states(bench)[0]).toBe(2);
    bench.set('ICC_DIR_EL1', 40n);
    expect(states(bench)[0]).toBe(0);
  });

  it('ends its physical interrupt with it, if it stands for one', () => {
    const bench = new GicBench();
    bench.configure(27, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.gic.setLine(0, 27, true, 'test');
    bench.take('ICC_IAR1_EL1');
    bench.set('ICC_CTLR_EL1', 2n);
    bench.set('ICC_EOIR1_EL1', 27n);
    bench.set('HCR_EL2', (1n << 31n) | IMO | FMO);
    bench.set('ICH_VMCR_EL2', (0xf8n << 24n) | 0b11n);
    bench.set('ICH_HCR_EL2', 1n);
    bench.set('ICH_LR0_EL2', PENDING | HW | (27n << 32n) | lr(27));
    expect(bench.core.signals).toBe(0);
    bench.enter('NS.EL1');
    expect(bench.core.signals).toBe(VIRQ);
    bench.take('ICC_IAR1_EL1');
    bench.set('ICC_EOIR1_EL1', 27n);
    expect(bench.core.signals).toBe(IRQ);
  });
});

describe('the guest sees its own CPU interface', () => {
  it('in the mask, controls and group enables, which leave the physical ones alone', () => {
    const bench = guest('Realm', []);
    const before = bench.gic.cpus[0].pmr;
    bench.set('ICC_PMR_EL1', 0x50n);
    bench.set('ICC_IGRPEN1_EL1', 0n);
    bench.set('ICC_BPR1_EL1', 4n);
    expect([bench.take('ICC_PMR_EL1'), bench.take('ICC_IGRPEN1_EL1'), bench.take('ICC_BPR1_EL1')]).toEqual([0x50, 0, 4]);
    expect(bench.gic.cpus[0].pmr).toBe(before);
    expect(bench.core.regs[R.ICH_VMCR_EL2]).toBe((0x50n << 24n) | (4n << 18n) | 1n);
    bench.enter('Realm.EL2');
    expect(bench.take('ICC_PMR_EL1')).toBe(before);
  });

  it('but not SGIs, which EL2 has to send', () => {
    const bench = guest('Realm', []);
    bench.run((core) => {
      if (core.mayWrite(R.ICC_SGI1R_EL1)) core.write(R.ICC_SGI1R_EL1, 1n);
      core.complete();
    });
    expect(bench.of('register_trap')).toMatchObject([{ register: 'ICC_SGI1R_EL1', write: true }]);
    // EC 0x18; Op0 3, Op2 5, Op1 0, CRn 12, Rt 31, CRm 11, write.
    expect(bench.reg('ESR_EL2')).toBe(0x623a_33f6n);
  });
});

describe('maintenance', () => {
  const cases: readonly (readonly [string, number, bigint, readonly bigint[], readonly bigint[]])[] = [
    // what, bit of MISR, ICH_HCR_EL2, lists that ask for it, lists that do not
    ['an end that asks for it', 1, 1n, [EOI | lr(40)], [lr(40)]],
    ['at most one list register that is valid', 2, 0b11n, [PENDING | lr(40)], [PENDING | lr(40), ACTIVE | lr(41)]],
    ['no list register that is pending', 8, 0b1001n, [ACTIVE | lr(40)], [PENDING | lr(40)]],
  ];
  it.each(cases)('is asked for by %s', (_, status, hcr, asking, quiet) => {
    for (const [lists, expected] of [
      [asking, true],
      [quiet, false],
    ] as const) {
      const bench = new GicBench();
      bench.configure(PPI_MAINTENANCE, GROUP_1NS);
      bench.enter('Realm.EL2');
      for (const [i, value] of lists.entries()) bench.set(`ICH_LR${i}_EL2` as RegisterName, value);
      bench.set('ICH_HCR_EL2', hcr);
      expect(bench.take('ICH_MISR_EL2')).toBe(expected ? status : 0);
      expect(bench.core.signals).toBe(expected ? IRQ : 0);
      bench.set('ICH_HCR_EL2', hcr & ~1n);
      expect(bench.core.signals).toBe(0);
    }
  });

  it('counts ends of interrupts that no list register holds', () => {
    const bench = guest('Realm', [PENDING | lr(40)]);
    bench.take('ICC_IAR1_EL1');
    bench.set('ICH_LR0_EL2', 0n);
    bench.set('ICC_EOIR1_EL1', 40n);
    expect(bench.core.regs[R.ICH_HCR_EL2] >> 27n).toBe(1n);
  });

  it('names free list registers, and those that ended and ask for maintenance', () => {
    const bench = guest('NS', [PENDING | lr(40), EOI | lr(41), HW | lr(42), lr(43)]);
    bench.enter('NS.EL2');
    expect([bench.take('ICH_EISR_EL2'), bench.take('ICH_ELRSR_EL2')]).toEqual([0b0010, 0b1100]);
    expect(bench.take('ICH_VTR_EL2') & 0x1f).toBe(3);
  });
});
