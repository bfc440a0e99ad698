/** Conditions on events: fields compared with constants, as nothing else is known where only an event is looked at. */
import { AstUtils } from 'langium';
import { type EventPattern, isName, type Name } from '../../syntax/generated/ast.ts';
import type { Context, Rules } from '../context.ts';
import { expectCondition } from '../values.ts';

export const patternRules: Rules = { EventPattern: [conditions] };

function conditions({ conditions: all }: EventPattern, context: Context): void {
  for (const condition of all) {
    expectCondition(context, condition, 'a condition on an event');
    for (const node of AstUtils.streamAst(condition)) if (isName(node)) known(node, context);
  }
}

/** What has a value only while code runs. */
const RUNNING: ReadonlySet<string> = new Set(['Register', 'Static', 'Let', 'Local', 'Param', 'ForVariable', 'Builtin']);

function known(node: Name, { report }: Context): void {
  const { ref } = node;
  if (!ref.ref || !RUNNING.has(ref.ref.$type)) return;
  report.error('TFW205', node, `\`${ref.$refText}\` is not known where only an event is looked at; compare its fields with constants`);
}
