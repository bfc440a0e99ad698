/** What operators make of types and of constants; the same rows for both, so that they cannot disagree on an operator. */
import { BOOL, bitsOf, isInteger, sameType, U64 } from './type-of.ts';
import type { TfwType } from './types.ts';

/** Type of the result, `undefined` where the operator does not go with the operands. */
type Rule = (left: TfwType, right: TfwType) => TfwType | undefined;

export interface OperatorRow {
  readonly type: Rule;
  /** On values of `bits` bits. */
  readonly apply: (left: bigint, right: bigint, bits: number) => bigint;
  /** What the operator wants, for messages. */
  readonly wants: string;
}

/** The wider of two integers; a literal takes the other's type. */
const arithmetic: Rule = (left, right) => {
  if (!isInteger(left) || !isInteger(right)) return undefined;
  if (left.kind === 'literal') return right;
  if (right.kind === 'literal') return left;
  return bitsOf(left) >= bitsOf(right) ? left : right;
};

const offset: Rule = (left, right) => (left.kind === 'pointer' && isInteger(right) ? left : arithmetic(left, right));

/** A literal is shifted as u64 by what is no literal: `1 << n`. */
const shift: Rule = (left, right) => {
  if (!isInteger(left) || !isInteger(right)) return undefined;
  return left.kind === 'literal' && right.kind !== 'literal' ? U64 : left;
};

const order: Rule = (left, right) => (comparable(left, right) && left.kind !== 'bool' ? BOOL : undefined);
const equality: Rule = (left, right) => (comparable(left, right) ? BOOL : undefined);
const logic: Rule = (left, right) => (left.kind === 'bool' && right.kind === 'bool' ? BOOL : undefined);

function comparable(left: TfwType, right: TfwType): boolean {
  if (isInteger(left) && isInteger(right)) return true;
  // Addresses are compared with literals to find null pointers.
  if (left.kind === 'pointer' && right.kind === 'literal') return true;
  if (left.kind === 'literal' && right.kind === 'pointer') return true;
  if (left.kind === 'bits' && right.kind === 'literal') return true;
  if (left.kind === 'literal' && right.kind === 'bits') return true;
  return ['bool', 'enum', 'bits', 'pointer'].includes(left.kind) && sameType(left, right);
}

const bool = (condition: boolean): bigint => (condition ? 1n : 0n);
const INTEGERS = 'two integers';
const COMPARABLE = 'two values of one type';

/** Shift distances are taken modulo the width, as LSLV does; division by zero gives zero, as UDIV does. */
export const OPERATORS: Readonly<Record<string, OperatorRow>> = {
  '*': { type: arithmetic, wants: INTEGERS, apply: (l, r, bits) => BigInt.asUintN(bits, l * r) },
  '/': { type: arithmetic, wants: INTEGERS, apply: (l, r) => (r === 0n ? 0n : l / r) },
  '%': { type: arithmetic, wants: INTEGERS, apply: (l, r) => (r === 0n ? l : l % r) },
  '+': { type: offset, wants: 'two integers, or a pointer and an integer', apply: (l, r, bits) => BigInt.asUintN(bits, l + r) },
  '-': { type: offset, wants: 'two integers, or a pointer and an integer', apply: (l, r, bits) => BigInt.asUintN(bits, l - r) },
  '<<': { type: shift, wants: INTEGERS, apply: (l, r, bits) => BigInt.asUintN(bits, l << (r & BigInt(bits - 1))) },
  '>>': { type: shift, wants: INTEGERS, apply: (l, r, bits) => l >> (r & BigInt(bits - 1)) },
  '&': { type: arithmetic, wants: INTEGERS, apply: (l, r) => l & r },
  '^': { type: arithmetic, wants: INTEGERS, apply: (l, r) => l ^ r },
  '|': { type: arithmetic, wants: INTEGERS, apply: (l, r) => l | r },
  '==': { type: equality, wants: COMPARABLE, apply: (l, r) => bool(l === r) },
  '!=': { type: equality, wants: COMPARABLE, apply: (l, r) => bool(l !== r) },
  '<': { type: order, wants: COMPARABLE, apply: (l, r) => bool(l < r) },
  '<=': { type: order, wants: COMPARABLE, apply: (l, r) => bool(l <= r) },
  '>': { type: order, wants: COMPARABLE, apply: (l, r) => bool(l > r) },
  '>=': { type: order, wants: COMPARABLE, apply: (l, r) => bool(l >= r) },
  '&&': { type: logic, wants: 'two conditions', apply: (l, r) => l & r },
  '||': { type: logic, wants: 'two conditions', apply: (l, r) => l | r },
};

/** Type of `-x`, `!x`, `~x`. */
export const PREFIXES: Readonly<Record<string, { readonly type: (operand: TfwType) => TfwType | undefined; readonly wants: string }>> = {
  '-': { type: (type) => (isInteger(type) ? type : undefined), wants: 'an integer' },
  '~': { type: (type) => (isInteger(type) ? type : undefined), wants: 'an integer' },
  '!': { type: (type) => (type.kind === 'bool' ? BOOL : undefined), wants: 'a condition' },
};

const CASTABLE: ReadonlySet<string> = new Set(['int', 'literal', 'enum', 'bits', 'pointer', 'bool']);

/** Whether `value as type` is written between these types. */
export function castable(from: TfwType, to: TfwType): boolean {
  if (!CASTABLE.has(from.kind) || !CASTABLE.has(to.kind)) return false;
  if (to.kind === 'pointer') return from.kind === 'pointer' || isInteger(from);
  if (from.kind === 'pointer') return to.kind === 'int';
  return true;
}

/** Whether `target = value` is written between these types, but for the value's size. */
export function assignable(target: TfwType, value: TfwType, constant: boolean): boolean {
  switch (target.kind) {
    case 'int':
      return value.kind === 'literal' || (value.kind === 'int' && value.bits <= target.bits);
    case 'literal':
      return isInteger(value);
    case 'pointer':
      // An address needs `as` to be one of another space: that is where its window is added.
      return sameType(target, value) || (constant && target.space === undefined && isInteger(value));
    case 'bits':
      return sameType(target, value) || (constant && isInteger(value));
    default:
      return ['bool', 'enum', 'text'].includes(target.kind) && sameType(target, value);
  }
}
