/** Why an access faulted: the stages that it went through, the entry that decided, and who wrote that entry last. */
import {
  describeEvent,
  type Event,
  type ExplainedAccess,
  type ExplainedEntry,
  type ExplainedStep,
  type Explanation,
} from '../../machine/index.ts';
import { RequestError } from '../errors.ts';
import { hex } from '../format.ts';
import type { FaultExplanation, Requests } from '../protocol.ts';
import type { Session } from '../session.ts';
import { type Found, findWriter } from './travel.ts';

type Access = FaultExplanation['accesses'][number];
type Step = Access['steps'][number];

export async function explainFault(session: Session): Promise<FaultExplanation | undefined> {
  const { program } = session;
  const found = await session.drive('Why did it fault', program.engine.explainLastFault());
  if (!found) return undefined;
  const title = describeEvent(found.event, program.names);
  const writer = await writerOf(session, found.event, found.explanation);
  const lines = [`${title}.`, ...sentences(refused(found.explanation)), ...(writer ? [`${writer.text}.`] : [])];
  return { title, text: lines.join('\n'), accesses: accessesOf(found.explanation), ...(writer && { writer }) };
}

/** What the widget of an exception says about the rule that was broken. */
export async function ruleOf(session: Session, event: Event): Promise<string | undefined> {
  const found = await session.drive('Why did it fault', session.program.engine.explainLastFault());
  if (!found || found.event.step !== event.step || found.event.core !== event.core) return undefined;
  const refused = refusal(found.explanation);
  return refused && `${refused.unit}: ${refused.note} (${refused.section})`;
}

export function accessesOf({ accesses }: Explanation): Access[] {
  return accesses.map((access) => ({ title: accessTitle(access), steps: access.steps.map(toStep) }));
}

/** The accesses of the word that did not go through; the others would only be in the way. */
function refused({ accesses }: Explanation): readonly ExplainedAccess[] {
  const failed = accesses.filter(({ steps }) => steps.some(({ verdict }) => verdict === 'fault'));
  return failed.length > 0 ? failed : accesses;
}

/** Every access of a step; of one that is not done yet there is nothing to say. */
export async function accessTrace(session: Session, step: number): Promise<Requests['worldstep/accessTrace']['body']> {
  const { engine } = session.program;
  if (step < 0 || step >= engine.position) throw new RequestError('malformed', `Step ${step} has not been done here.`);
  const explanation = await session.drive('Access trace', engine.explain(step));
  return { step, text: sentences(explanation.accesses).join('\n'), accesses: accessesOf(explanation) };
}

/** One sentence a stage; those that passed before the refusal matter as much, since they say what allowed it so far. */
export function sentences(accesses: readonly ExplainedAccess[]): string[] {
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

/** The entry that the refusal was decided by: its own, or the last that its unit read before. */
function decidingEntry(explanation: Explanation): ExplainedEntry | undefined {
  const steps = explanation.accesses.flatMap((access) => access.steps);
  const refused = steps.findLast(({ verdict }) => verdict === 'fault');
  return steps
    .slice(0, refused ? steps.indexOf(refused) + 1 : 0)
    .findLast(({ unit, entry }) => unit === refused?.unit && entry?.pa !== undefined)?.entry;
}

async function writerOf(session: Session, event: Event, explanation: Explanation): Promise<FaultExplanation['writer']> {
  const entry = decidingEntry(explanation);
  const found = (await tagWriter(session, event)) ?? (entry && (await entryWriter(session, entry)));
  if (!found?.writer) return undefined;
  const { step, word } = found.writer;
  return { step, text: `${capital(found.text)}`, ...(word && { uri: word.range.uri, line: word.range.line }) };
}

/** An entry holds the tags of several granules: where the fault is about one of them, its own history counts. */
async function tagWriter(session: Session, event: Event): Promise<Found | undefined> {
  if (event.kind !== 'gpc_fault') return undefined;
  const found = await findWriter(session, { kind: 'tag', pa: event.pa }, `the tag of ${hex(event.pa)}`);
  return found.writer && found;
}

async function entryWriter(session: Session, { name, pa = 0, size = 8 }: ExplainedEntry): Promise<Found> {
  return findWriter(session, { kind: 'memory', pa, size }, `${name} at ${hex(pa)}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
