/** The console's verbs: questions that are no expressions. A row each, from which help and completion are made too. */
import { memoryVerbs } from './verbs/memory.ts';
import { pastVerbs } from './verbs/past.ts';
import { tagVerbs } from './verbs/tags.ts';
import { travelVerbs } from './verbs/travel.ts';
import type { VerbRow } from './verbs/verb.ts';

export const VERBS: Readonly<Record<string, VerbRow>> = {
  ...pastVerbs,
  ...tagVerbs,
  ...memoryVerbs,
  ...travelVerbs,
  help: {
    operand: '[verb]',
    summary: 'lists what can be asked here',
    run: (_, rest) => helpText(rest),
  },
};

/** The verb that a line begins with. `who = 1` is an assignment to something of that name. */
export function verbOf(line: string): { readonly row: VerbRow; readonly rest: string } | undefined {
  const [, name, rest] = /^([a-z]+)(?:\s+(.*))?$/s.exec(line) ?? [];
  if (name === undefined || !Object.hasOwn(VERBS, name) || /^[-+*/%&|^<>]*=(?!=)/.test(rest ?? '')) return undefined;
  return { row: VERBS[name], rest: (rest ?? '').trim() };
}

function helpText(verb: string): string {
  if (Object.hasOwn(VERBS, verb)) {
    const { operand, summary, example } = VERBS[verb];
    return [`${`${verb} ${operand}`.trim()}: ${summary}.`, ...(example ? [`Like this: ${example}`] : [])].join('\n');
  }
  const uses = Object.entries(VERBS).map(([name, { operand, summary }]) => ({ use: `${name} ${operand}`.trim(), summary }));
  const width = Math.max(...uses.map(({ use }) => use.length));
  const lines = uses.map(({ use, summary }) => `  ${use.padEnd(width)}  ${summary}`);
  return ['Any expression of the program that has no side effects, an assignment, or:', ...lines].join('\n');
}
