/** Why the program stopped, in the words of the protocol and of people. */
import { describeEvent, EVENTS, type Event, type EventRow } from '../../machine/index.ts';
import { describeData } from '../breakpoints/data.ts';
import type { BreakpointStore } from '../breakpoints/store.ts';
import type { Debuggee, Stop } from '../debuggee.ts';
import type { Hit, Outcome } from '../engine/engine.ts';
import { plural } from '../format.ts';

/** The stop on the first word of what a scenario runs: no breakpoint's. */
export const ENTRY = 0;
/** Where a run was sent. */
export const TARGET = -1;

type Of<K extends Outcome['kind']> = Extract<Outcome, { readonly kind: K }>;

interface Circumstances {
  readonly debuggee: Debuggee;
  readonly breakpoints: BreakpointStore;
  /** The core that was asked to move. */
  readonly core: number;
}

const STOPS: { readonly [K in Outcome['kind']]: (outcome: Of<K>, at: Circumstances) => Stop } = {
  stop: ({ hits }, at) => stopOnHits(hits, at),
  // The last step of all arrives nowhere.
  step: ({ note }, { core, debuggee }) =>
    debuggee.engine.ended ? endStop(debuggee) : { reason: 'step', core, ...(note !== undefined && { description: note }) },
  end: (_, { debuggee }) => endStop(debuggee),
  start: (_, { debuggee }) => ({ reason: 'start', core: nextCore(debuggee), description: 'The start of the run' }),
  stepLimit: (_, { debuggee }) => ({
    reason: 'step limit',
    core: nextCore(debuggee),
    description: `The step limit of ${plural(debuggee.launch.stepLimit ?? 0, 'step')} was reached`,
  }),
};

export const END = 'end';

/** Where no core can run any more: the scenario's verdict is known. */
export function endStop(debuggee: Debuggee): Stop {
  return { reason: END, core: lastCore(debuggee), description: verdictText(debuggee) };
}

export function stopOf(outcome: Outcome, at: Circumstances): Stop {
  return (STOPS[outcome.kind] as (outcome: Outcome, at: Circumstances) => Stop)(outcome, at);
}

/** The core whose turn it is. */
export function nextCore({ engine }: Debuggee): number {
  return engine.machine.next?.id ?? 0;
}

export function isFault({ kind }: Event): boolean {
  return (EVENTS[kind] as EventRow).fault === true;
}

/** Whether a fault took its core to a handler, so that the code that faulted is below it on the stack. */
export function hidesHandler({ engine }: Debuggee, event: Event): boolean {
  if (!isFault(event)) return false;
  const recent = engine.events(Math.max(0, engine.eventCount - RECENT), RECENT);
  return recent.some(({ kind, step, core }) => kind === 'exception_entry' && step === event.step && core === event.core);
}

/** More events than one word raises. */
const RECENT = 16;

/** `The scenario passed`, or that it failed and the first reason. */
function verdictText({ engine }: Debuggee): string {
  const { passed, reasons } = engine.verdict();
  return passed ? 'The scenario passed' : `The scenario failed: ${reasons.map(({ text }) => text)[0] ?? 'no reason is known'}`;
}

function stopOnHits(hits: readonly Hit[], { debuggee, breakpoints }: Circumstances): Stop {
  const events = hits.flatMap(({ event }) => event ?? []);
  // Of several things that one word did, the fault is what the user must see first.
  const event = events.find(isFault) ?? events[0];
  const owners = hits.flatMap(({ id }) => breakpoints.owner(id) ?? []);
  const common = { ...(owners.length > 0 && { hitBreakpointIds: [...new Set(owners.map(({ id }) => id))] }) };
  if (event) {
    const description = describeEvent(event, debuggee.names);
    return { ...common, reason: reasonOf(event), core: event.core, description, event, handlerHidden: hidesHandler(debuggee, event) };
  }
  const [touched] = hits.filter(({ data }) => data);
  const watch = touched && breakpoints.owner(touched.id)?.data;
  if (touched?.data && watch) {
    return { ...common, reason: 'data breakpoint', core: touched.data.core, description: describeData(debuggee, watch, touched.data) };
  }
  const target = hits.some(({ id }) => id === TARGET);
  if (target && owners.length === 0) return { reason: 'goto', core: nextCore(debuggee), description: 'Ran to here' };
  const entry = hits.some(({ id }) => id === ENTRY);
  return { ...common, reason: entry ? 'entry' : (owners[0]?.kind ?? 'breakpoint'), core: nextCore(debuggee) };
}

/** Faults are the protocol's exceptions; everything else is called what the table calls it, as within a sentence. */
function reasonOf(event: Event): string {
  const { label } = EVENTS[event.kind];
  if (isFault(event)) return 'exception';
  if (event.kind === 'firmware') return event.name;
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** When nothing can run any more: the core that did something last. */
function lastCore({ engine }: Debuggee): number {
  const [last] = engine.events(Math.max(0, engine.eventCount - 1), 1);
  return last?.core ?? 0;
}
