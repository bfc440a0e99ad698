/** EL1 and EL0 of every world: how they are entered and left, which stack pointer they use, who they think they are. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { R, type RegisterName } from './registers/index.ts';
import { STATES } from './states.ts';
import { Bench, CODE, VECTORS_EL1 } from './test-support.ts';

const TARGET = 0x10_4000n;
const IL = 1n << 20n;
const on = (at: number) => 1n << BigInt(at);
const id = (bench: Bench) => STATES[bench.core.state].id;
const WORLDS = ['NS', 'Realm', 'Secure'] as const;

/** At `state`, about to return to what `spsr` says. */
function returning(state: string, spsr: bigint): Bench {
  const bench = new Bench();
  bench.enter(state);
  const el = bench.core.el;
  bench.core.set(R[`SPSR_EL${el}` as RegisterName], spsr);
  bench.core.set(R[`ELR_EL${el}` as RegisterName], TARGET);
  return bench;
}

const MODES: readonly [string, bigint, number][] = [
  ['EL0', 0b0000n, 0],
  ['EL1t', 0b0100n, 1],
  ['EL1h', 0b0101n, 1],
  ['EL2t', 0b1000n, 2],
  ['EL2h', 0b1001n, 2],
];

describe('an exception return', () => {
  for (const from of [1, 2]) {
    it.each(MODES.filter(([, , el]) => el <= from))(`from EL${from} enters %s of the same world`, (_, mode, el) => {
      for (const world of WORLDS) {
        const bench = returning(`${world}.EL${from}`, 0x6000_0140n | mode);
        bench.execute('eret');
        expect(id(bench)).toBe(`${world}.EL${el}`);
        expect(bench.core.pc).toBe(TARGET);
        expect(bench.reg('PSTATE')).toBe(0x6000_0140n | mode);
        expect(bench.kinds()).toEqual(el === from ? ['exception_return'] : ['exception_return', 'el_transition']);
      }
    });
  }

  it.each(MODES)('from EL3 enters %s of the world that SCR_EL3 selects', (_, mode, el) => {
    for (const [world, scr] of [
      ['NS', 1n],
      ['Realm', 1n | on(62)],
      ['Secure', on(18)],
    ] as const) {
      const bench = returning('Root.EL3', mode);
      bench.set('SCR_EL3', scr);
      bench.execute('eret');
      expect(id(bench)).toBe(`${world}.EL${el}`);
    }
  });

  it('from EL3 enters Secure EL1 while Secure EL2 is not enabled, but not Secure EL2', () => {
    for (const [mode, state] of [
      [0b0101n, 'Secure.EL1'],
      [0b1001n, 'Root.EL3'],
    ] as const) {
      const bench = returning('Root.EL3', mode);
      bench.set('SCR_EL3', 0n);
      bench.execute('eret');
      expect(id(bench)).toBe(state);
    }
  });

  it('from EL0 is undefined', () => {
    const bench = new Bench();
    bench.enter('NS.EL0');
    bench.execute('eret');
    expect(bench.reg('ESR_EL1')).toBe(0x0200_0000n);
  });
});

describe('an illegal exception return', () => {
  const illegal: readonly [string, string, bigint][] = [
    ['NS.EL1', 'to EL2', 0b1001n],
    ['NS.EL1', 'to EL3', 0b1101n],
    ['Realm.EL2', 'to EL3', 0b1101n],
    ['Realm.EL1', 'to a reserved mode', 0b0110n],
    ['Realm.EL2', 'to EL0 with a stack pointer of its own', 0b0001n],
    ['NS.EL1', 'to AArch32 EL0', 0b1_0000n],
    ['NS.EL2', 'to AArch32 EL1', 0b1_0011n],
  ];
  it.each(illegal)('from %s %s stays where it is, sets IL, restores flags and masks, and faults next', (state, _, mode) => {
    const bench = returning(state, 0x9000_0080n | mode);
    const { el } = bench.core;
    bench.execute('eret');
    expect(bench.kinds()).toEqual(['illegal_return']);
    expect(id(bench)).toBe(state);
    expect(bench.core.pc).toBe(TARGET);
    expect(bench.reg('PSTATE')).toBe(0x9000_0080n | IL | (BigInt(el) << 2n) | 1n);
    bench.word(Number(TARGET), (core) => core.complete());
    bench.core.step();
    expect(bench.core.regs[R[`ESR_EL${el}` as RegisterName]]).toBe(0x3a00_0000n);
    expect(bench.core.regs[R[`ELR_EL${el}` as RegisterName]]).toBe(TARGET);
  });

  it('to EL1 while HCR_EL2.TGE is 1 is legal where EL2 is not enabled', () => {
    for (const [scr, kinds] of [
      [on(18), 'illegal_return'],
      [0n, 'exception_return'],
    ] as const) {
      const bench = returning('Root.EL3', 0b0101n);
      bench.set('SCR_EL3', scr);
      bench.set('HCR_EL2', on(27));
      bench.execute('eret');
      expect(bench.kinds()[0]).toBe(kinds);
    }
  });
});

describe('every value of SPSR.M', () => {
  /** D1.4.4, "Illegal exception returns from AArch64 state": the state entered, `undefined` if the return is illegal. */
  function entered(el: number, mode: number, nse: boolean, ns: boolean, eel2: boolean, tge: boolean, world: string): string | undefined {
    const target = new Map([
      [0b0000, 0],
      [0b0100, 1],
      [0b0101, 1],
      [0b1000, 2],
      [0b1001, 2],
      [0b1100, 3],
      [0b1101, 3],
    ]).get(mode);
    if (target === undefined || target > el) return undefined;
    if (target === 3) return 'Root.EL3';
    const to = el === 3 ? (nse ? (ns ? 'Realm' : undefined) : ns ? 'NS' : 'Secure') : world;
    const hasEl2 = to !== 'Secure' || eel2;
    if (to === undefined || (target === 2 && !hasEl2) || (target === 1 && hasEl2 && tge)) return undefined;
    return `${to}.EL${target}`;
  }

  it('enters what the manual says, or is illegal, from every level and under every control', () => {
    const world = fc.constantFrom(...WORLDS);
    const flag = fc.boolean();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.nat(31), flag, flag, flag, flag, world, (el, mode, nse, ns, eel2, tge, from) => {
        const state = el === 3 ? 'Root.EL3' : `${from}.EL${el}`;
        const bench = returning(state, 0x3c0n | BigInt(mode));
        if (el === 3) bench.core.set(R.SCR_EL3, (nse ? on(62) : 0n) | (ns ? 1n : 0n) | (eel2 ? on(18) : 0n));
        bench.core.set(R.HCR_EL2, tge ? on(27) : 0n);
        bench.execute('eret');
        // Below EL3 the state itself needs an EL2 that is enabled, which `enter` has seen to.
        const expected = entered(el, mode, nse, ns, el === 3 ? eel2 : true, tge, from);
        expect([id(bench), bench.of('illegal_return').length]).toEqual([expected ?? state, expected === undefined ? 1 : 0]);
        expect(bench.core.pc).toBe(TARGET);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the stack pointer', () => {
  it('of each level is its own with SPSel = 1, that of EL0 with 0; EL0 has only its own', () => {
    for (const [state, own] of [
      ['Realm.EL1', 0x1110n],
      ['Realm.EL2', 0x2220n],
      ['Root.EL3', 0x3330n],
    ] as const) {
      const bench = new Bench();
      for (const [name, value] of [
        ['SP_EL0', 0xff0n],
        ['SP_EL1', 0x1110n],
        ['SP_EL2', 0x2220n],
        ['SP_EL3', 0x3330n],
      ] as const)
        bench.set(name, value);
      bench.enter(state);
      expect(bench.core.sp).toBe(own);
      bench.set('SPSel', 0n);
      expect(bench.core.sp).toBe(0xff0n);
      bench.enter('Realm.EL0');
      expect(bench.core.sp).toBe(0xff0n);
    }
  });

  it('of EL0 is set at EL0, as MOV SP does; those of higher levels are not', () => {
    const bench = new Bench();
    bench.enter('Realm.EL0');
    bench.writeSystem('SP_EL0', 0x880n);
    expect(bench.core.sp).toBe(0x880n);
    bench.writeSystem('SP_EL1', 0x990n);
    expect(bench.of('undefined_instruction')).toHaveLength(1);
  });

  it('changes with the exception and comes back with the return', () => {
    const bench = new Bench();
    bench.set('SP_EL0', 0xff0n);
    bench.set('SP_EL1', 0x1110n);
    bench.enter('NS.EL0');
    bench.execute('svc', 0n);
    expect(bench.core.sp).toBe(0x1110n);
    bench.instruction(VECTORS_EL1 + 0x400, 'eret');
    bench.core.step();
    expect([bench.core.sp, bench.core.pc, id(bench)]).toEqual([0xff0n, BigInt(CODE) + 4n, 'NS.EL0']);
  });
});

describe('MIDR_EL1 and MPIDR_EL1', () => {
  it('read at EL1 as EL2 has set them, at EL2 and EL3 as they are', () => {
    const bench = new Bench();
    const mpidr = bench.reg('MPIDR_EL1');
    bench.set('VMPIDR_EL2', 0x8000_0003n);
    bench.set('VPIDR_EL2', 0x41n);
    for (const [state, seen] of [
      ['Realm.EL1', [0x8000_0003n, 0x41n]],
      ['Realm.EL2', [mpidr, bench.reg('MIDR_EL1')]],
      ['Root.EL3', [mpidr, bench.reg('MIDR_EL1')]],
    ] as const) {
      bench.enter(state);
      expect([bench.core.peek(R.MPIDR_EL1), bench.core.peek(R.MIDR_EL1)], state).toEqual(seen);
    }
  });

  it('read at Secure EL1 as they are while EL2 is not enabled', () => {
    const bench = new Bench();
    bench.set('VMPIDR_EL2', 3n);
    bench.enter('Secure.EL1');
    expect(bench.core.peek(R.MPIDR_EL1)).toBe(3n);
    bench.core.set(R.SCR_EL3, 0n);
    expect(bench.core.peek(R.MPIDR_EL1)).toBe(bench.reg('MPIDR_EL1'));
  });

  it('read at reset as the core itself', () => {
    const bench = new Bench({ cores: 2 });
    const other = bench.coreAt(1);
    bench.enter('NS.EL1', other);
    expect(other.peek(R.MPIDR_EL1)).toBe(0x8000_0001n);
  });
});

describe('registers of EL1', () => {
  const names: readonly RegisterName[] = ['SCTLR_EL1', 'TTBR1_EL1', 'VBAR_EL1', 'CONTEXTIDR_EL1', 'SP_EL1', 'TPIDR_EL1'];
  it('are read and written from EL1 up, and undefined at EL0', () => {
    for (const state of ['NS.EL1', 'NS.EL2', 'Root.EL3', 'NS.EL0']) {
      for (const name of names) {
        const bench = new Bench();
        bench.enter(state);
        bench.writeSystem(name, 0x800n);
        expect(bench.of('undefined_instruction').length, `${name} in ${state}`).toBe(state === 'NS.EL0' ? 1 : 0);
        expect(bench.reg(name) === 0x800n, `${name} in ${state}`).toBe(state !== 'NS.EL0');
      }
    }
  });

  it('TPIDRRO_EL0 is read at EL0 and written from EL1 up', () => {
    const bench = new Bench();
    bench.enter('NS.EL1');
    bench.writeSystem('TPIDRRO_EL0', 5n);
    bench.enter('NS.EL0');
    bench.readSystem('TPIDRRO_EL0', 2);
    expect(bench.reg('x2')).toBe(5n);
    bench.writeSystem('TPIDRRO_EL0', 6n);
    expect(bench.reg('TPIDRRO_EL0')).toBe(5n);
    expect(bench.reg('ESR_EL1')).toBe(0x0200_0000n);
  });
});
