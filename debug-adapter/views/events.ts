/** The list of what happened up to the position. */
import { describeEvent, EVENTS, type Event, type EventRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { EventEntry, Requests } from '../protocol.ts';

/** Events looked through at once. */
const CHUNK = 1024;

export function eventEntries(
  debuggee: Debuggee,
  page: { start: number; count: number; filter?: string; kinds?: readonly string[]; core?: number },
): Requests['worldstep/events']['body'] {
  const { engine } = debuggee;
  const { start } = page;
  if (page.filter !== undefined || page.kinds !== undefined || page.core !== undefined) {
    const found = matching(debuggee, page);
    const wanted = slice(found, page);
    return { total: found.length, events: wanted.map((index) => toEntry(debuggee, engine.events(index, 1)[0], index)) };
  }
  const total = engine.eventCount;
  const count = page.count === 0 ? total - start : Math.min(page.count, total - start);
  const events = count > 0 ? engine.events(start, count) : [];
  return { total, events: events.map((event, i) => toEntry(debuggee, event, start + i)) };
}

function slice<T>(items: readonly T[], { start, count }: { start: number; count: number }): T[] {
  return items.slice(start, count === 0 ? undefined : start + count);
}

interface Wanted {
  readonly filter?: string;
  readonly kinds?: readonly string[];
  readonly core?: number;
}

/** What was found before, as far as it was looked: a run's events stay as they are, so that only new ones are looked at. */
interface Known {
  readonly key: string;
  readonly indices: number[];
  looked: number;
}
const known = new WeakMap<Debuggee, Known>();

/** Indices of those that say every word of `filter`, in any case: in their sentence, their kind, or as `core 1`. */
function matching(debuggee: Debuggee, wanted: Wanted): readonly number[] {
  const { engine } = debuggee;
  const key = JSON.stringify([engine.here.run, wanted]);
  const before = known.get(debuggee);
  const found: Known = before?.key === key ? before : { key, indices: [], looked: 0 };
  known.set(debuggee, found);
  const words = (wanted.filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  for (; found.looked < engine.eventCount; ) {
    const events = engine.events(found.looked, Math.min(CHUNK, engine.eventCount - found.looked));
    for (const event of events) {
      if (meets(debuggee, event, wanted, words)) found.indices.push(found.looked);
      found.looked++;
    }
    if (events.length === 0) break;
  }
  return found.indices.filter((index) => index < engine.eventCount);
}

function meets(debuggee: Debuggee, event: Event, { kinds, core }: Wanted, words: readonly string[]): boolean {
  if (core !== undefined && event.core !== core) return false;
  if (kinds !== undefined && !kinds.includes(event.kind)) return false;
  if (words.length === 0) return true;
  const { label } = EVENTS[event.kind];
  const text = `${describeEvent(event, debuggee.names)} ${event.kind} ${label} core ${event.core}`.toLowerCase();
  return words.every((word) => text.includes(word));
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
