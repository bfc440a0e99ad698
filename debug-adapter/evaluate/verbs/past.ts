/** Verbs about what happened: who wrote what, why it faulted, which events there were. */

import type { Session } from '../../session.ts';
import { eventEntries } from '../../views/events.ts';
import { explainFault } from '../../views/explain.ts';
import { historyLines, PAGE, valueHistory } from '../../views/history.ts';
import { findExpressionWriter } from '../../views/travel.ts';
import { required, type VerbRow } from './verb.ts';

/** Events that the console lists at most. */
const MOST_EVENTS = 40;
const PLACE = '<variable, register or physical address>';

export const pastVerbs: Readonly<Record<string, VerbRow>> = {
  why: {
    operand: '',
    summary: 'explains the last fault, stage by stage',
    run: async ({ session }) => (await explainFault(session))?.text ?? 'Nothing has faulted so far.',
  },
  who: {
    operand: PLACE,
    summary: 'says who wrote it last, and where',
    example: 'who ESR_EL2',
    run: async ({ session, frame }, rest) => `${(await findExpressionWriter(session, required('who', PLACE, rest), frame)).text}`,
  },
  history: {
    operand: PLACE,
    summary: 'lists what it held before, and who wrote that',
    example: 'history 0x8800_0000',
    run: async ({ session, frame }, rest) =>
      historyLines(await valueHistory(session, required('history', PLACE, rest), frame, { count: PAGE })),
  },
  events: {
    operand: '[words]',
    summary: 'lists the last events, or those that say all the words',
    example: 'events world core 1',
    run: ({ session }, rest) => eventsText(session, rest),
  },
};

function eventsText({ program }: Session, text: string): string {
  const filter = text === '' ? undefined : text;
  const all = eventEntries(program, { start: 0, count: 1, filter }).total;
  const start = Math.max(0, all - MOST_EVENTS);
  const { events } = eventEntries(program, { start, count: MOST_EVENTS, filter });
  const lines = events.map(({ step, core, text: said }) => `step ${step} · core ${core} · ${said}`);
  return [...(start > 0 ? [`(the last ${MOST_EVENTS} of ${all})`] : []), ...lines].join('\n') || 'There are no such events.';
}
