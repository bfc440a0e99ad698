/** Event breakpoints as the protocol's exception filters: one for each row of the event table. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { EVENTS, type Event, type EventKind, type EventRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { type Found, nothing } from './breakpoint.ts';

export interface FilterRow {
  readonly filter: string;
  readonly label: string;
  readonly summary: string;
  readonly on: boolean;
  readonly kind: EventKind;
  /** Name of the event that firmware announces. */
  readonly firmwareEvent?: string;
  /** Of the events of the kind, those that are meant. */
  matches?(event: Event): boolean;
}

/** What is asked for often enough to have a box of its own, beside the kinds of events. */
const OWN: readonly FilterRow[] = [
  {
    filter: 'stage2_fault',
    label: 'Stage 2 fault',
    summary: 'The second stage of translation refused an access: the hypervisor, or who plays its part, has not mapped it.',
    on: false,
    kind: 'translation_fault',
    matches: (event) => event.kind === 'translation_fault' && event.stage === 2,
  },
  {
    filter: 'htrap',
    label: 'H-Trap',
    summary: "Firmware checks and redirects what a guest's hypervisor asked for.",
    on: false,
    kind: 'firmware',
    firmwareEvent: 'htrap',
  },
];

const ROWS: readonly FilterRow[] = [
  ...(Object.entries(EVENTS) as [EventKind, EventRow][]).map(([kind, { label, summary, filter }]) => ({
    filter: kind,
    label,
    summary,
    on: filter === 'on',
    kind,
  })),
  ...OWN,
];

export const filterRows = (): readonly FilterRow[] => ROWS;

export function eventFilters(): DebugProtocol.ExceptionBreakpointsFilter[] {
  return ROWS.map(({ filter, label, summary, on, kind, firmwareEvent }) => ({
    filter,
    label,
    description: summary,
    default: on,
    supportsCondition: true,
    conditionDescription:
      firmwareEvent !== undefined || kind === 'firmware'
        ? "An expression over the event's fields, registers and constants"
        : `An expression over ${Object.keys(EVENTS[kind].fields).join(', ')}, registers and constants`,
  }));
}

/** `firmware:htrap` is an event of the program's own, as the tree lists it. */
export function findFilter(filter: string, debuggee: Debuggee): Found {
  const row = ROWS.find((candidate) => candidate.filter === filter);
  const [, announced] = /^firmware:(.+)$/.exec(filter) ?? [];
  if (!row && announced === undefined) return nothing(`There is no event ${filter}.`);
  const firmwareEvent = announced ?? row?.firmwareEvent;
  if (firmwareEvent === undefined && row) return { words: [], events: [{ kinds: [row.kind], matches: row.matches }] };
  if (!debuggee.program.firmwareEvents.some(({ name }) => name === firmwareEvent)) {
    return nothing(`The firmware of this program announces no event ${firmwareEvent}.`);
  }
  return {
    words: [],
    events: [{ kinds: ['firmware'], firmwareEvent, matches: (event) => event.kind === 'firmware' && event.name === firmwareEvent }],
  };
}
