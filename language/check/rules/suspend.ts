/**
 * `suspend` and `resume`: where they may stand, what a slot is, and how the block of a `suspend` leaves. Its frame waits in
 * memory until something resumes it, so the block may leave by its exception return only.
 */
import { type AstNode, AstUtils } from 'langium';
import {
  isBreak,
  isCall,
  isContinue,
  isExprStatement,
  isGuarded,
  isLet,
  isLocal,
  isReturn,
  isSuspend,
  type Resume,
  type Statement,
  type Suspend,
} from '../../syntax/generated/ast.ts';
import { around, type Context, calleeOf, codeAround, imageAround, instructionRow, isOpen, type Rules, stateOf } from '../context.ts';
import { loopOf } from '../flow.ts';
import { quote, U64 } from '../type-of.ts';
import { expectType, found } from '../values.ts';
import { isStoreTo, nestedSwitch, refuseFrame } from './naked.ts';

export const suspendRules: Rules = { Suspend: [place, slot, leaves, inner, tail], Resume: [slot, value] };

/** PC, SP and the address of the result. */
const SLOT_BYTES = 24;

function place(node: Suspend, { report }: Context): void {
  const outer = node.$container;
  const whole =
    ((isLet(outer) || isLocal(outer)) && outer.value === node) ||
    (isExprStatement(outer) && (outer.operator === '=' ? outer.value === node : outer.target === node && !outer.operator));
  if (!whole)
    report.error('TFW306', [node, 'slot'], '`suspend` is the whole value of a `let`, `var` or assignment, or a statement of its own');
  if (around(node, isSuspend))
    report.error('TFW306', [node, 'slot'], '`suspend` cannot stand within another one, whose frame waits already');
}

function slot(node: Suspend | Resume, { types, report }: Context): void {
  const type = types.infer(node.slot);
  if (type.kind === 'error') return;
  const name = `\`${node.$type.toLowerCase()}\``;
  if (type.kind !== 'pointer') report.error('TFW201', node.slot, `${name} takes a pointer to its slot, found ${found(type, node.slot)}`);
  else if (type.pointee.kind !== 'error' && types.size(type.pointee) < SLOT_BYTES)
    report.error(
      'TFW201',
      node.slot,
      `the slot of ${name} has ${SLOT_BYTES} bytes, for PC, SP and the address of the result; ${quote(type.pointee)} has ${types.size(type.pointee)}`,
    );
}

function value(node: Resume, context: Context): void {
  expectType(context, U64, node.value, 'what `resume` gives');
}

/** The block's last statement is an exception return. */
function leaves(node: Suspend, context: Context): void {
  const last = node.body.statements.at(-1);
  if (isOpen(context, codeAround(node)) || (last && isExceptionReturn(last, context))) return;
  context.report.error('TFW306', last ?? [node, 'slot'], '`suspend` leaves by its block: end it by `eret()`');
}

function isExceptionReturn(statement: AstNode, context: Context): boolean {
  if (!isExprStatement(statement) || statement.operator || !isCall(statement.target)) return false;
  const callee = calleeOf(statement.target);
  return callee?.$type === 'Instruction' && instructionRow(context, callee).control === 'return';
}

/** Nothing else leaves the block, whose frame would be taken for waiting otherwise. */
function inner(node: Suspend, { report }: Context): void {
  for (const each of AstUtils.streamAllContents(node.body)) {
    const out = isReturn(each) || ((isBreak(each) || isContinue(each)) && !isWithin(loopOf(each), node));
    if (out) report.error('TFW306', each, `\`${each.$type.toLowerCase()}\` would leave \`suspend\`, which ends by \`eret()\` only`);
    if (isGuarded(each)) report.error('TFW306', each, '`guarded` cannot stand within `suspend`');
  }
}

function isWithin(node: AstNode | undefined, outer: AstNode): boolean {
  for (let each = node; each; each = each.$container) if (each === outer) return true;
  return false;
}

/** Behind a store to the state's stack switch the frame is out of reach: what follows is naked. */
function tail(node: Suspend, context: Context): void {
  const image = imageAround(node);
  const state = image && stateOf(context, image);
  if (!state) return;
  const { stackSwitch } = state;
  let naked = false;
  for (const statement of node.body.statements as Statement[]) {
    if (isStoreTo(statement, stackSwitch)) naked = true;
    else {
      nestedSwitch(statement, stackSwitch, context);
      if (naked) refuseFrame(statement, `the store to \`${stackSwitch}\` has given the stack away`, context);
    }
  }
}
