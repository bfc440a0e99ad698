/** The generic timer: counters, conditions, interrupts, and time that leaps while nobody runs. */
import { describe, expect, it } from 'vitest';
import { R, type RegisterName } from '../registers/index.ts';
import { FIQ, IRQ } from '../signals.ts';
import { CODE } from '../test-support.ts';
import { GicBench } from './gic.test-support.ts';
import { GROUP_1NS, PPI_HYPERVISOR_TIMER, PPI_PHYSICAL_TIMER, PPI_SECURE_TIMER, PPI_VIRTUAL_TIMER } from './interrupts.ts';

const ENABLE = 1n;
const IMASK = 2n;
const ISTATUS = 4n;

const timers: readonly { name: string; ctl: RegisterName; cval: RegisterName; tval: RegisterName; intid: number }[] = [
  { name: 'CNTP', ctl: 'CNTP_CTL_EL0', cval: 'CNTP_CVAL_EL0', tval: 'CNTP_TVAL_EL0', intid: PPI_PHYSICAL_TIMER },
  { name: 'CNTV', ctl: 'CNTV_CTL_EL0', cval: 'CNTV_CVAL_EL0', tval: 'CNTV_TVAL_EL0', intid: PPI_VIRTUAL_TIMER },
  { name: 'CNTHP', ctl: 'CNTHP_CTL_EL2', cval: 'CNTHP_CVAL_EL2', tval: 'CNTHP_TVAL_EL2', intid: PPI_HYPERVISOR_TIMER },
  { name: 'CNTPS', ctl: 'CNTPS_CTL_EL1', cval: 'CNTPS_CVAL_EL1', tval: 'CNTPS_TVAL_EL1', intid: PPI_SECURE_TIMER },
];

/** Lets `steps` words pass that do nothing. */
function pass(bench: GicBench, steps: number): void {
  for (let i = 0; i < steps; i++) bench.instruction(CODE + 0x2000 + 4 * i, 'nop');
  bench.core.jump(BigInt(CODE + 0x2000));
  for (let i = 0; i < steps; i++) bench.machine.step();
}

describe('the counter', () => {
  it('counts the steps of the machine', () => {
    const bench = new GicBench();
    const before = bench.core.peek(R.CNTPCT_EL0);
    pass(bench, 5);
    expect(bench.core.peek(R.CNTPCT_EL0)).toBe(before + 5n);
  });

  it('is offset for those who read the virtual one', () => {
    const bench = new GicBench();
    pass(bench, 8);
    bench.set('CNTVOFF_EL2', 3n);
    expect(bench.core.peek(R.CNTVCT_EL0)).toBe(bench.core.peek(R.CNTPCT_EL0) - 3n);
    bench.set('CNTVOFF_EL2', bench.core.peek(R.CNTPCT_EL0) + 1n);
    expect(bench.core.peek(R.CNTVCT_EL0)).toBe(2n ** 64n - 1n);
  });
});

describe.each(timers)('$name', ({ ctl, cval, tval, intid }) => {
  it('asserts its interrupt at the step that its compare value names, until it is disabled or masked', () => {
    for (const stop of [0n, ENABLE | IMASK]) {
      const bench = new GicBench();
      bench.configure(intid, GROUP_1NS);
      bench.set(cval, BigInt(bench.machine.time + 4));
      bench.set(ctl, ENABLE);
      pass(bench, 3);
      expect([bench.core.peek(R[ctl]), bench.core.signals]).toEqual([ENABLE, 0]);
      pass(bench, 1);
      expect([bench.core.peek(R[ctl]), bench.core.signals]).toEqual([ENABLE | ISTATUS, FIQ]);
      expect(bench.of('interrupt_pending')).toMatchObject([{ intid }]);
      bench.set(ctl, stop);
      expect(bench.core.signals).toBe(0);
    }
  });

  it('raises nothing while it is disabled or masked', () => {
    for (const control of [0n, IMASK, ENABLE | IMASK]) {
      const bench = new GicBench();
      bench.configure(intid, GROUP_1NS);
      bench.set(cval, 1n);
      bench.set(ctl, control);
      pass(bench, 3);
      expect([bench.core.signals, bench.events]).toEqual([0, []]);
      expect(bench.core.peek(R[ctl]) & ISTATUS).toBe((control & ENABLE) === 0n ? 0n : ISTATUS);
    }
  });

  it('takes a number of counts as well as a value to compare with', () => {
    const bench = new GicBench();
    bench.set(tval, 10n);
    expect(bench.core.peek(R[cval])).toBe(BigInt(bench.machine.time + 10));
    pass(bench, 12);
    expect(bench.core.peek(R[tval])).toBe(0xffff_fffen);
    bench.set(tval, 0xffff_ffffn);
    expect(bench.core.peek(R[cval])).toBe(BigInt(bench.machine.time - 1));
  });
});

describe('the virtual timer', () => {
  it('fires by the virtual count', () => {
    const bench = new GicBench();
    bench.configure(PPI_VIRTUAL_TIMER, GROUP_1NS);
    pass(bench, 10);
    bench.set('CNTV_CVAL_EL0', BigInt(bench.machine.time));
    bench.set('CNTVOFF_EL2', 5n);
    bench.set('CNTV_CTL_EL0', ENABLE);
    pass(bench, 4);
    expect(bench.core.signals).toBe(0);
    pass(bench, 1);
    expect(bench.core.signals).toBe(FIQ);
    bench.set('CNTVOFF_EL2', BigInt(bench.machine.time));
    expect(bench.core.signals).toBe(0);
  });
});

describe('CNTHCTL_EL2', () => {
  const uses: readonly (readonly [RegisterName, bigint])[] = [
    ['CNTPCT_EL0', 1n],
    ['CNTP_CTL_EL0', 2n],
    ['CNTP_CVAL_EL0', 2n],
  ];
  it.each(uses)('traps %s of EL1 to EL2 unless its bit allows it', (name, allowed) => {
    const bench = new GicBench();
    for (const [cnthctl, trapped] of [
      [0n, true],
      [3n & ~allowed, true],
      [allowed, false],
    ] as const) {
      bench.enter('Root.EL3');
      bench.set('CNTHCTL_EL2', cnthctl);
      bench.enter('NS.EL1');
      bench.events.length = 0;
      bench.run((core) => {
        core.read(R[name]);
        core.complete();
      });
      expect(bench.of('register_trap').length, String(cnthctl)).toBe(trapped ? 1 : 0);
      if (trapped) expect(bench.reg('ESR_EL2') >> 26n).toBe(0x18n);
    }
  });
});

describe('time while every core waits', () => {
  it('leaps to the next deadline, and the core goes on', () => {
    const bench = new GicBench();
    bench.configure(PPI_HYPERVISOR_TIMER, GROUP_1NS);
    bench.enter('NS.EL2');
    const due = BigInt(bench.machine.time + 1_000_000);
    bench.set('CNTHP_CVAL_EL2', due);
    bench.set('CNTHP_CTL_EL2', ENABLE);
    bench.instruction(CODE, 'wfi');
    bench.core.jump(BigInt(CODE));
    const { steps } = bench.machine;
    bench.machine.step();
    expect([bench.core.status, bench.core.signals]).toEqual(['running', IRQ]);
    expect(BigInt(bench.machine.time)).toBe(due);
    expect(bench.machine.steps).toBe(steps + 1);
  });

  it('stands still where no timer is set', () => {
    const bench = new GicBench();
    bench.enter('NS.EL2');
    bench.instruction(CODE, 'wfi');
    bench.core.jump(BigInt(CODE));
    bench.machine.step();
    expect(bench.core.status).toBe('waiting');
    expect(bench.machine.step()).toBe(false);
  });

  it('comes back with a snapshot: the timer fires at the same step again', () => {
    const bench = new GicBench();
    bench.configure(PPI_PHYSICAL_TIMER, GROUP_1NS);
    bench.set('CNTP_TVAL_EL0', 6n);
    bench.set('CNTP_CTL_EL0', ENABLE);
    pass(bench, 3);
    const snapshot = bench.machine.snapshot();
    pass(bench, 5);
    expect(bench.core.signals).toBe(FIQ);
    bench.machine.restore(snapshot);
    expect(bench.core.signals).toBe(0);
    pass(bench, 2);
    expect(bench.core.signals).toBe(0);
    pass(bench, 1);
    expect(bench.core.signals).toBe(FIQ);
  });

  it('does not interrupt while EL2 masks it by CNTHCTL_EL2, and does again from then on', () => {
    for (const [timer, intid, mask] of [
      ['CNTV', PPI_VIRTUAL_TIMER, 1n << 18n],
      ['CNTP', PPI_PHYSICAL_TIMER, 1n << 19n],
    ] as const) {
      const bench = new GicBench();
      bench.configure(intid, GROUP_1NS);
      bench.set('CNTHCTL_EL2', mask);
      bench.set(`${timer}_TVAL_EL0`, 3n);
      bench.set(`${timer}_CTL_EL0`, ENABLE);
      pass(bench, 5);
      expect(bench.core.signals).toBe(0);
      expect(bench.core.peek(R[`${timer}_CTL_EL0`]) & 4n).toBe(4n); // the condition is met all the same
      bench.set('CNTHCTL_EL2', 0n);
      expect(bench.core.signals).toBe(FIQ);
    }
  });
});
