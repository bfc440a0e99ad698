/** Constants that `.tfw` code may name: derived from the tables, so that no second list exists. */
import type { ConstantRow, FieldRow } from '../core/architecture.ts';
import { GPI_CONSTANTS } from './gpi.ts';
import { REGISTERS } from './registers/index.ts';

/** Only names spelled like a constant are one; others are explanations. */
const SPELLING = /^[A-Z][A-Z0-9_]*$/;

function constantsOf(register: string, field: FieldRow): ConstantRow[] {
  return Object.entries(field.values ?? {})
    .filter(([name]) => SPELLING.test(name))
    .map(([name, value]) => ({ name, value: BigInt(value), summary: `Value of ${register}.${field.name}.` }));
}

/** The first row of a name wins: SPSR_EL2.M and SPSR_EL3.M share the names of their values. */
function distinct(rows: readonly ConstantRow[]): ConstantRow[] {
  const known = new Map<string, ConstantRow>();
  for (const row of rows) if (!known.has(row.name)) known.set(row.name, row);
  return [...known.values()];
}

export const CONSTANTS: readonly ConstantRow[] = distinct([
  ...GPI_CONSTANTS,
  ...REGISTERS.flatMap((register) => (register.fields ?? []).flatMap((field) => constantsOf(register.name, field))),
]);
