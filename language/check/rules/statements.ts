/** Statements: what they assign, what their conditions are, where they may stand. */
import {
  type Block,
  type Break,
  type Continue,
  type Emit,
  type Expect,
  type ExprStatement,
  type For,
  type If,
  isBinary,
  isBitsField,
  isCall,
  isFn,
  isMember,
  isName,
  isRegister,
  isRegisterField,
  isSuspend,
  type Let,
  type Local,
  type Match,
  type Return,
  type Statement,
  type While,
} from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/range.ts';
import { type Context, codeAround, isBroken, isOpen, type Rules } from '../context.ts';
import { completes, loopOf } from '../flow.ts';
import { notAssignable } from '../lvalues.ts';
import { OPERATORS } from '../operators.ts';
import { isScalar, quote } from '../type-of.ts';
import type { TfwType } from '../types.ts';
import { expectCondition, expectFits, expectInteger, expectRegisterValue, expectType, found } from '../values.ts';

export const statementRules: Rules = {
  Let: [variable],
  Local: [variable],
  ExprStatement: [effect, assignment],
  If: [condition('`if`')],
  While: [condition('`while`')],
  For: [range],
  Match: [patterns],
  Return: [returned],
  Break: [inLoop],
  Continue: [inLoop],
  Expect: [condition('`expect`')],
  Emit: [announced],
  Block: [reached],
};

function condition(name: string) {
  return (node: If | While | Expect, context: Context): void => expectCondition(context, node.condition, name);
}

function variable(node: Let | Local, context: Context): void {
  const { types, report } = context;
  const { value } = node;
  if (node.type) {
    const type = types.of(node.type);
    if (value) expectType(context, type, value, `\`${node.name}\``);
    return;
  }
  if (!value) {
    report.error('TFW201', [node, 'name'], `\`${node.name}\` needs a type or a value`);
    return;
  }
  const type = types.infer(value);
  if (isScalar(type) || type.kind === 'text') return;
  const parts = type.kind === 'struct' || type.kind === 'array';
  const advice = parts ? ': structs and arrays are not copied as a whole; write `&` for its address' : `, found ${found(type, value)}`;
  report.error('TFW201', value, `\`${node.name}\` wants a single value${advice}`, parts ? `&${textOf(value)}` : undefined);
}

function effect({ operator, target }: ExprStatement, { types, report }: Context): void {
  if (operator || isCall(target) || isSuspend(target)) return;
  const node = isName(target) ? target.ref.ref : undefined;
  if (isName(target) && !node) return;
  if (node && (node.$type === 'Fn' || node.$type === 'Instruction')) {
    report.error('TFW204', target, `\`${node.name}\` is not called; write \`${node.name}(…)\``, `${node.name}()`);
    return;
  }
  // What has no type was reported already, and may become anything.
  if (types.infer(target).kind === 'error') return;
  if (isBinary(target) && target.operator === '==') {
    report.error('TFW204', target, 'a comparison has no effect; write `=` to assign', `${textOf(target.left)} = ${textOf(target.right)}`);
    return;
  }
  report.error('TFW204', target, 'this statement has no effect');
}

function assignment(node: ExprStatement, context: Context): void {
  const { operator, target, value } = node;
  if (!operator || !value) return;
  const refusal = notAssignable(context, target);
  if (refusal) {
    context.report.error('TFW203', target, refusal);
    return;
  }
  if (operator === '=') {
    assigned(target, value, context);
    return;
  }
  const [left, right] = [context.types.infer(target), context.types.infer(value)];
  if (left.kind === 'error' || right.kind === 'error') return;
  const row = OPERATORS[operator.slice(0, -1)];
  if (!row.type(left, right)) {
    context.report.error(
      'TFW201',
      [node, 'operator'],
      `\`${operator}\` takes ${row.wants}, found ${quote(left)} and ${found(right, value)}`,
    );
  } else if (left.kind === 'int' && operator !== '<<=' && operator !== '>>=') {
    if (registerOf(target)) return;
    expectType(context, left, value, 'this place');
  }
}

function assigned(target: ExprStatement['target'], value: ExprStatement['target'], context: Context): void {
  const register = registerOf(target);
  if (register) expectRegisterValue(context, register, value);
  else expectType(context, context.types.infer(target), value, isName(target) ? `\`${target.ref.$refText}\`` : 'this place');
}

/** The register, or the field of one or of a `bits`, that an lvalue names. */
function registerOf(target: ExprStatement['target']) {
  const node = isName(target) ? target.ref.ref : isMember(target) ? target.member.ref : undefined;
  return node && (isRegister(node) || isRegisterField(node) || isBitsField(node)) ? node : undefined;
}

function range({ from, to }: For, context: Context): void {
  expectInteger(context, from, '`for`');
  expectInteger(context, to, '`for`');
}

const MATCHABLE: ReadonlySet<string> = new Set(['int', 'literal', 'enum', 'bool', 'error']);

function patterns({ value, arms }: Match, context: Context): void {
  const { types, report } = context;
  const type = types.infer(value);
  if (!MATCHABLE.has(type.kind)) {
    report.error('TFW201', value, `\`match\` takes an integer or an enum, found ${found(type, value)}`);
    return;
  }
  const seen: { readonly from: bigint; readonly to: bigint }[] = [];
  let others = false;
  for (const arm of arms) {
    if (others) report.warning('TFW204', arm, 'this arm is never reached: `else` comes before it');
    others ||= arm.isElse;
    for (const pattern of arm.patterns) {
      const from = bound(pattern.from, type, context);
      const to = pattern.to ? bound(pattern.to, type, context) : from;
      if (from === undefined || to === undefined) continue;
      if (from > to) report.error('TFW206', pattern, 'the range is empty: its first value is above its last');
      if (seen.some((other) => other.from <= from && to <= other.to)) report.warning('TFW204', pattern, 'this value is matched above');
      seen.push({ from, to });
    }
  }
}

/** Value of a pattern, which is a constant of what is matched. */
function bound(e: ExprStatement['target'], type: TfwType, context: Context): bigint | undefined {
  const { types, report } = context;
  const own = types.infer(e);
  if (own.kind === 'error' || type.kind === 'error') return undefined;
  const value = types.constant(e);
  if (value === undefined) report.error('TFW205', e, 'a pattern is a constant; compare other values with `if`');
  else if (!OPERATORS['=='].type(type, own)) report.error('TFW201', e, `the pattern is to match ${quote(type)}, found ${quote(own)}`);
  else if (type.kind === 'int') expectFits(context, e, value, type.bits, quote(type));
  return value;
}

function returned(node: Return, context: Context): void {
  const { types, report } = context;
  const code = codeAround(node);
  if (!code || isBroken(context, code)) return;
  if (!isFn(code)) {
    report.error('TFW201', node, `\`return\` stands only in functions; a ${code.$type.toLowerCase()} ends by \`eret()\``);
    return;
  }
  if (code.never) {
    report.error('TFW201', node, `\`${code.name}\` never returns: it is declared \`-> never\``);
    return;
  }
  const { value } = node;
  if (value && code.returns) {
    expectType(context, types.of(code.returns), value, `the result of \`${code.name}\``);
    return;
  }
  if (code.returns) report.error('TFW201', node, `\`${code.name}\` returns ${quote(types.of(code.returns))}; write \`return value\``);
  else if (value) report.error('TFW201', value, `\`${code.name}\` has no result; declare one by \`-> type\``);
}

function inLoop(node: Break | Continue, { report }: Context): void {
  if (!loopOf(node)) report.error('TFW303', node, `\`${node.$type.toLowerCase()}\` stands outside a loop`);
}

function announced(node: Emit, context: Context): void {
  const { event, values } = node;
  const declaration = event.ref;
  if (!declaration) return;
  const named = new Map<string, number>();
  for (const each of values) {
    const name = each.field.$refText;
    named.set(name, (named.get(name) ?? 0) + 1);
    if (named.get(name) === 2) context.report.error('TFW102', each, `\`${name}\` is given twice`);
    if (each.field.ref) expectType(context, context.types.of(each.field.ref.type), each.value, `\`${name}\``);
  }
  const missing = declaration.fields
    .filter(({ name }) => !named.has(name) && !context.losses.names.has(name))
    .map(({ name }) => `\`${name}\``);
  if (missing.length > 0) context.report.error('TFW202', node, `the event's ${missing.join(', ')} is missing`);
}

/** What stands behind a statement that control does not come behind. */
function reached(node: Block, context: Context): void {
  const { types, report } = context;
  const { statements } = node;
  if (isOpen(context, codeAround(node))) return;
  const end = statements.findIndex((statement) => ENDS.has(statement.$type) && !completes(types, statement));
  const next: Statement | undefined = end < 0 ? undefined : statements[end + 1];
  if (next) report.warning('TFW204', next, `this is never reached: \`${statements[end].$type.toLowerCase()}\` comes before it`);
}
const ENDS: ReadonlySet<string> = new Set(['Return', 'Break', 'Continue', 'Finish', 'Panic', 'Resume']);
