/** Where each exception is taken, control by control: once with the control, once without. */
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../core/word.ts';
import { exceptionOf } from './exceptions.ts';
import { type AbortFault, abort } from './fault.ts';
import { R, type RegisterName } from './registers/index.ts';
import type { Source } from './routing.ts';
import { NS_EL2, ROOT_EL3, STATES } from './states.ts';
import { Bench, CODE, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';
import { NON_SECURE, REALM, SECURE } from './worlds.ts';

const VECTORS = [0, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3];
const on = (at: number) => 1n << BigInt(at);
const [TGE, TEA, TSC] = [on(27), on(37), on(19)];
const [EA, SMD, HCE, EASE] = [on(3), on(7), on(8), on(19)];
const GPF = on(48);
const TDE = on(8);

interface Controls {
  readonly scr?: bigint;
  readonly hcr?: bigint;
  readonly mdcr?: bigint;
}

function bench(state: string, { scr = 0n, hcr = 0n, mdcr = 0n }: Controls = {}): Bench {
  const made = new Bench();
  made.enter(state);
  made.core.set(R.SCR_EL3, made.reg('SCR_EL3') | scr);
  made.core.set(R.HCR_EL2, hcr);
  made.core.set(R.MDCR_EL2, mdcr);
  return made;
}

/** Expects that the last word was an exception to `el`, and gives ESR and ELR there. */
function taken(made: Bench, el: number, from: number): { esr: bigint; elr: bigint } {
  expect(made.core.el).toBe(el);
  expect(made.core.pc).toBe(BigInt(VECTORS[el]) + (el > from ? 0x400n : 0x200n));
  expect(made.reg('PSTATE')).toBe(0x3c1n | (BigInt(el) << 2n));
  return { esr: made.reg(`ESR_EL${el}` as RegisterName), elr: made.reg(`ELR_EL${el}` as RegisterName) };
}

const NEXT = BigInt(CODE) + 4n;

describe('calls', () => {
  // instruction, from, controls, level that takes it, ESR, return address
  const rows: readonly [string, number, Controls, number, bigint, bigint][] = [
    ['svc', 0, {}, 1, 0x5600_0012n, NEXT],
    ['svc', 0, { hcr: TGE }, 2, 0x5600_0012n, NEXT],
    ['svc', 1, {}, 1, 0x5600_0012n, NEXT],
    ['svc', 2, { hcr: TGE }, 2, 0x5600_0012n, NEXT],
    ['hvc', 0, { scr: HCE }, 1, 0x0200_0000n, BigInt(CODE)],
    ['hvc', 1, { scr: HCE }, 2, 0x5a00_0012n, NEXT],
    ['hvc', 1, { scr: HCE, hcr: on(29) }, 2, 0x5a00_0012n, NEXT],
    ['hvc', 1, {}, 1, 0x0200_0000n, BigInt(CODE)],
    ['hvc', 2, { scr: HCE }, 2, 0x5a00_0012n, NEXT],
    ['hvc', 2, {}, 2, 0x0200_0000n, BigInt(CODE)],
    ['smc', 0, {}, 1, 0x0200_0000n, BigInt(CODE)],
    ['smc', 0, { hcr: TSC }, 1, 0x0200_0000n, BigInt(CODE)],
    ['smc', 1, {}, 3, 0x5e00_0012n, NEXT],
    ['smc', 1, { hcr: TSC }, 2, 0x5e00_0012n, BigInt(CODE)],
    ['smc', 1, { scr: SMD }, 1, 0x0200_0000n, BigInt(CODE)],
    ['smc', 1, { scr: SMD, hcr: TSC }, 2, 0x5e00_0012n, BigInt(CODE)],
    ['smc', 2, { hcr: TSC }, 3, 0x5e00_0012n, NEXT],
    ['brk', 0, {}, 1, 0xf200_0012n, BigInt(CODE)],
    ['brk', 0, { hcr: TGE }, 2, 0xf200_0012n, BigInt(CODE)],
    ['brk', 1, { mdcr: TDE }, 2, 0xf200_0012n, BigInt(CODE)],
    ['brk', 2, {}, 2, 0xf200_0012n, BigInt(CODE)],
    ['eret', 0, {}, 1, 0x0200_0000n, BigInt(CODE)],
    ['eret', 0, { hcr: TGE }, 2, 0x0200_0000n, BigInt(CODE)],
  ];
  it.each(rows)('%s at EL%i with %o is taken to EL%i', (name, from, controls, to, esr, elr) => {
    for (const world of ['NS', 'Realm', 'Secure']) {
      const made = bench(`${world}.EL${from}`, controls);
      made.execute(name, 0x12n);
      expect(taken(made, to, from), world).toEqual({ esr, elr });
    }
  });

  it('HVC and a trapped SMC need an EL2: in Secure state SCR_EL3.EEL2', () => {
    const made = bench('Secure.EL1', { hcr: TSC, scr: HCE });
    made.core.set(R.SCR_EL3, HCE);
    made.execute('hvc', 0n);
    expect(taken(made, 1, 1).esr).toBe(0x0200_0000n);
    made.execute('smc', 0n);
    expect(taken(made, 3, 1)).toEqual({ esr: 0x5e00_0000n, elr: NEXT });
  });

  it('announce who called whom, with the arguments', () => {
    const made = bench('Realm.EL1', { hcr: TSC });
    made.set('x0', 0xc400_0190n);
    made.execute('smc', 0n);
    const id = (name: string) => STATES.findIndex((row) => row.id === name);
    expect(made.of('smc')).toMatchObject([{ fid: 0xc400_0190n, from: id('Realm.EL1'), to: id('Realm.EL2') }]);
    const user = bench('NS.EL0');
    user.set('x8', 64n);
    user.execute('svc', 3n);
    expect(user.of('svc')).toMatchObject([{ imm: 3, x8: 64n, from: id('NS.EL0'), to: id('NS.EL1') }]);
  });
});

describe('undefined instructions, Illegal Execution state and misaligned PC', () => {
  const causes: readonly [string, (made: Bench) => void, bigint][] = [
    ['an undefined instruction', (made) => made.readSystem('SCR_EL3'), 0x0200_0000n],
    [
      'Illegal Execution state',
      (made) => {
        made.core.write(R.PSTATE, made.reg('PSTATE') | (1n << 20n));
        made.run((core) => core.complete());
      },
      0x3a00_0000n,
    ],
    [
      'a misaligned PC',
      (made) => {
        made.core.jump(0x1002n);
        made.core.step();
      },
      0x8a00_0000n,
    ],
  ];
  it.each(causes)('%s is taken to the level itself, from EL0 to EL1, or to EL2 with HCR_EL2.TGE', (_, cause, esr) => {
    for (const [from, controls, to] of [
      [0, {}, 1],
      [0, { hcr: TGE }, 2],
      [1, {}, 1],
      [2, {}, 2],
    ] as const) {
      const made = bench(`Realm.EL${from}`, controls);
      cause(made);
      expect(taken(made, to, from).esr).toBe(esr);
    }
  });

  it('HCR_EL2.TGE has no effect while Secure EL2 is not enabled', () => {
    const made = bench('Secure.EL0', { hcr: TGE });
    made.core.set(R.SCR_EL3, 0n);
    made.execute('svc', 0n);
    expect(taken(made, 1, 0).esr).toBe(0x5600_0000n);
  });
});

describe('stack pointer alignment', () => {
  const local = (made: Bench) => {
    made.core.setSp(0x80_0008n);
    made.run((core) => {
      core.local(0);
      core.complete();
    });
  };
  it('is checked at EL0 by SCTLR_EL1.SA0, at EL1 by SCTLR_EL1.SA', () => {
    for (const [state, sctlr, faults] of [
      ['NS.EL0', 1n << 4n, 1],
      ['NS.EL0', 1n << 3n, 0],
      ['NS.EL1', 1n << 3n, 1],
      ['NS.EL1', 1n << 4n, 0],
    ] as const) {
      const made = bench(state);
      made.set('SCTLR_EL1', sctlr);
      local(made);
      expect(made.of('exception_entry'), state).toHaveLength(faults);
      if (faults > 0) expect(taken(made, 1, state === 'NS.EL0' ? 0 : 1).esr).toBe(0x9a00_0000n);
    }
  });
});

// ---------------------------------------------------------------------- aborts

function source(el: number, { scr = 0n, hcr = 0n }: Controls = {}, el2Enabled = true): Source {
  const regs = new BigUint64Array(new Bench().core.regs.length);
  regs[R.SCR_EL3] = scr;
  regs[R.HCR_EL2] = hcr;
  return { el, regs, el2Enabled };
}

const read = { kind: 'read', purpose: 'data', va: 0x1234n, size: 8, pa: 0x9000, space: REALM } as const;
const gpc = (code: 'fault' | 'walk' | 'external' = 'fault') => ({ code, level: 1, gpi: 9, problem: '', pa: 0x9000, space: REALM }) as const;
const S2: Partial<AbortFault> = { stage: 2, ipa: 0x8765_4321 };
const IN_WALK: Partial<AbortFault> = { walk: true };
const OF_WALK: Partial<AbortFault> = { s1ptw: true, walk: true };

describe('aborts', () => {
  const stage1 = abort(read, 'translation', 3);
  const stage2 = abort(read, 'translation', 3, S2);
  const external = abort(read, 'external');
  const granule = abort(read, 'gpc', 0, { gpc: gpc() });
  const granuleOfTable = abort(read, 'gpc', 2, { gpc: gpc(), ...S2, ...IN_WALK });
  const rows: readonly [string, AbortFault, number, Controls, number, bigint][] = [
    ['a stage 1 fault', stage1, 0, {}, 1, 0x9200_0007n],
    ['a stage 1 fault', stage1, 1, {}, 1, 0x9600_0007n],
    ['a stage 1 fault', stage1, 0, { hcr: TGE }, 2, 0x9200_0007n],
    ['a stage 1 fault', stage1, 2, {}, 2, 0x9600_0007n],
    ['a stage 1 fault', stage1, 3, {}, 3, 0x9600_0007n],
    ['a stage 1 fault', stage1, 1, { scr: EA, hcr: TEA }, 1, 0x9600_0007n],
    ['a stage 2 fault', stage2, 0, {}, 2, 0x9200_0007n],
    ['a stage 2 fault', stage2, 1, {}, 2, 0x9200_0007n],
    ['a stage 2 fault of a stage 1 walk', abort(read, 'translation', 3, { ...S2, ...OF_WALK }), 1, {}, 2, 0x9200_0087n],
    ['an external abort', external, 1, {}, 1, 0x9600_0010n],
    ['an external abort', external, 1, { hcr: TEA }, 2, 0x9200_0010n],
    ['an external abort', external, 0, { hcr: TGE }, 2, 0x9200_0010n],
    ['an external abort', external, 1, { scr: EA, hcr: TEA }, 3, 0x9200_0010n],
    ['an external abort', external, 2, { hcr: TEA }, 2, 0x9600_0010n],
    ['an external abort', external, 2, { scr: EA }, 3, 0x9200_0010n],
    ['an external abort on a stage 2 walk', abort(read, 'external', 1, { ...S2, ...IN_WALK }), 1, {}, 2, 0x9200_0015n],
    ['a granule protection fault', granule, 1, {}, 1, 0x9600_0028n],
    ['a granule protection fault', granule, 0, {}, 1, 0x9200_0028n],
    ['a granule protection fault', granule, 0, { hcr: TGE }, 2, 0x9200_0028n],
    ['a granule protection fault', granule, 1, { hcr: GPF }, 2, 0x9200_0028n],
    ['a granule protection fault', granule, 2, { hcr: GPF }, 2, 0x9600_0028n],
    ['a granule protection fault', granule, 1, { scr: GPF, hcr: GPF }, 3, 0x7a03_4028n],
    ['a granule protection fault', granule, 3, { scr: GPF }, 3, 0x9600_0028n],
    ['a granule protection fault on a stage 2 walk', granuleOfTable, 1, {}, 2, 0x9200_0026n],
    ['a granule protection fault on a stage 2 walk', granuleOfTable, 0, { scr: GPF }, 3, 0x7a23_4026n],
    ['a granule table that cannot be walked', abort(read, 'gpc', 0, { gpc: gpc('walk') }), 1, {}, 3, 0x7a01_4028n],
    ['a granule table that cannot be walked', abort(read, 'gpc', 0, { gpc: gpc('walk') }), 3, {}, 3, 0x7a01_4028n],
  ];
  it.each(rows)('%s, %#: %o at EL%i with %o is taken to EL%i', (_, fault, el, controls, target, esr) => {
    expect(exceptionOf(fault, source(el, controls))).toMatchObject({ target, syndrome: esr, far: 0x1234n });
  });

  it('stay at EL1 while EL2 is not enabled, whatever HCR_EL2 holds', () => {
    expect(exceptionOf(external, source(1, { hcr: TEA | TGE | GPF }, false)).target).toBe(1);
    expect(exceptionOf(granule, source(0, { hcr: TEA | TGE | GPF }, false)).target).toBe(1);
  });

  it('that are external use the SError vector of EL3 with SCR_EL3.EASE, and only there', () => {
    expect(exceptionOf(external, source(1, { scr: EA | EASE })).offset).toBe(0x180);
    expect(exceptionOf(external, source(1, { scr: EA })).offset).toBe(0);
    expect(exceptionOf(external, source(1, { scr: EASE })).offset).toBe(0);
    expect(exceptionOf(stage1, source(3, { scr: EA | EASE })).offset).toBe(0);
  });
});

describe('the fault address registers', () => {
  const hpfar = (fault: AbortFault, el = 1, controls: Controls = {}) => exceptionOf(fault, source(el, controls)).hpfar;
  const FIPA = BigInt(0x8765_4321 >>> 12) << 4n;

  it.each(['translation', 'accessFlag', 'addressSize', 'permission'] as const)(
    'HPFAR_EL2 holds the IPA of a stage 2 %s fault',
    (status) => {
      expect(hpfar(abort(read, status, 3, S2))).toBe(FIPA);
      expect(hpfar(abort(read, status, 3, { ...S2, ...OF_WALK }))).toBe(FIPA);
      expect(hpfar(abort(read, status, 3))).toBeUndefined();
    },
  );

  it('HPFAR_EL2 holds that of a failed granule check of a stage 2 table, also if EL3 takes it; of no other', () => {
    const ofTable = abort(read, 'gpc', 2, { gpc: gpc(), ...S2, ...IN_WALK });
    expect(hpfar(ofTable)).toBe(FIPA);
    expect(hpfar(ofTable, 1, { scr: GPF })).toBe(FIPA);
    expect(hpfar(abort(read, 'gpc', 0, { gpc: gpc() }))).toBeUndefined();
    expect(hpfar(abort(read, 'external', 2, { ...S2, ...IN_WALK }))).toBeUndefined();
  });

  it('HPFAR_EL2.NS says that a Secure guest used its Non-secure IPA space', () => {
    expect(hpfar(abort(read, 'translation', 3, { ...S2, ipaSpace: NON_SECURE }))).toBe(FIPA | (1n << 63n));
    expect(hpfar(abort(read, 'translation', 3, { ...S2, ipaSpace: SECURE }))).toBe(FIPA);
    expect(hpfar(abort(read, 'translation', 3, S2))).toBe(FIPA);
  });

  it('MFAR_EL3 is written by GPC exceptions alone', () => {
    const granule = abort(read, 'gpc', 0, { gpc: gpc() });
    expect(exceptionOf(granule, source(1, { scr: GPF })).mfar).toBe((0b11n << 62n) | 0x9000n);
    expect(exceptionOf(granule, source(1)).mfar).toBeUndefined();
  });
});

describe('the syndrome of a stage 2 Data Abort', () => {
  const load = (register: number, size: number): Transfer => ({ kind: 'load', register, size });
  const esr = (fault: AbortFault, transfer?: Transfer, el = 1, controls: Controls = {}) =>
    exceptionOf(fault, source(el, controls), transfer).syndrome;
  const stage2 = abort(read, 'translation', 3, S2);

  it.each([
    [load(0, 1), 0x9300_0007n],
    [load(7, 2), 0x9347_0007n],
    [load(30, 4), 0x939e_0007n],
    [load(31, 8), 0x93df_8007n],
    [{ kind: 'store', register: 2, size: 8 } as const, 0x93c2_8007n],
  ])('describes %o: ISV, SAS, SRT, SF', (transfer, syndrome) => {
    expect(esr(stage2, transfer)).toBe(syndrome);
  });

  it('has ISV = 0 if the word is no transfer of one general register', () => {
    expect(esr(stage2)).toBe(0x9200_0007n);
  });

  it('has ISV = 0 for stage 1 faults, for stage 1 walks and for external aborts', () => {
    expect(esr(abort(read, 'translation', 3), load(1, 8))).toBe(0x9600_0007n);
    expect(esr(abort(read, 'translation', 3), load(1, 8), 0, { hcr: TGE })).toBe(0x9200_0007n);
    expect(esr(abort(read, 'translation', 3, { ...S2, ...OF_WALK }), load(1, 8))).toBe(0x9200_0087n);
    expect(esr(abort(read, 'external', 3, { ...S2, ...IN_WALK }), load(1, 8))).toBe(0x9200_0017n);
  });

  it('has ISV = 0 if it was the frame of the word, not what it moves, that could not be reached', () => {
    expect(esr(abort({ ...read, purpose: 'frame' }, 'translation', 3, S2), load(1, 8))).toBe(0x9200_0007n);
  });

  it('has ISV = 0 in an Instruction Abort', () => {
    expect(esr(abort({ ...read, kind: 'fetch' }, 'permission', 3, S2), load(1, 8))).toBe(0x8200_000fn);
  });

  it('says WnR for a store', () => {
    const store = abort({ ...read, kind: 'write' }, 'permission', 3, S2);
    expect(esr(store, { kind: 'store', register: 4, size: 4 })).toBe(0x9384_004fn);
  });
});

describe('the vectors of a level', () => {
  it('are chosen by where the exception comes from and by the stack pointer in use', () => {
    const made = bench('NS.EL1');
    made.execute('svc', 0n);
    expect(made.core.pc).toBe(BigInt(VECTORS_EL1) + 0x200n);
    made.set('SPSel', 0n);
    made.execute('svc', 0n);
    expect(made.core.pc).toBe(BigInt(VECTORS_EL1));
    made.enter('NS.EL0');
    made.execute('svc', 0n);
    expect(made.core.pc).toBe(BigInt(VECTORS_EL1) + 0x400n);
    expect(made.reg('SPSR_EL1')).toBe(0x3c0n);
  });

  it('belong to the level of the same world: an exception never changes the Security state but to Root', () => {
    for (const world of ['NS', 'Realm', 'Secure']) {
      const made = bench(`${world}.EL0`, { scr: HCE });
      made.execute('svc', 0n);
      expect(STATES[made.core.state].id).toBe(`${world}.EL1`);
      made.execute('hvc', 0n);
      expect(STATES[made.core.state].id).toBe(`${world}.EL2`);
      made.execute('smc', 0n);
      expect(made.core.state).toBe(ROOT_EL3);
    }
    expect(STATES[NS_EL2].id).toBe('NS.EL2');
  });
});
