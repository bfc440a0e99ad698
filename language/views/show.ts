/** Values as views show them: by their types, in the words of their declarations. */
import { rangeOfField } from '../check/type-of.ts';
import type { TfwType, Types } from '../check/types.ts';

export const hex = (value: bigint): string => `0x${value.toString(16).replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`;

/** A value of a type that fits a register. */
export function show(type: TfwType, value: bigint, types: Types): string {
  switch (type.kind) {
    case 'bool':
      return value === 0n ? 'false' : 'true';
    case 'pointer':
      return hex(value);
    case 'enum':
      return type.declaration.members.find((member) => types.member(member) === value)?.name ?? value.toString();
    case 'bits':
      return showFields(type, value);
    default:
      return value.toString();
  }
}

/** The whole, then the fields that are not zero: `0x8800_0003 (VALID, PA 0x8_8000)`. */
function showFields({ declaration }: Extract<TfwType, { readonly kind: 'bits' }>, value: bigint): string {
  const fields = declaration.fields.flatMap((field) => {
    const { high, low } = rangeOfField(field);
    const part = BigInt.asUintN(high - low + 1, value >> BigInt(low));
    if (part === 0n) return [];
    return [high === low ? field.name : `${field.name} ${hex(part)}`];
  });
  return fields.length === 0 ? hex(value) : `${hex(value)} (${fields.join(', ')})`;
}
