/** Everything that one can stop on, in groups: the tree of event breakpoints, whose boxes carry what the protocol cannot. */
import { EVENTS, type EventKind, type EventRow } from '../../machine/index.ts';
import type { Arguments } from '../arguments.ts';
import type { Debuggee } from '../debuggee.ts';
import { RequestError } from '../errors.ts';
import type { EventBreakpointEntry, EventBreakpointGroup, EventBreakpointState } from '../protocol.ts';
import type { Session } from '../session.ts';
import { type Breakpoint, type Found, nothing } from './breakpoint.ts';
import { findData } from './data.ts';
import { filterRows, findFilter } from './filters.ts';
import { findNamed } from './functions.ts';
import { make } from './make.ts';

/** Groups of kinds, in order; faults are what the event table says is one, and the rest is of the machine. */
const GROUPS: readonly { readonly label: string; readonly kinds: readonly EventKind[] }[] = [
  { label: 'Transitions', kinds: ['el_transition', 'world_switch', 'exception_entry', 'exception_return'] },
  { label: 'Calls', kinds: ['smc', 'hvc', 'svc', 'register_trap'] },
  { label: 'Interrupts and cores', kinds: ['interrupt', 'interrupt_pending', 'core_power', 'finished'] },
  { label: 'Memory', kinds: ['dma', 'leak', 'tlb_maintenance', 'cache_maintenance'] },
];
const FAULTS = 'Faults';
const FIRMWARE = 'Firmware';
const OTHER = 'Other';

export function eventTree(debuggee: Debuggee | undefined): EventBreakpointGroup[] {
  const groups = new Map<string, EventBreakpointEntry[]>(
    [FAULTS, ...GROUPS.map(({ label }) => label), OTHER, FIRMWARE].map((label) => [label, []]),
  );
  for (const { filter, label, summary, on, kind, firmwareEvent } of filterRows()) {
    const { fields, fault } = EVENTS[kind] as EventRow;
    const group = firmwareEvent !== undefined || kind === 'firmware' ? FIRMWARE : fault ? FAULTS : groupOf(kind);
    groups.get(group)?.push({ filter, label, description: summary, on, fields: comparable(fields) });
  }
  for (const { name, summary, fields } of debuggee?.program.firmwareEvents ?? []) {
    groups.get(FIRMWARE)?.push({
      filter: `firmware:${name}`,
      label: name,
      description: summary || 'Announced by firmware.',
      on: false,
      fields: fields.map((field) => field.name),
    });
  }
  return [...groups].filter(([, events]) => events.length > 0).map(([label, events]) => ({ label, events }));
}

function groupOf(kind: EventKind): string {
  return GROUPS.find(({ kinds }) => kinds.includes(kind))?.label ?? OTHER;
}

/** Texts have no number that a condition could compare. */
function comparable(fields: EventRow['fields']): string[] {
  return Object.entries(fields).flatMap(([name, type]) => (type === 'text' ? [] : [name]));
}

export function setEventBreakpoints(session: Session, args: Arguments): { breakpoints: EventBreakpointState[] } {
  const breakpoints = args.objects('breakpoints').map((wanted) => make(session, 'event', wanted, finderOf(wanted)));
  session.breakpoints.set('tree', breakpoints, session.program, session.execution.print);
  session.execution.refresh();
  return { breakpoints: breakpoints.map((breakpoint) => stateOf(session, breakpoint)) };
}

function stateOf({ client }: Session, breakpoint: Breakpoint): EventBreakpointState {
  const { verified, message } = breakpoint.toProtocol(client);
  return { id: breakpoint.id, verified, ...(message !== undefined && { message }) };
}

/** What a breakpoint of the tree stands for: an event, a name, or data. */
function finderOf(wanted: Arguments): (debuggee: Debuggee) => Found {
  const core = wanted.has('core') ? wanted.count('core') : undefined;
  const filter = wanted.phrase('filter');
  const name = wanted.phrase('name');
  const dataId = wanted.phrase('dataId');
  const access = wanted.oneOf('access', ['read', 'write', 'readWrite', 'change'], 'change');
  const find = (debuggee: Debuggee): Found => {
    if (core !== undefined && !debuggee.engine.machine.cores[core]) return nothing(`There is no core ${core}.`);
    const found =
      filter !== undefined
        ? findFilter(filter, debuggee)
        : name !== undefined
          ? findNamed(name, debuggee)
          : findData(dataId ?? '', access, debuggee);
    return core === undefined ? found : { ...found, core };
  };
  if ([filter, name, dataId].some((given) => given !== undefined)) return find;
  throw new RequestError('malformed', 'A breakpoint needs a filter, a name or a dataId.');
}
