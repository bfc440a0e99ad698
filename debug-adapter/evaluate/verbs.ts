/** The console's verbs: questions that are no expressions. A row each, from which help and completion are made too. */
import { type Access, Explanation } from '../../machine/index.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { hex, parseNumber } from '../format.ts';
import { look } from '../look.ts';
import { whyUnreadable } from '../memory/unreadable.ts';
import { tagName } from '../names.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';
import { compileIn } from '../variables/typed.ts';
import { eventEntries } from '../views/events.ts';
import { explainFault, sentences } from '../views/explain.ts';
import { protectionUnit } from '../views/tags.ts';
import { findExpressionWriter, goToStep, physicalAddress } from '../views/travel.ts';

interface Asking {
  readonly session: Session;
  readonly frame: Frame | undefined;
  readonly exchange: Exchange;
}

export interface VerbRow {
  /** What follows it, as help writes it. */
  readonly operand: string;
  readonly summary: string;
  run(asking: Asking, rest: string): string | Promise<string>;
}

/** Events that the console lists at most. */
const MOST_EVENTS = 40;

export const VERBS: Readonly<Record<string, VerbRow>> = {
  why: {
    operand: '',
    summary: 'explains the last fault, stage by stage',
    run: async ({ session }) => (await explainFault(session))?.text ?? 'Nothing has faulted so far.',
  },
  who: {
    operand: '<variable, register or physical address>',
    summary: 'says who wrote it last, and where',
    run: async ({ session, frame }, rest) => `${(await findExpressionWriter(session, required('who', rest), frame)).text}`,
  },
  tag: {
    operand: '<physical address>',
    summary: 'says which tag protects it, and where the tag is kept',
    run: (asking, rest) => tagText(asking, required('tag', rest)),
  },
  walk: {
    operand: '<virtual address>',
    summary: 'walks the translation and the checks that a read would go through',
    run: (asking, rest) => walkText(asking, required('walk', rest)),
  },
  events: {
    operand: '[words]',
    summary: 'lists the last events, or those that say all the words',
    run: ({ session }, rest) => eventsText(session, rest),
  },
  goto: {
    operand: '<step>',
    summary: 'travels to a step of the run',
    run: async ({ session, exchange }, rest) => {
      const step = parseNumber(required('goto', rest));
      if (step === undefined) throw new RequestError('expression', `${rest} is no number of steps.`);
      const position = await goToStep(session, exchange, Number(step));
      return `step ${position.step}`;
    },
  },
  help: {
    operand: '',
    summary: 'lists what can be asked here',
    run: () => helpText(),
  },
};

/** The verb that a line begins with. */
export function verbOf(line: string): { readonly row: VerbRow; readonly rest: string } | undefined {
  const [, name, rest] = /^([a-z]+)(?:\s+(.*))?$/s.exec(line) ?? [];
  return name !== undefined && Object.hasOwn(VERBS, name) ? { row: VERBS[name], rest: (rest ?? '').trim() } : undefined;
}

function required(verb: string, rest: string): string {
  if (rest === '') throw new RequestError('expression', `${verb} needs something after it: ${verb} ${VERBS[verb].operand}`);
  return rest;
}

function helpText(): string {
  const lines = Object.entries(VERBS).map(([name, { operand, summary }]) => `  ${`${name} ${operand}`.padEnd(44)} ${summary}`);
  return ['Any expression of the program that has no side effects, or:', ...lines].join('\n');
}

function tagText({ session, frame }: Asking, text: string): string {
  const { program } = session;
  const unit = protectionUnit(program.engine.machine);
  if (!unit) return 'No unit of this platform tags memory.';
  const pa = physicalAddress(session, parseNumber(text) === undefined ? hex(evaluated(session, frame, text)) : text);
  const from = pa - (pa % unit.granule);
  const cells = unit.source(pa).cells.map(({ name, pa: at }) => `  ${name} at ${hex(at)}`);
  const tag = tagName(program.architecture, unit.tagAt(pa));
  return [`${hex(pa)} is ${tag} (${unit.name}; ${hex(from)} to ${hex(from + unit.granule - 1)})`, ...cells].join('\n');
}

function walkText({ session, frame }: Asking, text: string): string {
  const { engine } = session.program;
  if (!frame) throw new RequestError('expression', 'There is no code here whose translation could be walked.');
  const va = parseNumber(text) ?? evaluated(session, frame, text);
  const core = engine.machine.cores[frame.core];
  const explanation = new Explanation();
  const access: Access = { kind: 'read', purpose: 'debug', va, size: 1, pa: 0, space: 0 };
  // A core that stands here would ask its TLB first; what waits comes back to whatever the TLB holds then.
  const fault = core.translate(access, { core, view: frame.registers, tlb: frame.live, peek: true, explanation });
  const result = fault ? 'It is refused.' : `It arrives at ${session.program.names.space(access.space)} ${hex(access.pa)}.`;
  return [...sentences(explanation.accesses), result].join('\n');
}

function eventsText({ program }: Session, filter: string): string {
  const all = eventEntries(program, { start: 0, count: 1, filter: filter || undefined }).total;
  const start = Math.max(0, all - MOST_EVENTS);
  const { events } = eventEntries(program, { start, count: MOST_EVENTS, filter: filter || undefined });
  const lines = events.map(({ step, core, text }) => `step ${step} · core ${core} · ${text}`);
  return [...(start > 0 ? [`(the last ${MOST_EVENTS} of ${all})`] : []), ...lines].join('\n') || 'There are no such events.';
}

function evaluated({ program }: Session, frame: Frame | undefined, text: string): bigint {
  if (!frame) throw new RequestError('address', `${text} is no address.`);
  const compiled = compileIn(program, frame, text);
  const seen = look(frame.eye, () => compiled.evaluate(frame.eye));
  if ('fault' in seen) throw new RequestError('expression', whyUnreadable(program, frame, seen.fault));
  return seen.value;
}
