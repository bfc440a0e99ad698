import { describe, expect, it } from 'vitest';
import type { FieldRow, RegisterRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import type { Expandable, Node } from './expandable.ts';
import { generalRegisters, register, systemRegisters } from './registers.ts';

const row = (name: string, group: string, fields?: RegisterRow['fields']): RegisterRow =>
  ({ name, bits: 64, group, summary: '', section: '', readable: 1, writable: 1, ...(fields && { fields }) }) as RegisterRow;

const SYNDROME: readonly FieldRow[] = [
  { name: 'CLASS', high: 7, low: 4, values: { CALL: 1, ABORT: 2 } },
  { name: 'number', high: 3, low: 0, when: { field: 'CLASS', values: [1] } },
  { name: 'precise', high: 8, low: 8, when: { field: 'CLASS', values: [2] } },
  { name: 'detail', high: 12, low: 9, when: { field: 'precise', values: [1] } },
  { name: 'STATUS', high: 3, low: 0, values: { REFUSED: 5 }, when: { field: 'CLASS', values: [2] } },
];
const architecture = {
  registers: [row('r0', 'General'), row('SYN', 'High', SYNDROME), row('VEC', 'High'), row('LOW', 'Low')],
  states: [{}],
};
const frameOf = (values: readonly bigint[], live = true): Frame =>
  ({ core: 0, live, state: 0, registers: { state: 0, regs: BigUint64Array.from(values) } }) as unknown as Frame;
const debuggeeOf = (before?: readonly bigint[]): Debuggee =>
  ({ architecture, ...(before && { before: { registers: [BigUint64Array.from(before)] } }) }) as unknown as Debuggee;
/** What is there when something is opened. */
const opened = (of: Expandable | undefined): readonly Node[] => (of?.children(page) ?? []) as readonly Node[];
const page = { start: 0, count: 0, hex: false };

describe('a register', () => {
  it('is shown in hex, with the names of what is in it', () => {
    expect(register(debuggeeOf(), frameOf([0n, 0x25n, 0n, 0n]), 1)).toMatchObject({ name: 'SYN', value: '0x25 ABORT REFUSED' });
  });

  it('opens into the fields that mean something in its value, and no others', () => {
    const fields = (value: bigint) =>
      opened(register(debuggeeOf(), frameOf([0n, value, 0n, 0n]), 1).children).map(({ name, value: text }) => `${name} = ${text}`);
    expect(fields(0x25n)).toEqual(['CLASS = 0x2 ABORT', 'precise = 0x0', 'STATUS = 0x5 REFUSED']);
    expect(fields(0x725n)).toEqual(['CLASS = 0x2 ABORT', 'precise = 0x1', 'detail = 0x3', 'STATUS = 0x5 REFUSED']);
    // What selects it means nothing here, whatever the bits are.
    expect(fields(0x717n)).toEqual(['CLASS = 0x1 CALL', 'number = 0x7']);
    expect(fields(0x17n)).toEqual(['CLASS = 0x1 CALL', 'number = 0x7']);
    expect(fields(0x37n)).toEqual(['CLASS = 0x3']);
  });

  it('that changed since the last stop says what it was', () => {
    const shown = register(debuggeeOf([0n, 0n, 7n, 0n]), frameOf([0n, 0n, 8n, 0n]), 2);
    expect(shown.type).toBe('64 bits, was 0x7 at the last stop');
    expect(shown.hint?.attributes).toEqual(['changed']);
  });

  it('as of departure is read-only and never changed', () => {
    const shown = register(debuggeeOf([0n, 0n, 7n, 0n]), frameOf([0n, 0n, 8n, 0n], false), 2);
    expect(shown.hint?.attributes).toEqual(['readOnly']);
  });
});

describe('registers', () => {
  it('that are general are apart', () => {
    expect(opened(generalRegisters(debuggeeOf(), frameOf([1n, 2n, 3n, 4n]))).map(({ name }) => name)).toEqual(['r0']);
  });

  it('of the system are grouped, and each group says what changed in it', () => {
    const groups = opened(systemRegisters(debuggeeOf([0n, 1n, 1n, 1n]), frameOf([9n, 2n, 2n, 1n])));
    expect(groups.map(({ name, value }) => [name, value])).toEqual([
      ['High', 'changed: SYN, VEC'],
      ['Low', ''],
    ]);
  });
});
