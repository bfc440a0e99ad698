/** Decodes values by field tables, for explanations and displays. */
import type { FieldRow } from '../core/architecture.ts';
import type { ExplainedEntry, ExplainedField } from '../core/explain.ts';
import { range } from './format.ts';
import { R, REGISTERS, type RegisterName } from './registers/index.ts';

/** Says what a field's value means; `undefined` leaves it to the names in the table. */
export type Meaning = (field: string, value: number) => string | undefined;

export function explainFields(
  rows: readonly FieldRow[],
  value: bigint,
  deciding: readonly string[] = [],
  meaning?: Meaning,
): ExplainedField[] {
  return rows
    .filter((row) => row.when === undefined)
    .map((row) => {
      const content = BigInt.asUintN(row.high - row.low + 1, value >> BigInt(row.low));
      const name =
        meaning?.(row.name, Number(content)) ?? Object.entries(row.values ?? {}).find(([, known]) => BigInt(known) === content)?.[0];
      return {
        name: row.name,
        bits: range(row.high, row.low),
        value: content,
        ...(name !== undefined && { meaning: name }),
        ...(deciding.includes(row.name) && { deciding: true }),
      };
    });
}

/** A register that a decision consulted; only the fields named in `shown`, or all. */
export function explainRegister(
  name: RegisterName,
  regs: BigUint64Array,
  deciding: readonly string[] = [],
  shown?: readonly string[],
): ExplainedEntry {
  const rows = (REGISTERS[R[name]].fields ?? []).filter((row) => shown === undefined || shown.includes(row.name));
  return { kind: 'register', name, value: regs[R[name]], fields: explainFields(rows, regs[R[name]], deciding) };
}
