/** What the console offers while one types: verbs, names in scope, registers and their fields. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { VERBS } from './verbs.ts';

type Item = DebugProtocol.CompletionItem;

/** `before`: the line up to the cursor. */
export function complete(debuggee: Debuggee, frame: Frame | undefined, before: string): Item[] {
  const [, receiver, word] = /(?:([A-Za-z_]\w*)\.)?(\w*)$/.exec(before) ?? [];
  const items = receiver !== undefined ? membersOf(debuggee, receiver) : [...verbsAt(before), ...namesAt(debuggee, frame)];
  const wanted = (word ?? '').toLowerCase();
  return items.filter(({ label }) => label.toLowerCase().startsWith(wanted)).map((item) => ({ ...item, length: wanted.length }));
}

/** Verbs stand at the beginning. */
function verbsAt(before: string): Item[] {
  if (!/^\s*\w*$/.test(before)) return [];
  return Object.entries(VERBS).map(([label, { operand, summary }]) => ({ label, type: 'keyword', detail: `${operand} ${summary}`.trim() }));
}

function namesAt({ architecture }: Debuggee, frame: Frame | undefined): Item[] {
  const { word, fn, image } = frame ?? {};
  const locals = word && fn && word.framed ? fn.variables.filter(({ from, to }) => from <= word.index && word.index < to) : [];
  return [
    ...[...locals, ...(image?.statics ?? [])].map(({ name }): Item => ({ label: name, type: 'variable' })),
    ...architecture.registers.map(({ name, summary }): Item => ({ label: name, type: 'property', detail: summary })),
  ];
}

function membersOf({ architecture }: Debuggee, receiver: string): Item[] {
  const row = architecture.registers.find(({ name }) => name === receiver);
  return (row?.fields ?? []).map(({ name, summary }) => ({ label: name, type: 'field', ...(summary && { detail: summary }) }));
}
