/** Views: shown by the debugger's eyes, so that nothing in them may act, and nothing in them may go round for ever. */
import { AstUtils } from 'langium';
import {
  type Call,
  isFn,
  isName,
  isStringLiteral,
  isView,
  isViewChildren,
  type Let,
  type View,
  type ViewChildren,
  type ViewField,
  type ViewFor,
  type ViewItem,
} from '../../syntax/generated/ast.ts';
import { around, type Context, calleeOf, isBroken, type Rules } from '../context.ts';
import { isHex } from '../numbered.ts';
import { acts, impurity } from '../pure.ts';
import { count } from '../report.ts';
import { isInteger, isScalar, quote } from '../type-of.ts';
import type { TfwType } from '../types.ts';
import { expectCondition, expectInteger, expectScalar, expectType, found } from '../values.ts';

export const viewRules: Rules = {
  View: [head, eyesOnly, endless],
  ViewFor: [loop],
  ViewItem: [item],
  ViewField: [field],
  ViewChildren: [children],
  Let: [binding],
  Call: [hexadecimal],
};

function head({ name, title, params }: View, { types, report }: Context): void {
  if (title && isStringLiteral(title) && title.holes.length > 0)
    report.error('TFW201', title, 'a title is the same for all: values stand in the labels of items');
  if (title && params.length > 0)
    report.error(
      'TFW201',
      title,
      `a view with a title stands by itself, so nothing gives \`${name}\` its parameters; leave out one of them`,
    );
  for (const param of params) {
    const type = types.of(param.type);
    if (!isScalar(type))
      report.error('TFW201', param.type, `parameter \`${param.name}\` is a single value, found ${quote(type)}; pass a pointer`);
  }
}

function eyesOnly(view: View, { types, report }: Context): void {
  for (const node of AstUtils.streamAllContents(view)) {
    const reason = acts(node, types);
    if (reason) report.error('TFW202', node, `a view only looks at memory; this ${reason}`);
    if (node.$type !== 'Call') continue;
    const callee = calleeOf(node as Call);
    const impure = callee && isFn(callee) ? impurity(callee, types) : undefined;
    if (impure) report.error('TFW202', node, `a view only looks at memory; \`${callee?.name}\` ${impure}`);
  }
}

function loop({ from, to, condition }: ViewFor, context: Context): void {
  if (condition) expectCondition(context, condition, '`where`');
  if (to) {
    expectInteger(context, from, '`for`');
    expectInteger(context, to, '`for`');
    return;
  }
  const type = context.types.infer(from);
  if (type.kind !== 'array' && type.kind !== 'error')
    context.report.error(
      'TFW201',
      from,
      `\`for\` goes through an array, or from one number to another: \`0..n\`; found ${found(type, from)}`,
    );
}

function item({ state, address }: ViewItem, context: Context): void {
  if (state && context.types.infer(state).kind !== 'text') expectScalar(context, state, 'the state of an item');
  const type: TfwType | undefined = address && context.types.infer(address);
  if (type && type.kind !== 'error' && type.kind !== 'pointer' && !isInteger(type))
    context.report.error('TFW201', address!, `\`at\` wants an address, found ${found(type, address!)}`);
}

function field({ value }: ViewField, context: Context): void {
  const type = context.types.infer(value);
  if (isScalar(type) || type.kind === 'text') return;
  const advice = type.kind === 'array' ? '; write `hex(…)` for its bytes' : '';
  context.report.error('TFW201', value, `a field shows a single value, found ${found(type, value)}${advice}`);
}

function children(node: ViewChildren, context: Context): void {
  const view = node.view.ref;
  if (!view || !isView(view) || isBroken(context, view)) return;
  const { args } = node;
  if (args.length !== view.params.length)
    context.report.error('TFW202', node, `\`${view.name}\` takes ${count(view.params.length, 'argument')}, found ${args.length}`);
  view.params.slice(0, args.length).forEach((param, i) => {
    expectType(context, context.types.of(param.type), args[i], `parameter \`${param.name}\``);
  });
}

/** A view that shows itself, perhaps by way of others. */
function endless(view: View, { report }: Context): void {
  const visited = new Set<View>();
  const waiting = [view];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    for (const shown of AstUtils.streamAllContents(each).filter(isViewChildren)) {
      const next = shown.view.ref;
      if (!next || !isView(next)) continue;
      if (next === view) {
        const way = each === view ? '' : ` by way of \`${each.name}\``;
        report.error('TFW309', [view, 'name'], `\`${view.name}\` shows itself${way}, without end`);
        return;
      }
      if (!visited.has(next)) waiting.push(next);
      visited.add(next);
    }
  }
}

/** Elsewhere, a text in a `let` is an error of the text. */
function binding({ value, name }: Let, { report }: Context): void {
  if (isHex(value)) report.error('TFW201', value, `\`${name}\` wants a value; \`hex\` only shows one, in a field or a label`);
}

/** Texts and arrays of integers are shown as they lie in memory. */
function hexadecimal(node: Call, context: Context): void {
  if (!isHex(node)) return;
  const { types, report } = context;
  const [arg, ...others] = node.args;
  if (!arg || others.length > 0) {
    report.error('TFW202', node, `\`hex\` takes one argument, found ${node.args.length}`);
    return;
  }
  const type = types.infer(arg);
  const bytes = type.kind === 'array' && (type.element.kind === 'int' || type.element.kind === 'enum');
  if (type.kind === 'text' || !(isScalar(type) || bytes))
    report.error('TFW201', arg, `\`hex\` shows a value or an array of integers, found ${found(type, arg)}`);
  const outer = node.$container;
  if (['ViewField', 'ViewItem', 'StringLiteral', 'Let'].includes(outer.$type) && around(node, isView)) return;
  if (isName(node.callee))
    report.error('TFW201', node, '`hex` only shows a value: it stands alone in a field, a state or a hole of a label');
}
