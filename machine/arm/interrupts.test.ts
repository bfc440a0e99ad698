/** When asynchronous exceptions are taken, where, and in which order. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pendingException } from './interrupts.ts';
import { R, type RegisterName } from './registers/index.ts';
import { FIQ, IRQ, SERROR, VFIQ, VIRQ, VSERROR } from './signals.ts';
import { STATES } from './states.ts';
import { Bench, CODE, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';

const VECTORS = [0, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3];
const on = (at: number) => 1n << BigInt(at);
const [SCR_IRQ, SCR_FIQ, SCR_EA, NMEA] = [on(1), on(2), on(3), on(20)];
const [FMO, IMO, AMO, VF, VI, VSE, TGE] = [on(3), on(4), on(5), on(6), on(7), on(8), on(27)];
const [A, I, F] = [0x100n, 0x80n, 0x40n];

function bench(state: string, masks: bigint, scr = 0n, hcr = 0n): Bench {
  const made = new Bench();
  made.enter(state);
  made.set('PSTATE', (made.reg('PSTATE') & ~0x3c0n) | masks);
  made.core.set(R.SCR_EL3, made.reg('SCR_EL3') | scr);
  made.set('HCR_EL2', hcr);
  made.word(CODE, (core) => core.complete());
  made.core.jump(BigInt(CODE));
  return made;
}

/** Steps once; the level that took an interrupt, or -1 if the word was executed instead. */
function step(made: Bench, line = 0): number {
  if (line !== 0) made.core.drive(line, true);
  made.core.step();
  if (made.of('interrupt').length === 0) {
    expect(made.core.pc).toBe(BigInt(CODE) + 4n);
    return -1;
  }
  return made.core.el;
}

describe('a physical interrupt', () => {
  const kinds = [
    ['IRQ', IRQ, I, SCR_IRQ, IMO, 0x80n],
    ['FIQ', FIQ, F, SCR_FIQ, FMO, 0x100n],
    ['SError', SERROR, A, SCR_EA, AMO, 0x180n],
  ] as const;
  // level, routed by SCR_EL3, routed by HCR_EL2, masked: level that takes it, -1 while it stays pending
  const rows: readonly [number, boolean, boolean, boolean, number][] = [
    [0, false, false, false, 1],
    [0, false, false, true, -1],
    [1, false, false, false, 1],
    [1, false, false, true, -1],
    [2, false, false, false, -1],
    [3, false, false, false, -1],
    [0, false, true, true, 2],
    [1, false, true, false, 2],
    [1, false, true, true, 2],
    [2, false, true, false, 2],
    [2, false, true, true, -1],
    [3, false, true, false, -1],
    [0, true, true, true, 3],
    [1, true, false, true, 3],
    [2, true, true, true, 3],
    [3, true, true, false, 3],
    [3, true, true, true, -1],
  ];
  it.each(rows)('at EL%i, SCR_EL3 %s, HCR_EL2 %s, masked %s: taken to EL%i', (el, toEl3, toEl2, masked, target) => {
    for (const [name, line, mask, scr, hcr, offset] of kinds) {
      const state = el === 3 ? 'Root.EL3' : `Realm.EL${el}`;
      const made = bench(state, masked ? mask : 0n, toEl3 ? scr : 0n, toEl2 ? hcr : 0n);
      expect(step(made, line), name).toBe(target);
      if (target < 0) continue;
      expect(made.core.pc, name).toBe(BigInt(VECTORS[target]) + offset + (target > el ? 0x400n : 0x200n));
      expect(made.core.regs[R[`ELR_EL${target}` as RegisterName]], name).toBe(BigInt(CODE));
      expect(made.reg('PSTATE') & 0x3c0n).toBe(0x3c0n);
    }
  });

  it('raises interrupt, then exception_entry, and executes no word', () => {
    const made = bench('NS.EL1', 0n, 0n, IMO);
    expect(step(made, IRQ)).toBe(2);
    expect(made.kinds()).toEqual(['interrupt', 'exception_entry', 'el_transition']);
    expect(made.of('interrupt')).toMatchObject([{ type: 'IRQ', from: STATES.findIndex((row) => row.id === 'NS.EL1') }]);
    expect(made.of('exception_entry')).toMatchObject([{ vector: 'irq_lower', cause: 'IRQ', elr: BigInt(CODE) }]);
  });

  it('leaves ESR as it was, unless it is an SError', () => {
    const made = bench('NS.EL1', 0n, 0n, IMO | AMO);
    made.set('ESR_EL2', 0x1234n);
    step(made, IRQ);
    expect(made.reg('ESR_EL2')).toBe(0x1234n);
    const error = bench('NS.EL1', 0n, 0n, AMO);
    step(error, SERROR);
    expect(error.reg('ESR_EL2')).toBe(0xbe00_0011n);
  });

  it('is taken at EL0 by EL2 while HCR_EL2.TGE is 1', () => {
    expect(step(bench('NS.EL0', I, 0n, TGE), IRQ)).toBe(2);
  });

  it('is taken by EL1 of Secure state while EL2 is not enabled', () => {
    for (const [eel2, target] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const made = bench('Secure.EL1', 0n, 0n, IMO);
      if (!eel2) made.set('SCR_EL3', 0n);
      expect(step(made, IRQ)).toBe(target);
    }
  });

  it('stays asserted until the device releases it; an SError is delivered once', () => {
    const made = bench('NS.EL1', 0n);
    step(made, IRQ | SERROR);
    expect(made.core.signals).toBe(IRQ);
    made.core.drive(IRQ, false);
    expect(made.core.signals).toBe(0);
  });

  it('is taken as soon as PSTATE stops masking it', () => {
    const made = bench('NS.EL1', I);
    expect(step(made, IRQ)).toBe(-1);
    made.set('DAIF', 0n);
    made.core.step();
    expect(made.of('interrupt')).toHaveLength(1);
  });
});

describe('SCR_EL3.NMEA', () => {
  it('takes PSTATE.A out of effect at EL3', () => {
    expect(step(bench('Root.EL3', A, SCR_EA), SERROR)).toBe(-1);
    expect(step(bench('Root.EL3', A, SCR_EA | NMEA), SERROR)).toBe(3);
  });
});

describe('a virtual interrupt', () => {
  const kinds = [
    ['virtual IRQ', VI, IMO, VIRQ, I, 0x80n],
    ['virtual FIQ', VF, FMO, VFIQ, F, 0x100n],
    ['virtual SError', VSE, AMO, VSERROR, A, 0x180n],
  ] as const;

  it.each(kinds)('%s is taken by EL1 from EL1 and EL0 unless masked, never at EL2', (name, pending, enable, _, mask, offset) => {
    for (const [state, masks, target] of [
      ['Realm.EL0', 0n, 1],
      ['Realm.EL1', 0n, 1],
      ['Realm.EL1', mask, -1],
      ['Realm.EL2', 0n, -1],
    ] as const) {
      const made = bench(state, masks, 0n, enable | pending);
      expect(step(made), `${name} in ${state}`).toBe(target);
      if (target > 0) expect(made.core.pc).toBe(BigInt(VECTORS_EL1) + offset + (state === 'Realm.EL0' ? 0x400n : 0x200n));
    }
  });

  it.each(kinds)('%s does not exist without the routing bit, nor with HCR_EL2.TGE', (_, pending, enable) => {
    expect(step(bench('Realm.EL1', 0n, 0n, pending))).toBe(-1);
    expect(step(bench('Realm.EL0', 0n, 0n, pending | enable | TGE))).toBe(-1);
  });

  it.each(kinds)('%s comes from a line as well', (_name, _pending, enable, line) => {
    expect(step(bench('Realm.EL1', 0n, 0n, enable), line)).toBe(1);
    expect(step(bench('Realm.EL1', 0n, 0n, 0n), line)).toBe(-1);
  });

  it('SError has the syndrome of VSESR_EL2 and is withdrawn when it is taken', () => {
    const made = bench('Realm.EL1', 0n, 0n, AMO | VSE | VI);
    made.set('VSESR_EL2', 0x1ab_cdefn);
    step(made);
    expect(made.reg('ESR_EL1')).toBe(0xbe00_0000n | 0x1ab_cdefn);
    expect(made.reg('HCR_EL2')).toBe(AMO | VI);
  });
});

describe('the order', () => {
  it('is SError, FIQ, IRQ, then virtual SError, FIQ, IRQ', () => {
    const made = bench('NS.EL0', 0n);
    const all = [SERROR, FIQ, IRQ, VSERROR, VFIQ, VIRQ];
    const taken: string[] = [];
    for (let lines = all.reduce((sum, line) => sum | line, 0); lines !== 0; ) {
      const found = pendingException(made.core, lines, 0);
      if (found === undefined) break;
      taken.push(found.exception.cause);
      lines &= ~found.line;
    }
    expect(taken).toEqual(['SError', 'FIQ', 'IRQ', 'virtual SError', 'virtual FIQ', 'virtual IRQ']);
  });
});

describe('ISR_EL1', () => {
  const isr = (made: Bench) => made.core.peek(R.ISR_EL1);
  it('shows what is pending, masked or not', () => {
    for (const state of ['Root.EL3', 'NS.EL2', 'NS.EL1']) {
      const made = bench(state, A | I | F);
      made.core.drive(IRQ | SERROR, true);
      expect(isr(made), state).toBe(0x180n);
    }
  });
  it('shows EL1 the virtual interrupt instead of the physical one that EL2 takes', () => {
    const made = bench('NS.EL1', I, SCR_IRQ, IMO);
    made.core.drive(IRQ, true);
    expect(isr(made)).toBe(0n);
    made.set('HCR_EL2', IMO | VI);
    expect(isr(made)).toBe(0x80n);
  });
});

describe('routing and masking together', () => {
  it('agree with the table of the manual for all controls, levels and masks', () => {
    // D1.3.6 as written there: by target level, whether PSTATE masks, and what stays pending.
    const oracle = (el: number, scr: boolean, hcr: boolean, tge: boolean, masked: boolean): number => {
      if (scr) return el === 3 && masked ? -1 : 3;
      if (el === 3) return -1;
      if (tge || hcr) return el === 2 && masked ? -1 : 2;
      if (el === 2) return -1;
      return masked ? -1 : 1;
    };
    fc.assert(
      fc.property(fc.nat(3), fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), fc.nat(2), (el, scr, hcr, tge, masked, kind) => {
        const [line, scrBit, hcrBit, mask] = [
          [IRQ, SCR_IRQ, IMO, 0x80],
          [FIQ, SCR_FIQ, FMO, 0x40],
          [SERROR, SCR_EA, AMO, 0x100],
        ][kind] as [number, bigint, bigint, number];
        const regs = new BigUint64Array(new Bench().core.regs.length);
        regs[R.SCR_EL3] = scr ? scrBit : 0n;
        regs[R.HCR_EL2] = (hcr ? hcrBit : 0n) | (tge ? TGE : 0n);
        const found = pendingException({ el, regs, el2Enabled: true }, line, masked ? mask : 0x3c0 & ~mask);
        expect(found?.exception.target ?? -1).toBe(oracle(el, scr, hcr, tge, masked));
      }),
    );
  });
});
