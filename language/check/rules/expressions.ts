/** Types of expressions: operators, casts, indices, names that have no value. */
import {
  type Binary,
  type Cast,
  type Expr,
  type Index,
  type IntLiteral,
  isBinary,
  isCall,
  isEventField,
  isEventPattern,
  isLevelName,
  isMember,
  isName,
  isSpaceConstant,
  isUnary,
  isWorldName,
  type Member,
  type Name,
  type StringLiteral,
  type Unary,
} from '../../syntax/generated/ast.ts';
import { around, type Context, type Rules } from '../context.ts';
import { notAddressable } from '../lvalues.ts';
import { isHex } from '../numbered.ts';
import { castable, OPERATORS, PREFIXES } from '../operators.ts';
import { bitsOf, isInteger, quote, spell } from '../type-of.ts';
import { expectFits, expectInteger, expectScalar, fits, found, number } from '../values.ts';

export const expressionRules: Rules = {
  Binary: [operands, eventOperands, shiftDistance],
  Unary: [operand],
  Cast: [cast],
  Index: [index],
  IntLiteral: [literal],
  Name: [nameHasValue],
  Member: [memberHasValue],
  StringLiteral: [textInPlace, holes],
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

function operands(node: Binary, context: Context): void {
  const { left, right, operator } = node;
  if (isChained(node)) {
    context.report.error(
      'TFW201',
      node,
      'comparisons are not chained; join them by `&&`, or write `(` `)` around one to compare its result',
    );
    return;
  }
  const [l, r] = [context.types.infer(left), context.types.infer(right)];
  if (l.kind === 'error' || r.kind === 'error') return;
  const row = OPERATORS[operator];
  if (row.type(l, r)) {
    if (l.kind === 'int' && r.kind === 'literal') literalFits(context, right, bitsOf(l), spell(l), operator);
    if (r.kind === 'int' && l.kind === 'literal') literalFits(context, left, bitsOf(r), spell(r), operator);
    return;
  }
  const advice = adviceFor(operator, l.kind, r.kind);
  context.report.error('TFW201', node, `\`${operator}\` takes ${row.wants}, found ${found(l, left)} and ${found(r, right)}${advice}`);
}

/** `a < b < c`. An operand without parentheses has the text of the whole. */
function isChained({ operator, left, $cstNode: whole }: Binary): boolean {
  if (!COMPARISONS.has(operator) || !isBinary(left) || !COMPARISONS.has(left.operator)) return false;
  const { $cstNode: own } = left;
  return own !== undefined && own.offset === whole?.offset && own.end === whole.end;
}

function adviceFor(operator: string, left: string, right: string): string {
  if (operator === '&&' || operator === '||') return left === 'int' || right === 'int' ? '; compare integers first: `!= 0`' : '';
  if (left === 'text' || right === 'text') return '; texts cannot be compared';
  if (left === 'enum' || right === 'enum') return '; cast the enum with `as`';
  if (left === 'pointer' || right === 'pointer') return '; cast the pointer with `as u64`';
  return '';
}

/** A literal takes the type of what it meets, so it has to fit there. */
function literalFits(context: Context, e: Expr, bits: number, name: string, operator: string): void {
  const value = context.types.constant(e);
  const isDistance = operator === '<<' || operator === '>>';
  if (value !== undefined && !isDistance) expectFits(context, e, value, bits, `\`${name}\``);
}

function shiftDistance({ operator, left, right }: Binary, { types, report }: Context): void {
  if (operator !== '<<' && operator !== '>>') return;
  const [type, distance] = [types.infer(left), types.constant(right)];
  const bits = bitsOf(type);
  if (isInteger(type) && distance !== undefined && distance >= BigInt(bits)) {
    report.error('TFW206', right, `a shift by ${number(distance)} leaves nothing of ${bits} bits`);
  }
}

/** Fields of events that stand for states, worlds and spaces are compared with such. */
const COUNTERPARTS: Readonly<Record<string, { readonly is: (node: unknown) => boolean; readonly like: string }>> = {
  state: { is: isLevelName, like: 'a state such as `NS.EL2`' },
  world: { is: isWorldName, like: 'a world such as `NS`' },
  space: { is: isSpaceConstant, like: 'an address space such as `ns`' },
};

function eventOperands({ left, right, operator }: Binary, { types, report }: Context): void {
  if (!COMPARISONS.has(operator)) return;
  for (const [field, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const node = isName(field) ? field.ref.ref : undefined;
    const counterpart = node && isEventField(node) ? COUNTERPARTS[node.fieldType] : undefined;
    const target = isName(other) ? other.ref.ref : isMember(other) ? other.member.ref : undefined;
    if (!counterpart || (target && (counterpart.is(target) || isEventField(target)))) continue;
    if (!target && types.infer(other).kind === 'error') continue;
    report.error('TFW201', other, `\`${(node as { name: string }).name}\` is compared with ${counterpart.like}`);
  }
}

function operand({ operator, operand: e }: Unary, context: Context): void {
  const type = context.types.infer(e);
  if (type.kind === 'error') return;
  if (operator === '&') {
    const reason = notAddressable(context, e);
    if (reason) context.report.error('TFW203', e, reason);
  } else if (operator === '*') {
    if (type.kind !== 'pointer') context.report.error('TFW201', e, `\`*\` takes a pointer, found ${found(type, e)}`);
  } else if (!PREFIXES[operator].type(type)) {
    const advice = operator === '!' && isInteger(type) ? '; write `== 0`' : '';
    context.report.error('TFW201', e, `\`${operator}\` takes ${PREFIXES[operator].wants}, found ${found(type, e)}${advice}`);
  }
}

function cast({ value, type }: Cast, { types, report }: Context): void {
  const [from, to] = [types.infer(value), types.of(type)];
  if (from.kind === 'error' || to.kind === 'error' || castable(from, to)) return;
  const advice = from.kind === 'pointer' || to.kind === 'pointer' ? '; go by way of `u64`' : '';
  report.error('TFW201', value, `${found(from, value)} cannot be cast to ${quote(to)}${advice}`);
}

function index({ receiver, index: e }: Index, context: Context): void {
  const type = context.types.infer(receiver);
  if (type.kind !== 'error' && type.kind !== 'array' && type.kind !== 'pointer') {
    context.report.error('TFW201', receiver, `only arrays and pointers have elements, found ${found(type, receiver)}`);
  }
  expectInteger(context, e, 'an index');
  const value = context.types.constant(e);
  if (type.kind === 'array' && value !== undefined && value >= BigInt(type.length)) {
    context.report.error('TFW206', e, `there is no element ${number(value)}: the array has ${type.length}`);
  }
}

function literal(node: IntLiteral, { report }: Context): void {
  if (!fits(node.value, 64)) report.error('TFW206', node, 'the number does not fit 64 bits');
}

/** Kinds of declarations that are names only, by what to do with them. */
const VALUELESS: Readonly<Record<string, (name: string) => string>> = {
  Fn: (name) => `\`${name}\` is a function; call it as \`${name}(…)\`, or take its address with \`&\``,
  Entry: (name) => `\`${name}\` is an entry; take its address with \`&\``,
  Instruction: (name) => `\`${name}\` is an instruction; write \`${name}(…)\``,
  Image: (name) => `\`${name}\` is an image; name its \`base\`, \`size\` or \`entry\``,
  Enum: (name) => `\`${name}\` is an enum; name one of its members`,
  WorldName: (name) => `\`${name}\` is a world; it has a value only in conditions on events`,
};

function nameHasValue(node: Name, context: Context): void {
  const target = node.ref.ref;
  const explain = target && VALUELESS[target.$type];
  if (!explain) return;
  const outer = node.$container;
  if (isCall(outer) && outer.callee === node) return;
  if (isMember(outer) && (target.$type === 'Enum' || target.$type === 'WorldName' || target.$type === 'Image')) return;
  if (isUnary(outer) && outer.operator === '&' && (target.$type === 'Fn' || target.$type === 'Entry')) return;
  if (target.$type === 'WorldName' && around(node, isEventPattern)) return;
  // A statement that consists of the name has no effect, or assigns to no place: that is what is said there.
  if (outer.$type === 'ExprStatement' && outer.target === node) return;
  context.report.error('TFW201', node, explain(node.ref.$refText));
}

function memberHasValue(node: Member, context: Context): void {
  const target = node.member.ref;
  if (!target || !isLevelName(target) || around(node, isEventPattern)) return;
  context.report.error('TFW201', node, 'a state has a value only in conditions on events');
}

const TEXT_PLACES: ReadonlySet<string> = new Set([
  'Panic.message',
  'Expect.message',
  'View.title',
  'ViewItem.label',
  'ViewItem.state',
  'ViewField.label',
  'ViewField.value',
]);

function textInPlace(node: StringLiteral, { report }: Context): void {
  const outer = node.$container;
  if (TEXT_PLACES.has(`${outer.$type}.${node.$containerProperty}`)) return;
  report.error('TFW201', node, 'a text stands only in `panic("…")` and behind `expect condition,`');
}

function holes(node: StringLiteral, context: Context): void {
  for (const hole of node.holes) if (!isHex(hole)) expectScalar(context, hole, 'a hole in a text');
}
