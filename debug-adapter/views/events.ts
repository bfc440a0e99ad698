/** The list of what happened up to the position. */
import { describeEvent, EVENTS, type Event, type EventRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { EventEntry, Requests } from '../protocol.ts';

/** Events looked through at once. */
const CHUNK = 1024;

export function eventEntries(
  debuggee: Debuggee,
  page: { start: number; count: number; filter?: string },
): Requests['worldstep/events']['body'] {
  const { engine } = debuggee;
  const { filter, start } = page;
  if (filter !== undefined) {
    const found = matching(debuggee, filter);
    return { total: found.length, events: slice(found, page) };
  }
  const total = engine.eventCount;
  const count = page.count === 0 ? total - start : Math.min(page.count, total - start);
  const events = count > 0 ? engine.events(start, count) : [];
  return { total, events: events.map((event, i) => toEntry(debuggee, event, start + i)) };
}

function slice<T>(items: readonly T[], { start, count }: { start: number; count: number }): T[] {
  return items.slice(start, count === 0 ? undefined : start + count);
}

/** Those that say every word of `filter`, in any case: in their sentence, their kind, or as `core 1`. */
function matching(debuggee: Debuggee, filter: string): EventEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found: EventEntry[] = [];
  for (let from = 0; from < debuggee.engine.eventCount; from += CHUNK) {
    const events = debuggee.engine.events(from, Math.min(CHUNK, debuggee.engine.eventCount - from));
    for (const [i, event] of events.entries()) {
      const entry = toEntry(debuggee, event, from + i);
      const text = `${entry.text} ${entry.kind} ${entry.label} core ${entry.core}`.toLowerCase();
      if (words.every((word) => text.includes(word))) found.push(entry);
    }
  }
  return found;
}

function toEntry({ names }: Debuggee, event: Event, index: number): EventEntry {
  const row: EventRow = EVENTS[event.kind];
  return {
    index,
    step: event.step,
    core: event.core,
    kind: event.kind,
    label: row.label,
    text: describeEvent(event, names),
    fault: row.fault === true,
  };
}
