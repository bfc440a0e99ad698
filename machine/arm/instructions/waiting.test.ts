/** WFI and WFE: what wakes a core, what traps them; ESB. */
import { describe, expect, it } from 'vitest';
import { R } from '../registers/index.ts';
import { IRQ, SERROR } from '../signals.ts';
import { Bench, CODE } from '../test-support.ts';

const on = (at: number) => 1n << BigInt(at);
const [AMO, IMO, TGE, VI, VSE] = [on(5), on(4), on(27), on(7), on(8)];

function bench(state: string, cores = 1): Bench {
  const made = new Bench({ cores });
  made.enter(state);
  return made;
}

describe.each([
  ['wfi', 16n, 13n, 12n, 0n],
  ['wfe', 18n, 14n, 13n, 1n],
] as const)('%s', (name, ntw, tw2, tw3, ti) => {
  const ESR = 0x07e0_0000n | ti;

  it('is trapped by SCTLR_EL1, HCR_EL2 and SCR_EL3, to the lowest level that asks for it', () => {
    // level, SCTLR_EL1.nTWx, HCR_EL2.TWx, SCR_EL3.TWx: level that it is trapped to, -1: the core waits
    const rows: readonly [number, bigint, bigint, bigint, number][] = [
      [0, 0n, 0n, 0n, 1],
      [0, 0n, 1n, 1n, 1],
      [0, 1n, 0n, 0n, -1],
      [0, 1n, 1n, 1n, 2],
      [0, 1n, 0n, 1n, 3],
      [1, 0n, 0n, 0n, -1],
      [1, 0n, 1n, 1n, 2],
      [1, 0n, 0n, 1n, 3],
      [2, 0n, 1n, 0n, -1],
      [2, 0n, 1n, 1n, 3],
      [3, 0n, 1n, 1n, -1],
    ];
    for (const [el, sctlr, hcr, scr, target] of rows) {
      const made = bench(el === 3 ? 'Root.EL3' : `NS.EL${el}`);
      made.set('SCTLR_EL1', sctlr << ntw);
      made.set('HCR_EL2', hcr << tw2);
      made.set('SCR_EL3', made.reg('SCR_EL3') | (scr << tw3));
      made.execute(name);
      const label = `EL${el}, ${sctlr}, ${hcr}, ${scr}`;
      expect(made.core.status, label).toBe(target < 0 ? 'waiting' : 'running');
      expect(made.of('exception_entry').length, label).toBe(target < 0 ? 0 : 1);
      if (target < 0) continue;
      expect(made.core.el, label).toBe(target);
      expect([made.reg('ESR_EL1'), made.reg('ESR_EL2'), made.reg('ESR_EL3')][target - 1], label).toBe(ESR);
      expect([made.reg('ELR_EL1'), made.reg('ELR_EL2'), made.reg('ELR_EL3')][target - 1], label).toBe(BigInt(CODE));
    }
  });

  it('at EL0 is trapped to EL2 instead of EL1 while HCR_EL2.TGE is 1', () => {
    const made = bench('NS.EL0');
    made.set('HCR_EL2', TGE);
    made.execute(name);
    expect(made.core.el).toBe(2);
    expect(made.reg('ESR_EL2')).toBe(ESR);
  });
});

describe('WFI', () => {
  it('does not wait, and is not trapped, while an interrupt is pending, masked or not', () => {
    const made = bench('NS.EL1');
    made.set('HCR_EL2', 1n << 13n);
    made.core.drive(IRQ, true);
    made.execute('wfi');
    expect(made.core.status).toBe('running');
    expect(made.core.pc).toBe(BigInt(CODE) + 4n);
    expect(made.of('exception_entry')).toEqual([]);
  });

  it('ends with an interrupt, masked or not', () => {
    const made = bench('NS.EL1');
    made.execute('wfi');
    expect(made.machine.next).toBeUndefined();
    made.core.drive(IRQ, true);
    expect(made.machine.next).toBe(made.core);
    expect(made.core.pc).toBe(BigInt(CODE) + 4n);
  });

  it('at EL2 does not end with a virtual interrupt, at EL1 it does', () => {
    for (const [state, status] of [
      ['NS.EL2', 'waiting'],
      ['NS.EL1', 'running'],
    ] as const) {
      const made = bench(state);
      made.execute('wfi');
      made.set('HCR_EL2', IMO | VI);
      made.core.refreshSignals();
      expect(made.core.status, state).toBe(status);
    }
  });

  it('does not end with an event', () => {
    const made = bench('NS.EL1', 2);
    made.execute('wfi');
    made.core.sendEvent();
    expect(made.core.status).toBe('waiting');
  });
});

describe('WFE', () => {
  it('does not wait if the event register is set, and clears it', () => {
    const made = bench('NS.EL1');
    made.execute('sevl');
    made.execute('wfe');
    expect(made.core.status).toBe('running');
    made.execute('wfe');
    expect(made.core.status).toBe('waiting');
  });

  it('ends with SEV of another core, once', () => {
    const made = bench('NS.EL1', 2);
    made.core.wait('WFE');
    const other = made.coreAt(1);
    other.status = 'running';
    made.instruction(CODE, 'sev');
    other.jump(BigInt(CODE));
    other.step();
    expect(made.core.status).toBe('running');
    made.execute('wfe');
    expect(made.core.status).toBe('waiting');
  });

  it('ends with an interrupt that is not masked only', () => {
    const made = bench('NS.EL1');
    made.execute('wfe');
    made.core.drive(IRQ, true);
    expect(made.core.status).toBe('waiting');
    const open = bench('NS.EL1');
    open.set('DAIF', 0n);
    open.execute('wfe');
    open.core.drive(IRQ, true);
    expect(open.core.status).toBe('running');
  });

  it('finds an exception return to be an event', () => {
    const made = bench('NS.EL2');
    made.set('SPSR_EL2', 0x3c5n);
    made.set('ELR_EL2', BigInt(CODE));
    made.execute('eret');
    made.execute('wfe');
    expect([made.core.el, made.core.status]).toEqual([1, 'running']);
  });

  it('waits on after a snapshot was restored, for the same thing', () => {
    const made = bench('NS.EL1');
    made.execute('wfe');
    const snapshot = made.machine.snapshot();
    made.core.sendEvent();
    made.machine.restore(snapshot);
    expect(made.core.status).toBe('waiting');
    made.core.sendEvent();
    expect(made.core.status).toBe('running');
  });
});

describe('ESB', () => {
  const pend = (state: string, masks: bigint, scr = 0n, hcr = 0n): Bench => {
    const made = bench(state);
    made.set('DAIF', masks);
    made.set('SCR_EL3', made.reg('SCR_EL3') | scr);
    made.set('HCR_EL2', hcr);
    made.core.drive(SERROR, true);
    return made;
  };

  it('records a pending SError that is masked in DISR_EL1, where it is pending no longer', () => {
    const made = pend('NS.EL1', 0x100n);
    made.execute('esb');
    expect(made.core.peek(R.DISR_EL1)).toBe(0x8000_0011n);
    expect(made.core.signals).toBe(0);
    expect(made.core.pc).toBe(BigInt(CODE) + 4n);
  });

  it('leaves one that is taken to a higher level alone', () => {
    const made = pend('NS.EL1', 0x100n, 0n, AMO);
    made.execute('esb');
    expect(made.of('interrupt')).toHaveLength(1);
    expect(made.reg('DISR_EL1')).toBe(0n);
  });

  it('records a virtual one in VDISR_EL2, which EL1 reads as DISR_EL1', () => {
    const made = bench('NS.EL1');
    made.set('DAIF', 0x100n);
    made.set('VSESR_EL2', 0x22n);
    made.set('HCR_EL2', AMO | VSE);
    made.execute('esb');
    expect(made.reg('HCR_EL2')).toBe(AMO);
    expect(made.reg('VDISR_EL2')).toBe(0x8000_0022n);
    expect(made.core.peek(R.DISR_EL1)).toBe(0x8000_0022n);
    made.enter('NS.EL2');
    expect(made.core.peek(R.DISR_EL1)).toBe(0n);
  });
});
