/** Events: what happened up to here, oldest first. */
import type { EventEntry } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import type { Row, RowIcon } from './row.ts';

const fault = { id: 'error', color: 'list.errorForeground' };

/** Icons by kind; what is not here is a dot. Faults look alike, whatever their kind. */
const icons: Readonly<Record<string, RowIcon>> = {
  el_transition: { id: 'arrow-swap' },
  world_switch: { id: 'globe' },
  smc: { id: 'call-outgoing' },
  hvc: { id: 'call-outgoing' },
  exception_entry: { id: 'zap' },
  exception_return: { id: 'reply' },
  tlb_maintenance: { id: 'clear-all' },
  cache_maintenance: { id: 'clear-all' },
  firmware: { id: 'megaphone' },
  finished: { id: 'pass', color: 'testing.iconPassed' },
};

/** @param earlier how many events, older than the first one here, are not listed. */
export function eventRows(events: readonly EventEntry[], earlier: number): Row[] {
  return [...(earlier > 0 ? [earlierRow(earlier)] : []), ...events.map(eventRow)];
}

export const eventId = (index: number): string => `event ${index}`;

function eventRow({ index, step, core, kind, label, text, fault: isFault }: EventEntry): Row {
  return {
    id: eventId(index),
    label: text,
    description: say('core {0} · step {1}', core, step),
    tooltip: `${label}\n${text}\n${say('Select to travel there.')}`,
    icon: isFault ? fault : (icons[kind] ?? { id: 'circle-small-filled' }),
    kind: 'event',
    command: { command: 'worldstep.goToEvent', title: say('Travel There'), arguments: [index] },
  };
}

function earlierRow(earlier: number): Row {
  const command = { command: 'worldstep.showEarlierEvents', title: say('Show Earlier'), arguments: [] };
  return { id: 'earlier', label: say('Show earlier ({0} more)', earlier), icon: { id: 'ellipsis' }, command };
}
