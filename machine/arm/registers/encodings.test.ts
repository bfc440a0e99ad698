/** The encodings by which syndromes name registers. Arm ARM DDI0487 M.a.a, C5.1. */
import { describe, expect, it } from 'vitest';
import { R, REGISTERS } from './index.ts';

const encoded = REGISTERS.flatMap(({ name, encoding }) => (encoding ? [{ name, encoding }] : []));

describe('the encodings of system registers', () => {
  it('fit their fields: op0 2 or 3, op1 and op2 three bits, CRn and CRm four', () => {
    for (const { name, encoding } of encoded) {
      const [op0, op1, crn, crm, op2] = encoding;
      expect(encoding, name).toHaveLength(5);
      expect([2, 3], name).toContain(op0);
      for (const [value, limit] of [
        [op1, 8],
        [crn, 16],
        [crm, 16],
        [op2, 8],
      ]) {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThan(limit);
      }
    }
  });

  it('name one register each', () => {
    const names = new Map<string, string>();
    for (const { name, encoding } of encoded) {
      expect(names.get(encoding.join()) ?? name).toBe(name);
      names.set(encoding.join(), name);
    }
  });

  it('are missing only where no MRS or MSR exists', () => {
    const without = REGISTERS.filter(({ encoding }) => encoding === undefined).map(({ name }) => name);
    expect(without).toEqual([...Array.from({ length: 31 }, (_, n) => `x${n}`), 'SP_EL3', 'PSTATE']);
  });

  it('have the op1 of the lowest level that may use the register', () => {
    // C5.1.3: 0 EL1, 3 EL0, 4 EL2, 6 EL3. A level's own SP, the ID registers of op1 1 and 2 and the secure timer go their own ways.
    const own = /^(SP_EL|CSSELR|CCSIDR|CLIDR|AIDR|CNTPS|DAIF|NZCV)/;
    const expected: Readonly<Record<string, number>> = { EL0: 3, EL1: 0, EL2: 4, EL3: 6 };
    for (const { name, encoding } of encoded.filter((row) => /_EL\d$/.test(row.name) && !own.test(row.name)))
      expect(encoding[1], name).toBe(expected[name.slice(-3)]);
  });

  it('are those of the manual, for one of each level', () => {
    const of = (name: 'TTBR0_EL1' | 'HCR_EL2' | 'SCR_EL3' | 'TPIDR_EL0' | 'GPCCR_EL3') => REGISTERS[R[name]].encoding;
    expect(of('TTBR0_EL1')).toEqual([3, 0, 2, 0, 0]);
    expect(of('HCR_EL2')).toEqual([3, 4, 1, 1, 0]);
    expect(of('SCR_EL3')).toEqual([3, 6, 1, 1, 0]);
    expect(of('GPCCR_EL3')).toEqual([3, 6, 2, 1, 6]);
    expect(of('TPIDR_EL0')).toEqual([3, 3, 13, 0, 2]);
  });
});
