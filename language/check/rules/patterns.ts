/** Conditions on events: fields compared with constants, as nothing else is known where only an event is looked at. */
import { AstUtils } from 'langium';
import { type EventPattern, type Expr, isMachineEvent, isName, isSecret, type Name } from '../../syntax/generated/ast.ts';
import type { Context, Rules } from '../context.ts';
import { expectCondition } from '../values.ts';

export const patternRules: Rules = { EventPattern: [conditions] };

/** `leak(key)`: the secret that leaks is named like a condition. */
export function secretNamed(condition: Expr): string | undefined {
  const node = isName(condition) ? condition.ref.ref : undefined;
  return node && isSecret(node) ? node.name : undefined;
}

function conditions({ event, conditions: all }: EventPattern, context: Context): void {
  for (const condition of all) {
    if (secretNamed(condition) && event.ref && isMachineEvent(event.ref) && event.ref.name === 'leak') continue;
    expectCondition(context, condition, 'a condition on an event');
    for (const node of AstUtils.streamAst(condition)) if (isName(node)) known(node, context);
  }
}

/** What has a value only while code runs. */
const RUNNING: ReadonlySet<string> = new Set(['Register', 'Static', 'Let', 'Local', 'Param', 'ForVariable', 'Builtin', 'Secret']);

function known(node: Name, { report }: Context): void {
  const { ref } = node;
  if (!ref.ref || !RUNNING.has(ref.ref.$type)) return;
  report.error('TFW205', node, `\`${ref.$refText}\` is not known where only an event is looked at; compare its fields with constants`);
}
