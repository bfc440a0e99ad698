/** What the language and the debugger rely on in the architecture's tables. */
import { describe, expect, it } from 'vitest';
import { ARM } from './architecture.ts';
import { R, READ_ONLY_BITS } from './registers/index.ts';
import { ROOT_EL3, STATES } from './states.ts';
import { Bench } from './test-support.ts';

const names = (rows: readonly { readonly name: string }[]) => rows.map((row) => row.name);
const duplicates = (list: readonly string[]) => list.filter((name, i) => list.indexOf(name) !== i);

describe('the register table', () => {
  it('names every register once', () => {
    expect(duplicates(names(ARM.registers))).toEqual([]);
  });

  it('gives every register a summary and a manual section', () => {
    for (const row of ARM.registers) {
      expect(row.summary, row.name).toMatch(/^[A-Z].*\.$/);
      expect(row.section, row.name).toMatch(/^(Arm ARM [A-Z]\d+|GIC IHI 0069H\.b \d+)/);
    }
  });

  it('keeps fields inside their register, and overlaps only those that say when they apply', () => {
    for (const row of ARM.registers) {
      const fields = (row.fields ?? []).filter((field) => field.when === undefined && field.name !== 'ISS');
      for (const [i, field] of fields.entries()) {
        expect(field.high, `${row.name}.${field.name}`).toBeLessThan(row.bits);
        expect(field.low).toBeLessThanOrEqual(field.high);
        for (const other of fields.slice(i + 1))
          expect(field.high < other.low || field.low > other.high, `${row.name}: ${field.name}, ${other.name}`).toBe(true);
      }
    }
  });

  it('lets only EL3 use the registers of EL3, and EL2 and EL3 those of EL2', () => {
    const el3 = ['SCR_EL3', 'GPCCR_EL3', 'GPTBR_EL3', 'MFAR_EL3', 'ELR_EL3', 'VBAR_EL3'] as const;
    for (const name of el3) expect(ARM.registers[R[name]].readable, name).toBe(1 << ROOT_EL3);
    for (const name of ['HCR_EL2', 'VTTBR_EL2', 'ESR_EL2', 'SP_EL2'] as const) expect(ARM.registers[R[name]].writable, name).toBe(0b1111);
  });

  it('aliases only registers that exist', () => {
    for (const row of ARM.registers) if (row.alias) expect(names(ARM.registers)).toContain(row.alias.of);
  });

  it('has every EL2 register that EL3 firmware switches between worlds', () => {
    const context =
      'ACTLR AFSR0 AFSR1 AMAIR CNTHCTL CNTVOFF CPTR DBGVCR32 ELR ESR FAR HACR HCR HPFAR HSTR MAIR MDCR PMSCR SCTLR SPSR SP TCR TPIDR VBAR VMPIDR VPIDR VTCR TTBR0 VTTBR';
    for (const name of context.split(' ')) expect(names(ARM.registers)).toContain(`${name}_EL2`);
  });
});

describe('read-only registers and fields', () => {
  it('cannot be written where the whole register is read-only', () => {
    for (const name of ['MPIDR_EL1', 'MIDR_EL1', 'RVBAR_EL3', 'CurrentEL'] as const) expect(ARM.registers[R[name]].writable, name).toBe(0);
  });

  it('keep their value where a field is read-only', () => {
    const bench = new Bench();
    bench.set('GPCCR_EL3', ~0n);
    expect(bench.reg('GPCCR_EL3') & READ_ONLY_BITS[R.GPCCR_EL3]).toBe(0n);
    bench.set('SCR_EL3', 0n);
    expect(bench.reg('SCR_EL3')).toBe(1n << 10n);
  });
});

describe('an access to a register', () => {
  it('is undefined from a state that may not, and changes nothing', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.run((core) => {
      if (core.mayWrite(R.SCR_EL3)) core.write(R.SCR_EL3, 1n);
      core.complete();
    });
    expect(bench.reg('ESR_EL2')).toBe(0x0200_0000n);
    expect(bench.of('undefined_instruction')[0].problem).toBe('SCR_EL3 cannot be written in Non-secure EL2');
    expect(bench.reg('SCR_EL3') & 1n).toBe(1n);
  });

  it('is allowed from a state that may', () => {
    const bench = new Bench();
    bench.run((core) => {
      if (core.mayWrite(R.SCR_EL3)) core.write(R.SCR_EL3, 1n);
      core.complete();
    });
    expect(bench.reg('SCR_EL3')).toBe(0x401n);
    expect(bench.events).toEqual([]);
  });
});

describe('the instruction table', () => {
  it('names every instruction once, with a summary and a manual section', () => {
    expect(duplicates(names(ARM.instructions))).toEqual([]);
    for (const row of ARM.instructions) {
      expect(row.section, row.name).toMatch(/^Arm ARM C\d+\.\d+, /);
      expect(row.summary, row.name).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('the states', () => {
  it('are spelled as `.tfw` spells them', () => {
    expect(STATES.map((row) => row.id).slice(0, 4)).toEqual(['Root.EL3', 'NS.EL2', 'Realm.EL2', 'Secure.EL2']);
    expect(STATES.map((row) => row.name).slice(0, 4)).toEqual(['Root EL3', 'Non-secure EL2', 'Realm EL2', 'Secure EL2']);
  });

  it('name registers and worlds that exist', () => {
    for (const state of STATES) {
      const used = [state.stackPointer, state.stackSwitch, state.vectorBase, state.coreId.register, ...state.translationRoots];
      for (const name of used) expect(names(ARM.registers), state.id).toContain(name);
      expect(ARM.worlds[state.world]).toBeDefined();
      expect(ARM.spaces[state.space]).toBeDefined();
    }
  });
});

describe('the constants', () => {
  it('have one value each, wherever their name stands', () => {
    const values = new Map<string, number>();
    for (const row of ARM.registers) {
      for (const field of row.fields ?? []) {
        for (const [name, value] of Object.entries(field.values ?? {})) {
          expect(values.get(name) ?? value, name).toBe(value);
          values.set(name, value);
        }
      }
    }
    expect(duplicates(names(ARM.constants))).toEqual([]);
  });

  it('include exception classes, fault status codes and GPIs', () => {
    const value = (name: string) => ARM.constants.find((row) => row.name === name)?.value;
    expect(value('EC_SMC64')).toBe(0x17n);
    expect(value('EC_GPC')).toBe(0x1en);
    expect(value('DFSC_GPF')).toBe(0x28n);
    expect(value('GPCSC_GPF_L1')).toBe(0b001101n);
    expect(value('GPI_REALM')).toBe(0b1011n);
    expect(value('PGS_16KB')).toBe(0b10n);
    expect(value('M_EL2H')).toBe(0b1001n);
  });
});

describe('the vectors', () => {
  it('stand at the offsets of the manual', () => {
    const offset = (name: string) => ARM.vectors.find((row) => row.name === name)?.offset;
    expect(ARM.vectors).toHaveLength(16);
    expect([offset('sync_sp0'), offset('serror_sp0'), offset('sync_same_el'), offset('sync_lower'), offset('sync_lower_aarch32')]).toEqual([
      0, 0x180, 0x200, 0x400, 0x600,
    ]);
  });
});
