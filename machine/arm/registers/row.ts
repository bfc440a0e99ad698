/** Short forms in which the register files are written. */
import type { FieldRow, RegisterRow } from '../../core/architecture.ts';
import { fromLevel } from '../states.ts';

type Values = Readonly<Record<string, number>>;

/** A field of bits [high:low]: `field('PGS', 15, 14, 'Granule size.', { PGS_4KB: 0 })`. */
export function field(name: string, high: number, low: number, summary: string, values?: Values, more?: Partial<FieldRow>): FieldRow {
  return { name, high, low, summary, ...(values && { values }), ...more };
}

/** A field of one bit. */
export function flag(name: string, at: number, summary: string, more?: Partial<FieldRow>): FieldRow {
  return field(name, at, at, summary, undefined, more);
}

export const FROM_EL0 = fromLevel(0);
export const FROM_EL1 = fromLevel(1);
export const FROM_EL2 = fromLevel(2);
export const FROM_EL3 = fromLevel(3);
export const NOWHERE = 0;

type Named<N extends string> = RegisterRow & { readonly name: N };

/** Rows of registers that one exception level and those above it may read and write. */
export function registers(group: string, access: number, defaults?: Omit<Partial<RegisterRow>, 'name'>) {
  return <const N extends string>(name: N, summary: string, section: string, more?: Omit<Partial<RegisterRow>, 'name'>): Named<N> => ({
    name,
    bits: 64,
    summary,
    section: `Arm ARM ${section}`,
    group,
    readable: access,
    writable: access,
    ...defaults,
    ...more,
  });
}
