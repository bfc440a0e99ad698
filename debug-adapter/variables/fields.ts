/** Fields of registers, by their rows. */
import type { FieldRow, RegisterRow } from '../../machine/index.ts';
import { bits } from '../format.ts';

/** Those that mean something in this value: overlays only while the field that selects them does, and means something itself. */
export function fieldsOf({ fields = [] }: RegisterRow, value: bigint): readonly FieldRow[] {
  const means = ({ when }: FieldRow): boolean => {
    if (!when) return true;
    return fields.some(
      (selector) =>
        selector.name === when.field && when.values.includes(Number(bits(value, selector.high, selector.low))) && means(selector),
    );
  };
  return fields.filter(means);
}

export function nameOf({ values }: FieldRow, value: bigint): string | undefined {
  return Object.entries(values ?? {}).find(([, number]) => BigInt(number) === value)?.[0];
}
