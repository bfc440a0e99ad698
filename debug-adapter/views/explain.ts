/** Why an access faulted: the stages that it went through, the entry that decided, and who wrote that entry last. */
import {
  describeEvent,
  type Event,
  type ExplainedAccess,
  type ExplainedEntry,
  type ExplainedStep,
  type Explanation,
} from '../../machine/index.ts';
import { hex } from '../format.ts';
import type { FaultExplanation } from '../protocol.ts';
import type { Session } from '../session.ts';
import { writerText } from './travel.ts';

type Access = FaultExplanation['accesses'][number];
type Step = Access['steps'][number];

export async function explainFault(session: Session): Promise<FaultExplanation | undefined> {
  const { program, driver } = session;
  const found = await driver.drive(program.engine.explainLastFault());
  if (!found) return undefined;
  const title = describeEvent(found.event, program.names);
  const writer = await writerOf(session, found.explanation);
  const lines = [`${title}.`, ...sentences(found.explanation), ...(writer ? [`${writer.text}.`] : [])];
  return { title, text: lines.join('\n'), accesses: accessesOf(found.explanation), ...(writer && { writer }) };
}

/** What the widget of an exception says about the rule that was broken. */
export async function ruleOf({ program, driver }: Session, event: Event): Promise<string | undefined> {
  const found = await driver.drive(program.engine.explainLastFault());
  if (!found || found.event.step !== event.step || found.event.core !== event.core) return undefined;
  const refused = refusal(found.explanation);
  return refused && `${refused.unit}: ${refused.note} (${refused.section})`;
}

export function accessesOf({ accesses }: Explanation): Access[] {
  return accesses.map((access) => ({ title: accessTitle(access), steps: access.steps.map(toStep) }));
}

/** One sentence a stage; those that passed before the refusal matter as much, since they say what allowed it so far. */
export function sentences({ accesses }: Explanation): string[] {
  return accesses.flatMap((access) => [
    `${capital(accessTitle(access))}:`,
    ...access.steps.map(
      ({ unit, verdict, note, section }) => `  ${unit} ${verdict === 'pass' ? 'passes' : 'refuses'}: ${note} [${section}]`,
    ),
  ]);
}

const PURPOSES: Readonly<Record<ExplainedAccess['access']['purpose'], string>> = {
  data: '',
  frame: ' (its own stack frame)',
  fetch: '',
  walk: ' (a translation table)',
  debug: '',
};

function accessTitle({ access: { kind, purpose, va, size, pa } }: ExplainedAccess): string {
  const where = purpose === 'walk' ? hex(pa) : hex(va);
  return kind === 'fetch'
    ? `instruction fetch from ${where}`
    : `${kind} of ${size} byte${size === 1 ? '' : 's'} at ${where}${PURPOSES[purpose]}`;
}

function toStep({ unit, title, section, verdict, note, entry }: ExplainedStep): Step {
  return { unit, title, section, verdict, note, ...(entry && { entry: toEntry(entry) }) };
}

function toEntry({ name, pa, value, fields }: ExplainedEntry): NonNullable<Step['entry']> {
  return {
    name,
    ...(pa !== undefined && { address: hex(pa) }),
    value: hex(value),
    fields: fields.map((field) => ({
      name: field.name,
      bits: field.bits,
      value: hex(field.value),
      ...(field.meaning !== undefined && { meaning: field.meaning }),
      deciding: field.deciding === true,
    })),
  };
}

function refusal({ accesses }: Explanation): ExplainedStep | undefined {
  return accesses.flatMap(({ steps }) => steps).findLast(({ verdict }) => verdict === 'fault');
}

async function writerOf({ program, driver }: Session, explanation: Explanation): Promise<FaultExplanation['writer']> {
  const entry = refusal(explanation)?.entry;
  if (entry?.pa === undefined) return undefined;
  const writer = await driver.drive(program.engine.lastWrite({ kind: 'memory', pa: entry.pa, size: entry.size ?? 8 }));
  if (!writer) return undefined;
  return {
    step: writer.step,
    text: `${entry.name} at ${hex(entry.pa)} was last written by ${writerText(writer)}`,
    ...(writer.word && { uri: writer.word.range.uri, line: writer.word.range.line }),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
