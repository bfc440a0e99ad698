/** What each control traps, with the exact syndrome; and that nothing is trapped without it. */
import { describe, expect, it } from 'vitest';
import { CACHE_OPERATIONS } from './instructions/cache.ts';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { R, REGISTERS, type RegisterName } from './registers/index.ts';
import { REALM_EL2, stateAt } from './states.ts';
import { encodingOf } from './system-instructions.ts';
import { Bench, CODE, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';
import { ID_GROUP_3, TRAPS, type TrapRow } from './traps.ts';
import { REALM } from './worlds.ts';

const VECTORS = [0, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3];
const TGE = 1n << 27n;
const EEL2 = 1n << 18n;

/** Sets the field of a control, all other bits of its register being 0. */
function setControl(bench: Bench, control: string, value: number): void {
  const [register, name] = control.split('.') as [RegisterName, string];
  const field = REGISTERS[R[register]].fields?.find((row) => row.name === name);
  if (field === undefined) throw new Error(`${control} is no field`);
  bench.core.set(R[register], (bench.core.regs[R[register]] & ~(1n << BigInt(field.low))) | (BigInt(value) << BigInt(field.low)));
}

/** Lets everything through that some control would trap, as far as the control is a bit that permits. */
function permitAll(bench: Bench): void {
  for (const row of TRAPS) if ((row.value ?? 1) === 0) setControl(bench, row.control, 1);
  setControl(bench, 'ID_AA64MMFR2_EL1.IDS', 0);
}

function use(bench: Bench, what: string, write: boolean): void {
  const [name, operation] = what.split(' ');
  if (operation !== undefined) {
    const operations = name === 'TLBI' ? TLB_OPERATIONS : CACHE_OPERATIONS;
    const index = operations.findIndex((row) => row.name === operation);
    if (index < 0) throw new Error(`no operation ${what}`);
    bench.execute(name.toLowerCase(), BigInt(index), 0n);
  } else if (write) bench.writeSystem(what as RegisterName, 0n, 5);
  else bench.readSystem(what as RegisterName, 5);
}

/** EC 0x18 as the manual lays it out: Op0, Op2, Op1, CRn, Rt, CRm, Direction. */
function expectedSyndrome(what: string, write: boolean): bigint {
  const isRegister = what in R;
  const encoding = isRegister ? REGISTERS[R[what as RegisterName]].encoding : encodingOf(what);
  const [op0, op1, crn, crm, op2] = (encoding ?? []).map(BigInt);
  const rt = isRegister ? 5n : 31n;
  return 0x6200_0000n | (op0 << 20n) | (op2 << 17n) | (op1 << 14n) | (crn << 10n) | (rt << 5n) | (crm << 1n) | (write ? 0n : 1n);
}

/** Whether a use is defined at a level at all: only then does clearing the control let it through. */
function isDefined(what: string, el: number, write: boolean): boolean {
  if (!(what in R)) return true;
  const row = REGISTERS[R[what as RegisterName]];
  return (((write ? row.writable : row.readable) >>> stateAt(el, REALM)) & 1) === 1;
}

function cases(row: TrapRow): { what: string; el: number; write: boolean }[] {
  return row.what.flatMap((what) =>
    row.from.flatMap((el) => {
      const uses = what in R ? [false, true] : [true];
      return uses
        .filter((write) => row.only === undefined || write === (row.only === 'write'))
        .filter((write) => what in R === false || isDefined(what, Math.max(1, el), write))
        .map((write) => ({ what, el, write }));
    }),
  );
}

describe.each(TRAPS.map((row) => [row.control, row] as const))('%s', (control, row) => {
  it(`traps to EL${row.to}, with the encoding and Rt in the syndrome, and only while it says so`, () => {
    expect(cases(row).length).toBeGreaterThan(0);
    for (const { what, el, write } of cases(row)) {
      const label = `${write ? 'write' : 'read'} of ${what} at EL${el}`;
      const bench = new Bench();
      permitAll(bench);
      bench.enter(`Realm.EL${el}`);
      setControl(bench, control, row.value ?? 1);
      use(bench, what, write);
      const to = stateAt(row.to, REALM);
      expect(bench.of('register_trap'), label).toMatchObject([{ register: what, write, control, from: stateAt(el, REALM), to }]);
      expect(bench.core.state, label).toBe(to);
      expect(bench.core.regs[R[`ESR_EL${row.to}` as RegisterName]], label).toBe(expectedSyndrome(what, write));
      expect(bench.core.regs[R[`ELR_EL${row.to}` as RegisterName]], label).toBe(BigInt(CODE));
      expect(bench.core.pc, label).toBe(BigInt(VECTORS[row.to]) + (row.to > el ? 0x400n : 0x200n));

      const free = new Bench();
      permitAll(free);
      free.enter(`Realm.EL${el}`);
      setControl(free, control, (row.value ?? 1) === 1 ? 0 : 1);
      use(free, what, write);
      expect(free.of('register_trap'), label).toEqual([]);
      if (isDefined(what, el, write)) expect(free.core.pc, label).toBe(BigInt(CODE) + 4n);
    }
  });
});

describe('a trapped access', () => {
  it('changes neither the register nor the general register', () => {
    const bench = new Bench();
    bench.enter('Realm.EL1');
    bench.core.set(R.HCR_EL2, (1n << 26n) | (1n << 18n));
    bench.set('x5', 7n);
    bench.writeSystem('TTBR0_EL1', 0x1234n, 5);
    expect(bench.reg('TTBR0_EL1')).toBe(0n);
    bench.enter('Realm.EL1');
    bench.readSystem('ID_AA64PFR0_EL1', 5);
    expect(bench.reg('x5')).toBe(7n);
  });

  it('reports Rt = 31 if the word moves no single general register', () => {
    const bench = new Bench();
    bench.enter('Realm.EL1');
    bench.core.set(R.HCR_EL2, 1n << 26n);
    bench.writeSystem('SCTLR_EL1', 1n);
    expect((bench.reg('ESR_EL2') >> 5n) & 31n).toBe(31n);
    expect(bench.reg('ESR_EL2')).toBe(0x6230_07e0n | (1n << 10n));
  });

  it('of ID_AA64PFR0_EL1 into x3 has the syndrome that RMM decodes', () => {
    const bench = new Bench();
    bench.enter('Realm.EL1');
    bench.core.set(R.HCR_EL2, 1n << 18n);
    bench.readSystem('ID_AA64PFR0_EL1', 3);
    expect(bench.reg('ESR_EL2')).toBe(0x6230_0069n);
    expect(bench.core.state).toBe(REALM_EL2);
  });
});

describe('controls of EL2', () => {
  it('trap nothing at EL2 and EL3', () => {
    for (const state of ['Realm.EL2', 'Root.EL3']) {
      const bench = new Bench();
      bench.enter(state);
      bench.core.set(R.HCR_EL2, ~0n & ~(1n << 34n));
      for (const name of ID_GROUP_3) bench.readSystem(name as RegisterName, 0);
      bench.writeSystem('SCTLR_EL1', 0n, 0);
      expect(bench.of('register_trap')).toEqual([]);
    }
  });

  it('trap nothing where EL2 is not enabled', () => {
    for (const [scr, traps] of [
      [EEL2, 1],
      [0n, 0],
    ] as const) {
      const bench = new Bench();
      bench.enter('Secure.EL1');
      bench.core.set(R.SCR_EL3, scr);
      bench.core.set(R.HCR_EL2, 1n << 18n);
      bench.readSystem('ID_AA64PFR0_EL1', 0);
      expect(bench.of('register_trap')).toHaveLength(traps);
    }
  });
});

describe('controls of EL1', () => {
  it('trap EL0 to EL2 while HCR_EL2.TGE is 1', () => {
    const bench = new Bench();
    bench.enter('NS.EL0');
    bench.core.set(R.HCR_EL2, TGE);
    bench.readSystem('DAIF', 1);
    expect(bench.reg('ESR_EL2')).toBe(0x6232_d025n | (4n << 10n));
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL2) + 0x400n);
  });
});

describe('ID group 3', () => {
  it('holds every AArch64 feature register', () => {
    for (const name of ['PFR0', 'PFR1', 'DFR0', 'DFR1', 'AFR0', 'ISAR0', 'ISAR1', 'ISAR2', 'MMFR0', 'MMFR1', 'MMFR2', 'MMFR3', 'ZFR0'])
      expect(ID_GROUP_3).toContain(`ID_AA64${name}_EL1`);
  });
});
