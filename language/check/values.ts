/** Whether a value may stand where a type is wanted, and what to write instead. */

import type { AstNode } from 'langium';
import { type Expr, isBinary, isBitsField, isCall, isRegister, isRegisterField, isUnary } from '../syntax/generated/ast.ts';
import { textOf } from '../syntax/range.ts';
import { type Context, calleeOf, registerRow } from './context.ts';
import { assignable } from './operators.ts';
import { isInteger, isScalar, quote, rangeOfField, spell, U64 } from './type-of.ts';
import type { TfwType } from './types.ts';

/** Reports a value that is not of the type that its place has. */
export function expectType(context: Context, target: TfwType, e: Expr, place: string): void {
  const { types, report } = context;
  const type = types.infer(e);
  // That a text stands here at all is reported for the text.
  if (type.kind === 'error' || type.kind === 'text' || target.kind === 'error') return;
  const constant = types.constant(e);
  // A constant that fits a narrower place is no loss.
  if (constant !== undefined && isInteger(type) && (target.kind === 'int' || target.kind === 'bits')) {
    expectFits(context, e, constant, target.bits, quote(target));
    return;
  }
  if (assignable(target, type, constant !== undefined)) return;
  const { message, suggestion } = mismatch(target, type, e, place);
  report.error('TFW201', e, message, suggestion);
}

/** Registers, their fields and those of `bits` take integers, and conditions as 0 or 1. */
export function expectRegisterValue(context: Context, register: AstNode, e: Expr): void {
  const { types, report } = context;
  const type = types.infer(e);
  const constant = types.constant(e);
  if (type.kind === 'error' || type.kind === 'bool') return;
  if (constant !== undefined && isInteger(type)) {
    expectFits(context, e, constant, widthOf(context, register), placeName(register));
    return;
  }
  if (isInteger(type)) return;
  const advice = isScalar(type) ? '; write `as u64`' : '';
  report.error(
    'TFW201',
    e,
    `${placeName(register)} takes an integer, found ${found(type, e)}${advice}`,
    advice ? castOf(e, U64) : undefined,
  );
}

const placeName = (node: AstNode): string => `\`${(node as AstNode & { name: string }).name}\``;

function widthOf(context: Context, node: AstNode): number {
  if (isRegister(node)) return registerRow(context, node).bits;
  if (isBitsField(node)) return rangeOfField(node).high - rangeOfField(node).low + 1;
  return isRegisterField(node) ? node.high - node.low + 1 : 64;
}

/** Reports a constant that has more bits than its place. Negations may fill the place with ones. */
export function expectFits({ report }: Context, e: Expr, value: bigint, bits: number, place: string): void {
  if (fits(value, bits) || (isNegated(e) && fits(BigInt.asUintN(64, ~value), bits - 1))) return;
  report.error('TFW206', e, `${number(value)} does not fit ${place}, which has ${bits === 1 ? 'one bit' : `${bits} bits`}`);
}

export const fits = (value: bigint, bits: number): boolean => value >> BigInt(bits) === 0n;
const isNegated = (e: Expr): boolean => isUnary(e) && (e.operator === '-' || e.operator === '~');

export const number = (value: bigint): string => (value < 1000n ? `${value}` : `0x${value.toString(16)}`);

/** Reports an expression that is no condition. */
export function expectCondition(context: Context, e: Expr, place: string): void {
  const type = context.types.infer(e);
  if (type.kind === 'error' || type.kind === 'bool') return;
  const advice = isInteger(type) || type.kind === 'pointer' ? '; compare it: `!= 0`' : '';
  context.report.error(
    'TFW201',
    e,
    `${place} wants a condition, found ${found(type, e)}${advice}`,
    advice ? `${textOf(e)} != 0` : undefined,
  );
}

/** Reports an expression that is no integer. */
export function expectInteger(context: Context, e: Expr, place: string): void {
  const type = context.types.infer(e);
  if (type.kind === 'error' || isInteger(type)) return;
  const advice = isScalar(type) ? '; write `as u64`' : '';
  context.report.error('TFW201', e, `${place} wants an integer, found ${found(type, e)}${advice}`, advice ? castOf(e, U64) : undefined);
}

/** Reports an expression that has no single value: a struct, an array, nothing. */
export function expectScalar(context: Context, e: Expr, place: string): void {
  const type = context.types.infer(e);
  if (!isScalar(type)) context.report.error('TFW201', e, `${place} wants a single value, found ${found(type, e)}`);
}

/** How messages name what was found. */
export function found(type: TfwType, e: Expr): string {
  const callee = isCall(e) ? calleeOf(e) : undefined;
  if (type.kind === 'void' && callee) return `\`${callee.name}\`, which has no result`;
  if (type.kind === 'never' && callee) return `\`${callee.name}\`, which does not come back`;
  return quote(type);
}

/** What to write for an expression to have another type. */
export const castOf = (e: Expr, type: TfwType): string => `${isBinary(e) ? `(${textOf(e)})` : textOf(e)} as ${spell(type)}`;

interface Mismatch {
  readonly message: string;
  readonly suggestion?: string;
}

function mismatch(target: TfwType, type: TfwType, e: Expr, place: string): Mismatch {
  const plain = `${place} wants ${quote(target)}, found ${found(type, e)}`;
  if (target.kind === 'struct' || target.kind === 'array')
    return { message: `${place}: structs and arrays are not copied as a whole; use their parts or a pointer` };
  if (type.kind === 'struct' || type.kind === 'array') {
    const pointer = target.kind === 'pointer';
    return pointer ? { message: `${plain}; write \`&\` for its address`, suggestion: `&${textOf(e)}` } : { message: plain };
  }
  if (!isScalar(type)) return { message: plain };
  if (target.kind === 'bool')
    return isInteger(type) ? { message: `${plain}; compare it: \`!= 0\``, suggestion: `${textOf(e)} != 0` } : { message: plain };
  if (target.kind === 'int' && type.kind === 'int')
    return { message: `${plain}, which is wider; write \`as ${spell(target)}\``, suggestion: castOf(e, target) };
  if (target.kind === 'pointer' && target.space && type.kind !== 'bool') {
    return { message: `${plain}; write \`as ${spell(target)}\` to go through the window`, suggestion: castOf(e, target) };
  }
  if (target.kind === 'pointer' && (type.kind === 'enum' || type.kind === 'bool')) return { message: plain };
  return { message: `${plain}; write \`as ${spell(target)}\``, suggestion: castOf(e, target) };
}
