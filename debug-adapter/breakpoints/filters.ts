/** Event breakpoints as the protocol's exception filters: one for each row of the event table that one can stop on. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { EVENTS, type EventKind, type EventRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { type Found, nothing } from './breakpoint.ts';

interface FilterRow {
  readonly label: string;
  readonly summary: string;
  readonly on: boolean;
  readonly kind: EventKind;
  /** Name of the event that firmware announces. */
  readonly firmwareEvent?: string;
}

const rows = Object.entries(EVENTS) as [EventKind, EventRow][];

/** By filter id: the kinds of events, and what firmware announces often enough to have a box of its own. */
const FILTERS: ReadonlyMap<string, FilterRow> = new Map([
  ...rows
    .filter(([, { filter }]) => filter !== undefined)
    .map(([kind, { label, summary, filter }]): [string, FilterRow] => [kind, { label, summary, on: filter === 'on', kind }]),
  [
    'htrap',
    {
      label: 'H-Trap',
      summary: "Firmware checks and redirects what a guest's hypervisor asked for.",
      on: false,
      kind: 'firmware',
      firmwareEvent: 'htrap',
    },
  ],
]);

export function eventFilters(): DebugProtocol.ExceptionBreakpointsFilter[] {
  return [...FILTERS].map(([filter, { label, summary, on, kind, firmwareEvent }]) => ({
    filter,
    label,
    description: summary,
    default: on,
    supportsCondition: true,
    conditionDescription: firmwareEvent
      ? "An expression over the event's fields, registers and constants"
      : `An expression over ${Object.keys(EVENTS[kind].fields).join(', ')}, registers and constants`,
  }));
}

export function findFilter(filter: string, debuggee: Debuggee): Found {
  const row = FILTERS.get(filter);
  if (!row) return nothing(`There is no event ${filter}.`);
  const { kind, firmwareEvent } = row;
  if (firmwareEvent === undefined) return { words: [], events: [{ kinds: [kind] }] };
  if (!debuggee.program.firmwareEvents.some(({ name }) => name === firmwareEvent)) {
    return nothing(`The firmware of this program announces no event ${firmwareEvent}.`);
  }
  return {
    words: [],
    events: [{ kinds: [kind], firmwareEvent, matches: (event) => event.kind === 'firmware' && event.name === firmwareEvent }],
  };
}
