/** Physical interrupts: groups, priorities, acknowledge and end, and what each Security state sees of them. */
import { describe, expect, it } from 'vitest';
import { R, type RegisterName } from '../registers/index.ts';
import { FIQ, IRQ } from '../signals.ts';
import { GicBench } from './gic.test-support.ts';
import { CTLR, ENABLE_GRP1NS, GICD_IROUTER, GICR_WAKER, GICR_WAKER_SLEEP, IGROUPR, IPRIORITYR, ISPENDR, SGI_FRAME } from './gic-mmio.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S, SPURIOUS } from './interrupts.ts';
import { MAP } from './mmio.ts';
import { PWKUPR, PWKUPR_WEN } from './power.ts';

const PPI = 27;
const SPI = 40;

/** The lines of core 0 in a state. */
function linesIn(bench: GicBench, state: string): number {
  bench.enter(state);
  return bench.gic.lines(bench.core);
}

describe('an interrupt', () => {
  const rows: readonly (readonly [number, Readonly<Record<string, number>>])[] = [
    [GROUP_0, { 'NS.EL2': FIQ, 'NS.EL1': FIQ, 'Realm.EL2': FIQ, 'Secure.EL2': FIQ, 'Root.EL3': FIQ }],
    [GROUP_1S, { 'NS.EL2': FIQ, 'Realm.EL2': FIQ, 'Secure.EL2': IRQ, 'Secure.EL1': IRQ, 'Root.EL3': FIQ }],
    [GROUP_1NS, { 'NS.EL2': IRQ, 'NS.EL0': IRQ, 'Realm.EL2': IRQ, 'Realm.EL1': IRQ, 'Secure.EL2': FIQ, 'Root.EL3': FIQ }],
  ];
  for (const [group, lines] of rows) {
    it(`of group ${group} comes as IRQ or FIQ by the Security state of the core`, () => {
      const bench = new GicBench();
      bench.configure(PPI, group);
      bench.gic.setLine(0, PPI, true, 'test');
      for (const [state, line] of Object.entries(lines)) expect(linesIn(bench, state), state).toBe(line);
    });
  }

  it('comes only while it is enabled, its group is, both in distributor and CPU interface, and the core is awake', () => {
    const off: readonly ((bench: GicBench) => void)[] = [
      (bench) => bench.gicd(CTLR, 0),
      (bench) => bench.set('ICC_IGRPEN1_EL3', 2n),
      (bench) => bench.gicr(0, SGI_FRAME + 0x180, 2 ** PPI),
      (bench) => bench.gicr(0, GICR_WAKER, GICR_WAKER_SLEEP),
      (bench) => bench.set('ICC_PMR_EL1', 0xa0n),
    ];
    for (const [i, disable] of [undefined, ...off].entries()) {
      const bench = new GicBench();
      bench.configure(PPI, GROUP_1NS);
      disable?.(bench);
      bench.gic.setLine(0, PPI, true, 'test');
      expect(linesIn(bench, 'NS.EL2'), `condition ${i}`).toBe(i === 0 ? IRQ : 0);
    }
  });

  it('becomes active when it is acknowledged, and can come again when it ended', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.gic.setLine(0, PPI, true, 'test');
    expect(bench.take('ICC_HPPIR1_EL1')).toBe(PPI);
    expect(bench.take('ICC_IAR1_EL1')).toBe(PPI);
    expect(bench.core.signals).toBe(0);
    expect([bench.take('ICC_RPR_EL1'), bench.take('ICC_IAR1_EL1')]).toEqual([0xa0, SPURIOUS]);
    // The line is still asserted: a level-sensitive interrupt is pending again at once.
    bench.set('ICC_EOIR1_EL1', BigInt(PPI));
    expect([bench.core.signals, bench.take('ICC_RPR_EL1')]).toEqual([IRQ, 0xff]);
    bench.gic.setLine(0, PPI, false, 'test');
    expect([bench.core.signals, bench.take('ICC_IAR1_EL1')]).toEqual([0, SPURIOUS]);
  });

  it('that is edge-triggered comes once for an edge', () => {
    const bench = new GicBench();
    bench.configure(SPI, GROUP_1NS, { edge: true });
    bench.enter('NS.EL2');
    bench.gic.setLine(0, SPI, true, 'test');
    bench.gic.setLine(0, SPI, false, 'test');
    expect(bench.take('ICC_IAR1_EL1')).toBe(SPI);
    bench.set('ICC_EOIR1_EL1', BigInt(SPI));
    expect(bench.take('ICC_IAR1_EL1')).toBe(SPURIOUS);
  });

  it('is announced once, when it becomes pending', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.gic.setLine(0, PPI, true, 'test');
    bench.gic.setLine(0, PPI, true, 'test');
    expect(bench.of('interrupt_pending')).toMatchObject([{ core: 0, intid: PPI, group: 'Non-secure group 1', source: 'test' }]);
  });

  it('is not acknowledged by looking, nor by a word that faults', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.gic.setLine(0, PPI, true, 'test');
    expect(bench.core.peek(R.ICC_IAR1_EL1)).toBe(BigInt(PPI));
    bench.run((core) => {
      core.read(R.ICC_IAR1_EL1);
      core.load(1n << 60n, 8);
      core.complete();
    });
    expect(bench.core.signals).toBe(IRQ);
  });

  it('wakes a core that waits', () => {
    const bench = new GicBench(2);
    bench.configure(PPI, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.core.status = 'waiting';
    bench.gic.setLine(0, PPI, true, 'test');
    expect(bench.core.status).toBe('running');
  });

  it('turns a core on that is off, if the power controller may', () => {
    for (const enabled of [true, false]) {
      const bench = new GicBench(2);
      bench.configure(PPI, GROUP_1NS, { core: 1 });
      bench.store(BigInt(MAP.powerController + PWKUPR), 1n | (enabled ? BigInt(PWKUPR_WEN) : 0n), 4);
      bench.set('ICC_IGRPEN1_EL3', 3n, bench.coreAt(1));
      bench.gic.setLine(1, PPI, true, 'test');
      expect(bench.coreAt(1).status).toBe(enabled ? 'running' : 'off');
    }
  });
});

describe('priorities', () => {
  it('decide which of two pending interrupts is acknowledged first; the lower number is more urgent', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS, { priority: 0xa0 });
    bench.configure(SPI, GROUP_1NS, { priority: 0x90 });
    bench.enter('NS.EL2');
    bench.gic.setLine(0, PPI, true, 'test');
    bench.gic.setLine(0, SPI, true, 'test');
    expect([bench.take('ICC_IAR1_EL1'), bench.take('ICC_IAR1_EL1')]).toEqual([SPI, SPURIOUS]);
  });

  it('let only a more urgent interrupt preempt an active one', () => {
    for (const [priority, intid] of [
      [0x98, SPI],
      [0xa0, SPURIOUS],
    ] as const) {
      const bench = new GicBench();
      bench.configure(PPI, GROUP_1NS, { priority: 0xa0 });
      bench.configure(SPI, GROUP_1NS, { priority });
      bench.enter('NS.EL2');
      bench.gic.setLine(0, PPI, true, 'test');
      bench.take('ICC_IAR1_EL1');
      bench.gic.setLine(0, SPI, true, 'test');
      expect(bench.take('ICC_IAR1_EL1')).toBe(intid);
    }
  });

  it('below the binary point do not preempt', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS, { priority: 0xa0 });
    bench.configure(SPI, GROUP_1NS, { priority: 0x90 });
    bench.enter('NS.EL2');
    bench.set('ICC_BPR1_EL1', 6n); // groups of 64 in the Non-secure bank
    bench.gic.setLine(0, PPI, true, 'test');
    bench.take('ICC_IAR1_EL1');
    bench.gic.setLine(0, SPI, true, 'test');
    expect(bench.take('ICC_IAR1_EL1')).toBe(SPURIOUS);
    bench.set('ICC_EOIR1_EL1', BigInt(PPI));
    expect(bench.take('ICC_IAR1_EL1')).toBe(SPI);
  });

  it('drop at EOIR while DIR deactivates, where EOImode says so', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.set('ICC_CTLR_EL1', 2n);
    bench.gic.setLine(0, PPI, true, 'test');
    bench.take('ICC_IAR1_EL1');
    bench.set('ICC_EOIR1_EL1', BigInt(PPI));
    expect([bench.take('ICC_RPR_EL1'), bench.core.signals]).toEqual([0xff, 0]);
    bench.set('ICC_DIR_EL1', BigInt(PPI));
    expect(bench.core.signals).toBe(IRQ);
  });
});

describe('what a Security state may know', () => {
  it('gives EL3 the group of an interrupt that is for another level, by the register of group 0', () => {
    for (const [group, intid] of [
      [GROUP_0, PPI],
      [GROUP_1S, 1020],
      [GROUP_1NS, 1021],
    ] as const) {
      const bench = new GicBench();
      bench.configure(PPI, group);
      bench.gic.setLine(0, PPI, true, 'test');
      expect(bench.take('ICC_HPPIR0_EL1')).toBe(intid);
      bench.take('ICC_IAR0_EL1');
      expect(bench.core.signals, `group ${group}`).toBe(group === GROUP_0 ? 0 : FIQ);
    }
  });

  it('hides Secure interrupts from Non-secure software', () => {
    for (const group of [GROUP_0, GROUP_1S]) {
      const bench = new GicBench();
      bench.configure(PPI, group);
      bench.gic.setLine(0, PPI, true, 'test');
      bench.enter('NS.EL2');
      expect([bench.take('ICC_IAR0_EL1'), bench.take('ICC_IAR1_EL1'), bench.take('ICC_HPPIR1_EL1')]).toEqual([
        SPURIOUS,
        SPURIOUS,
        SPURIOUS,
      ]);
      const pending = BigInt(MAP.gicRedistributors + SGI_FRAME + ISPENDR);
      expect(bench.load(pending, 4)).toBe(0n);
      bench.store(pending + 0x80n, BigInt(2 ** PPI), 4);
      bench.enter('Root.EL3');
      expect(bench.load(pending, 4)).toBe(BigInt(2 ** PPI));
    }
  });

  it('lets Non-secure software set up its own interrupts only, and not the groups', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.configure(PPI + 1, GROUP_1S);
    bench.enter('NS.EL2');
    const frame = MAP.gicRedistributors + SGI_FRAME;
    bench.store(BigInt(frame + IGROUPR), 0xffff_ffffn, 4);
    bench.store(BigInt(frame + IPRIORITYR + PPI), 0x40n, 1);
    bench.store(BigInt(frame + IPRIORITYR + PPI + 1), 0x40n, 1);
    expect(bench.load(BigInt(frame + IGROUPR), 4)).toBe(0n);
    expect(bench.load(BigInt(frame + IPRIORITYR + PPI), 1)).toBe(0x40n);
    bench.enter('Root.EL3');
    // The lower half of the range is all that Non-secure software has: 0x40 is 0xa0.
    expect(bench.load(BigInt(frame + IPRIORITYR + PPI), 2)).toBeUndefined();
    expect(bench.load(BigInt(frame + IPRIORITYR + PPI), 1)).toBe(0xa0n);
    expect(bench.load(BigInt(frame + IPRIORITYR + PPI + 1), 1)).toBe(0xa0n);
    expect(bench.load(BigInt(frame + IGROUPR), 4)).toBe(BigInt(2 ** PPI));
  });

  it('stretches the priority mask for Non-secure software while FIQ belongs to EL3', () => {
    const bench = new GicBench();
    bench.enter('NS.EL2');
    bench.set('ICC_PMR_EL1', 0xf0n);
    expect(bench.take('ICC_PMR_EL1')).toBe(0xf0);
    bench.core.regs[R.SCR_EL3] |= 4n;
    bench.set('ICC_PMR_EL1', 0xf0n);
    expect([bench.take('ICC_PMR_EL1'), bench.gic.cpus[0].pmr]).toEqual([0xf0, 0xf8]);
    bench.gic.cpus[0].pmr = 0x70;
    bench.set('ICC_PMR_EL1', 0xf0n);
    expect([bench.take('ICC_PMR_EL1'), bench.gic.cpus[0].pmr]).toEqual([0, 0x70]);
  });

  it('enables only Non-secure group 1 through the Non-secure view of GICD_CTLR', () => {
    const bench = new GicBench();
    bench.gicd(CTLR, 0);
    bench.enter('NS.EL2');
    bench.store(BigInt(MAP.gicDistributor + CTLR), 0xffn, 4);
    expect(bench.load(BigInt(MAP.gicDistributor + CTLR), 4)).toBe(0x12n);
    bench.enter('Root.EL3');
    expect(bench.load(BigInt(MAP.gicDistributor + CTLR), 4)).toBe(BigInt(ENABLE_GRP1NS | 0x30));
  });
});

describe('SCR_EL3', () => {
  const uses: readonly (readonly [RegisterName, bigint, string])[] = [
    ['ICC_IAR0_EL1', 1n << 2n, 'SCR_EL3.FIQ'],
    ['ICC_IAR1_EL1', 1n << 1n, 'SCR_EL3.IRQ'],
  ];
  it.each(uses)('takes %s to EL3 with the interrupts of its group, but for the virtual one of a guest', (name, routed, control) => {
    for (const [state, scr, hcr, trapped] of [
      ['NS.EL2', routed, 0n, true],
      ['NS.EL1', routed, 0n, true],
      ['NS.EL1', routed, 0b11000n, false],
      ['NS.EL2', 0n, 0n, false],
      ['NS.EL1', 0n, 0n, false],
    ] as const) {
      const bench = new GicBench();
      bench.set('SCR_EL3', scr);
      bench.set('HCR_EL2', (1n << 31n) | hcr);
      bench.enter(state);
      bench.take(name);
      expect(
        bench.of('register_trap').map((event) => event.control),
        `${state} ${scr} ${hcr}`,
      ).toEqual(trapped ? [control] : []);
    }
  });
});

describe('interrupts of several cores', () => {
  it('sends an SPI where IROUTER says', () => {
    const bench = new GicBench(2);
    bench.configure(SPI, GROUP_1NS);
    bench.gicd(GICD_IROUTER + 8 * SPI, 1n, 8);
    bench.gic.setLine(0, SPI, true, 'test');
    const lines = [0, 1].map((id) => bench.gic.lines(bench.coreAt(id)));
    expect(lines).toEqual([0, FIQ]);
    bench.gicd(GICD_IROUTER + 8 * SPI, 1n << 31n, 8);
    expect([0, 1].map((id) => bench.gic.lines(bench.coreAt(id)))).toEqual([FIQ, 0]);
  });

  it('sends an SGI to the cores of the list, once', () => {
    const bench = new GicBench(2);
    for (const core of [0, 1]) bench.configure(3, GROUP_1NS, { core });
    bench.enter('NS.EL2');
    bench.set('ICC_SGI1R_EL1', (3n << 24n) | 0b10n);
    expect([0, 1].map((id) => bench.coreAt(id).signals)).toEqual([0, FIQ]);
    expect(bench.of('interrupt_pending')).toMatchObject([{ core: 1, intid: 3, source: 'core 0' }]);
  });

  it('sends an SGI to all others with IRM, and to none of another cluster', () => {
    const bench = new GicBench(3);
    for (const core of [0, 1, 2]) bench.configure(3, GROUP_1NS, { core });
    bench.enter('NS.EL2');
    bench.set('ICC_SGI1R_EL1', (3n << 24n) | (1n << 16n) | 0b111n);
    expect(bench.of('interrupt_pending')).toEqual([]);
    bench.set('ICC_SGI1R_EL1', (3n << 24n) | (1n << 40n));
    expect(bench.of('interrupt_pending').map((event) => event.core)).toEqual([1, 2]);
  });

  it('lets Non-secure software send SGIs of its own group only', () => {
    for (const [group, registers] of [
      [GROUP_1NS, ['ICC_SGI1R_EL1']],
      [GROUP_1S, []],
      [GROUP_0, []],
    ] as const) {
      for (const register of ['ICC_SGI1R_EL1', 'ICC_ASGI1R_EL1', 'ICC_SGI0R_EL1'] as const) {
        const bench = new GicBench();
        bench.configure(3, group);
        bench.enter('NS.EL2');
        bench.set(register, (3n << 24n) | 1n);
        expect(bench.of('interrupt_pending').length, `${register}, group ${group}`).toBe(
          (registers as readonly string[]).includes(register) ? 1 : 0,
        );
      }
    }
  });

  it('lets EL3 and Secure state send SGIs of every group', () => {
    const bench = new GicBench();
    bench.configure(1, GROUP_0);
    bench.configure(2, GROUP_1S);
    bench.configure(3, GROUP_1NS);
    bench.enter('Secure.EL2');
    bench.set('ICC_SGI0R_EL1', (1n << 24n) | 1n);
    bench.set('ICC_SGI1R_EL1', (2n << 24n) | 1n);
    bench.set('ICC_ASGI1R_EL1', (3n << 24n) | 1n);
    expect(bench.of('interrupt_pending').map((event) => event.intid)).toEqual([1, 2, 3]);
  });
});

describe('a snapshot', () => {
  it('brings back what is pending, active and enabled', () => {
    const bench = new GicBench();
    bench.configure(PPI, GROUP_1NS);
    bench.enter('NS.EL2');
    bench.gic.setLine(0, PPI, true, 'test');
    const snapshot = bench.machine.snapshot();
    bench.take('ICC_IAR1_EL1');
    bench.set('ICC_PMR_EL1', 0n);
    bench.machine.restore(snapshot);
    expect([bench.core.signals, bench.take('ICC_IAR1_EL1')]).toEqual([IRQ, PPI]);
  });
});
