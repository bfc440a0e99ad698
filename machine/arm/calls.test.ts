/** Calls, returns and what they do to state, stack pointer and events. */
import { describe, expect, it } from 'vitest';
import { R } from './registers/index.ts';
import { NS_EL2, REALM_EL2, ROOT_EL3, SECURE_EL2 } from './states.ts';
import { Bench, CODE, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';
import { NON_SECURE, REALM } from './worlds.ts';

const EL2H = 0x3c9n;
const NS = 1n;
const NSE = 1n << 62n;
const EEL2 = 1n << 18n;
const HCE = 1n << 8n;
const SMD = 1n << 7n;
const TWI = 1n << 12n;
const RW = 1n << 10n;

/** At EL3, about to return to `spsr` in the world of `scr`. */
function atEl3(spsr: bigint, scr: bigint, target = 0x10_4000n): Bench {
  const bench = new Bench();
  bench.set('SCR_EL3', scr);
  bench.set('SPSR_EL3', spsr);
  bench.set('ELR_EL3', target);
  return bench;
}

describe('reset', () => {
  it('starts at EL3 on its own stack pointer, masked, with translation and granule checks off', () => {
    const bench = new Bench();
    expect(bench.core.state).toBe(ROOT_EL3);
    expect(bench.reg('PSTATE')).toBe(0x3cdn);
    expect(bench.core.pc).toBe(BigInt(CODE));
    expect(bench.reg('SCTLR_EL3') & 1n).toBe(0n);
    expect(bench.reg('GPCCR_EL3')).toBe(0n);
  });

  it('numbers the cores in MPIDR_EL1.Aff0', () => {
    const bench = new Bench({ cores: 4 });
    expect(bench.machine.cores.map((core) => core.regs[R.MPIDR_EL1])).toEqual([0x8000_0000n, 0x8000_0001n, 0x8000_0002n, 0x8000_0003n]);
    expect(bench.machine.cores.map((core) => core.status)).toEqual(['running', 'off', 'off', 'off']);
  });
});

describe('SMC', () => {
  it('from EL2 is taken to EL3 at sync_lower, returns to the next instruction and keeps its immediate', () => {
    const bench = new Bench();
    bench.enter('Realm.EL2');
    bench.set('NZCV', 0x6000_0000n);
    bench.execute('smc', 0x1234n);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + 0x400n);
    expect(bench.reg('ESR_EL3')).toBe(0x5e00_1234n);
    expect(bench.reg('ELR_EL3')).toBe(BigInt(CODE) + 4n);
    expect(bench.reg('SPSR_EL3')).toBe(0x6000_03c9n);
    expect(bench.reg('PSTATE')).toBe(0x6000_03cdn);
    expect(bench.core.state).toBe(ROOT_EL3);
  });

  it('from EL3 is taken to EL3 itself, by the stack pointer in use', () => {
    for (const [select, offset] of [
      [1n, 0x200n],
      [0n, 0x000n],
    ] as const) {
      const bench = new Bench();
      bench.set('SPSel', select);
      bench.execute('smc', 0n);
      expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + offset);
    }
  });

  it('is undefined while SCR_EL3.SMD is 1', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | SMD);
    bench.execute('smc', 0n);
    expect(bench.reg('ESR_EL2')).toBe(0x0200_0000n);
    expect(bench.reg('ELR_EL2')).toBe(BigInt(CODE));
    expect(bench.of('smc')).toEqual([]);
  });

  it('raises smc, exception_entry and el_transition, in this order', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('x0', 0xc400_0151n);
    bench.set('x1', 0x8800_0000n);
    bench.execute('smc', 0n);
    expect(bench.kinds()).toEqual(['smc', 'exception_entry', 'el_transition']);
    expect(bench.of('smc')[0]).toMatchObject({ fid: 0xc400_0151n, x1: 0x8800_0000n, from: NS_EL2, to: ROOT_EL3, imm: 0 });
    expect(bench.of('exception_entry')[0]).toMatchObject({ vector: 'sync_lower', cause: 'SMC', target: BigInt(VECTORS_EL3) + 0x400n });
    expect(bench.of('el_transition')[0]).toMatchObject({ from: NS_EL2, to: ROOT_EL3, cause: 'SMC' });
  });
});

describe('HVC', () => {
  it('from EL2 is taken to EL2 itself and returns to the next instruction', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | HCE);
    bench.execute('hvc', 5n);
    expect(bench.reg('ESR_EL2')).toBe(0x5a00_0005n);
    expect(bench.reg('ELR_EL2')).toBe(BigInt(CODE) + 4n);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL2) + 0x200n);
    expect(bench.kinds()).toEqual(['hvc', 'exception_entry']);
  });

  it('is undefined while SCR_EL3.HCE is 0', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.execute('hvc', 5n);
    expect(bench.reg('ESR_EL2')).toBe(0x0200_0000n);
  });
});

describe('ERET from EL3', () => {
  it('goes to the world that SCR_EL3.{NSE, NS} selects', () => {
    for (const [scr, state] of [
      [NS, NS_EL2],
      [NS | NSE, REALM_EL2],
      [EEL2, SECURE_EL2],
    ] as const) {
      const bench = atEl3(EL2H, scr);
      bench.execute('eret');
      expect(bench.core.state).toBe(state);
      expect(bench.core.pc).toBe(0x10_4000n);
      expect(bench.reg('PSTATE')).toBe(EL2H);
    }
  });

  it('selects the stack pointer that SPSR.M[0] names', () => {
    const bench = atEl3(EL2H & ~1n, NS);
    bench.set('SP_EL0', 0x1110n);
    bench.set('SP_EL2', 0x2220n);
    bench.execute('eret');
    expect(bench.core.sp).toBe(0x1110n);
    bench.run((core) => {
      core.write(R.SPSel, 1n);
      core.complete();
    });
    expect(bench.core.sp).toBe(0x2220n);
  });

  it('raises exception_return, el_transition, and world_switch only if another world than Root ran before', () => {
    const bench = atEl3(EL2H, NS);
    bench.execute('eret');
    expect(bench.kinds()).toEqual(['exception_return', 'el_transition']);
    bench.instruction(0x10_4000, 'smc', [0n]);
    bench.core.step();
    bench.events.length = 0;
    bench.execute('eret');
    expect(bench.kinds()).toEqual(['exception_return', 'el_transition']);
    bench.core.jump(0x10_4000n);
    bench.core.step();
    bench.set('SCR_EL3', NS | NSE);
    bench.events.length = 0;
    bench.execute('eret');
    expect(bench.kinds()).toEqual(['exception_return', 'el_transition', 'world_switch']);
    expect(bench.of('world_switch')[0]).toMatchObject({ from: NON_SECURE, to: REALM });
  });
});

describe('an illegal exception return', () => {
  const illegal: readonly [string, bigint, bigint][] = [
    ['to {NSE, NS} = 10', EL2H, NSE],
    ['to Secure EL2 while SCR_EL3.EEL2 is 0', EL2H, 0n],
    ['to AArch32', EL2H | 0x10n, NS],
    ['to a reserved mode', EL2H | 2n, NS],
    ['to EL0 with a stack pointer of its own', 0x3c1n, NS],
  ];
  for (const [what, spsr, scr] of illegal) {
    it(`${what} stays at EL3, sets PSTATE.IL and faults on the next instruction with EC 0x0E`, () => {
      const bench = atEl3(spsr | 0xf000_0000n, scr);
      bench.execute('eret');
      expect(bench.kinds()).toEqual(['illegal_return']);
      expect(bench.core.state).toBe(ROOT_EL3);
      expect(bench.core.pc).toBe(0x10_4000n);
      expect(bench.reg('PSTATE')).toBe(0xf010_03cdn);
      bench.word(0x10_4000, (core) => core.complete());
      bench.core.step();
      expect(bench.reg('ESR_EL3')).toBe(0x3a00_0000n);
      expect(bench.reg('ELR_EL3')).toBe(0x10_4000n);
      expect(bench.reg('SPSR_EL3')).toBe(0xf010_03cdn);
      expect(bench.reg('PSTATE')).toBe(0xf000_03cdn);
      expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + 0x200n);
    });
  }

  it('to EL1 is illegal while HCR_EL2.TGE is 1', () => {
    for (const [tge, kind] of [
      [1n << 27n, 'illegal_return'],
      [0n, 'exception_return'],
    ] as const) {
      const bench = atEl3(0x3c5n, NS);
      bench.set('HCR_EL2', tge);
      bench.execute('eret');
      expect(bench.kinds()[0]).toBe(kind);
    }
  });

  it('from EL2 to EL3 stays at EL2', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SPSR_EL2', 0x3cdn);
    bench.execute('eret');
    expect(bench.of('illegal_return')[0].problem).toBe('SPSR.M selects EL3, above the current level');
    expect(bench.core.state).toBe(NS_EL2);
  });

  it('yields to the fault of fetching its target', () => {
    const bench = atEl3(EL2H, NSE, 0x10_4002n);
    bench.execute('eret');
    bench.core.step();
    expect(bench.reg('ESR_EL3')).toBe(0x8a00_0000n);
  });
});

describe('what the model does not have', () => {
  it('halts the core with an event when a return selects a level below EL3 while HCR_EL2.E2H is 1', () => {
    for (const spsr of [EL2H, 0x3c5n, 0x3c0n]) {
      const bench = atEl3(spsr, NS | NSE);
      bench.set('HCR_EL2', 1n << 34n);
      bench.execute('eret');
      expect(bench.of('absent')).toMatchObject([{ from: ROOT_EL3, feature: 'HCR_EL2.E2H' }]);
      expect(bench.core.status).toBe('halted');
      expect(bench.core.pc).toBe(BigInt(CODE));
    }
  });

  it('halts the core with an event when EL2 sets HCR_EL2.E2H', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('HCR_EL2', 1n << 34n);
    expect(bench.of('absent')).toMatchObject([{ feature: 'HCR_EL2.E2H' }]);
    expect(bench.core.status).toBe('halted');
  });
});

describe('WFI', () => {
  it('leaves the core waiting after the instruction', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.execute('wfi');
    expect(bench.core.status).toBe('waiting');
    expect(bench.core.pc).toBe(BigInt(CODE) + 4n);
    expect(bench.machine.next).toBeUndefined();
  });

  it('is trapped to EL3 while SCR_EL3.TWI is 1, and returns to itself', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | TWI);
    bench.execute('wfi');
    expect(bench.reg('ESR_EL3')).toBe(0x07e0_0000n);
    expect(bench.reg('ELR_EL3')).toBe(BigInt(CODE));
    expect(bench.core.status).toBe('running');
  });
});

describe('an exception whose vector cannot be executed', () => {
  it('stops the core instead of faulting for ever', () => {
    const bench = new Bench();
    bench.set('VBAR_EL3', 0x20_0000_0000n);
    bench.core.jump(0x30_0000_0000n);
    for (let i = 0; i < 10 && bench.core.status === 'running'; i++) bench.core.step();
    expect(bench.core.status).toBe('halted');
    expect(bench.of('unhandled_fault')).toHaveLength(1);
    expect(bench.of('unhandled_fault')[0]).toMatchObject({ from: ROOT_EL3, vector: 0x20_0000_0200n });
  });

  it('does not stop a core that returned illegally to its own vector', () => {
    const bench = atEl3(EL2H, NSE, BigInt(VECTORS_EL3) + 0x200n);
    bench.word(VECTORS_EL3 + 0x200, (core) => core.complete());
    bench.execute('eret');
    bench.core.step();
    bench.core.step();
    expect(bench.core.status).toBe('running');
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + 0x204n);
  });
});

describe('SCR_EL3', () => {
  it('does not change the state of EL3 itself, whatever NSE and NS hold', () => {
    const bench = new Bench();
    for (const scr of [0n, NS, NSE, NS | NSE]) {
      bench.set('SCR_EL3', scr | RW);
      expect(bench.core.state).toBe(ROOT_EL3);
    }
  });
});
