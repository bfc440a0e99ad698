/** Makers, tests and spellings of types. */
import type { BitsField } from '../syntax/generated/ast.ts';
import type { SpaceName, TfwType } from './types.ts';

export const U8: TfwType = { kind: 'int', bits: 8 };
export const U16: TfwType = { kind: 'int', bits: 16 };
export const U32: TfwType = { kind: 'int', bits: 32 };
export const U64: TfwType = { kind: 'int', bits: 64 };
export const BOOL: TfwType = { kind: 'bool' };
export const LITERAL: TfwType = { kind: 'literal' };
export const TEXT: TfwType = { kind: 'text' };
export const VOID: TfwType = { kind: 'void' };
export const NEVER: TfwType = { kind: 'never' };
export const ERROR: TfwType = { kind: 'error' };

export const PRIMITIVE_TYPES: Readonly<Record<string, TfwType>> = { u8: U8, u16: U16, u32: U32, u64: U64, bool: BOOL };

export const pointerTo = (pointee: TfwType, space?: SpaceName): TfwType => ({ kind: 'pointer', pointee, ...(space && { space }) });

export const isInteger = (type: TfwType): boolean => type.kind === 'int' || type.kind === 'literal';

/** Whether a value of the type fits a register: structs and arrays do not. */
export const isScalar = (type: TfwType): boolean => ['int', 'literal', 'bool', 'enum', 'bits', 'pointer', 'error'].includes(type.kind);

/** Bits that values of the type have. */
export const bitsOf = (type: TfwType): number =>
  type.kind === 'int' || type.kind === 'enum' || type.kind === 'bits' ? type.bits : type.kind === 'bool' ? 1 : 64;

/** The inclusive range of a field of a `bits`. */
export const rangeOfField = ({ high, low }: BitsField): { readonly high: number; readonly low: number } => ({
  high: Number(high),
  low: Number(low ?? high),
});

export function sameType(a: TfwType, b: TfwType): boolean {
  switch (a.kind) {
    case 'int':
      return b.kind === 'int' && a.bits === b.bits;
    case 'enum':
    case 'struct':
    case 'bits':
      return b.kind === a.kind && a.declaration === b.declaration;
    case 'array':
      return b.kind === 'array' && a.length === b.length && sameType(a.element, b.element);
    case 'pointer':
      return b.kind === 'pointer' && a.space === b.space && sameType(a.pointee, b.pointee);
    default:
      return a.kind === b.kind;
  }
}

/** As `.tfw` writes the type. */
export function spell(type: TfwType): string {
  switch (type.kind) {
    case 'int':
      return `u${type.bits}`;
    case 'enum':
    case 'struct':
    case 'bits':
      return type.declaration.name;
    case 'array':
      return `[${spell(type.element)}; ${type.length}]`;
    case 'pointer':
      return `*${type.space ? `${type.space} ` : ''}${spell(type.pointee)}`;
    default:
      return SPELLINGS[type.kind];
  }
}

const SPELLINGS = {
  literal: 'a number',
  bool: 'bool',
  text: 'a text',
  void: 'nothing',
  never: 'never',
  error: 'unknown',
} as const;

/** As messages name a type: `` `u64` ``, but a number without backticks. */
export const quote = (type: TfwType): string =>
  type.kind === 'literal' || type.kind === 'text' || type.kind === 'void' ? spell(type) : `\`${spell(type)}\``;
