/**
 * `guarded`: the accesses in its first block may fault, whatever else is in it may not leave the frame: the vector that goes
 * on in `else` finds the stack as it was at the fault, and the fix-up table names words of this function only.
 */
import { AstUtils } from 'langium';
import { type Guarded, isCall, isFn, isResume, isSuspend } from '../../syntax/generated/ast.ts';
import { type Context, calleeOf, instructionRow, type Rules } from '../context.ts';

export const guardedRules: Rules = { Guarded: [staysInFrame, guardsSomething] };

function staysInFrame({ body }: Guarded, context: Context): void {
  const { report } = context;
  const refuse = (node: Parameters<typeof report.error>[1], what: string): void =>
    report.error('TFW307', node, `${what} leaves the frame of \`guarded\`: do it before or after`);
  for (const node of AstUtils.streamAllContents(body)) {
    if (isSuspend(node)) refuse([node, 'slot'], '`suspend`');
    if (isResume(node)) refuse(node, '`resume`');
    if (!isCall(node)) continue;
    const callee = calleeOf(node);
    if (!callee) continue;
    if (isFn(callee)) refuse(node, `\`${callee.name}\` is a function, which`);
    else if (instructionRow(context, callee).control === 'return') refuse(node, `\`${callee.name}()\``);
  }
}

function guardsSomething(node: Guarded, { report }: Context): void {
  if (node.body.statements.length === 0) report.warning('TFW204', node.body, 'there is nothing here that could fault');
}
