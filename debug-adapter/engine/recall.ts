/** Events of the run: those that are kept no more are raised again, by replaying the segments that raised them. */
import type { Event, EventKind } from '../../machine/index.ts';
import type { NumberedEvent, Work } from './engine.ts';
import type { Segment } from './history.ts';
import { kindIndex, kindMask, raisedAny } from './summary.ts';
import type { Tape } from './tape.ts';

const EVERY_KIND = -1;

/** Events [from, to). */
export function eventsOf(tape: Tape, from: number, to: number): Event[] {
  if (from >= to) return [];
  const kept = tape.log.slice(from, to);
  if (kept) return kept;
  const work = tape.visit(() => recall(tape, EVERY_KIND, from, to, () => true, Number.POSITIVE_INFINITY));
  for (;;) {
    const { done, value } = work.next();
    if (done) return value.map(({ event }) => event);
  }
}

type Test = (event: Event) => boolean;

/** Events [from, to) of the kinds in `mask` that pass, at most `count`, by replaying what raised them. */
function* recall(tape: Tape, mask: number, from: number, to: number, test: Test, count: number): Work<NumberedEvent[]> {
  const found: NumberedEvent[] = [];
  tape.close();
  for (const segment of tape.history.chain) {
    if (segment.start.events >= to || found.length >= count) break;
    if (endOf(tape, segment) <= from || !raisedAny(segment.summary, mask)) continue;
    yield* raisedIn(tape, segment, (event, index) => {
      if (index >= from && index < to && found.length < count && isIn(mask, event.kind) && test(event)) found.push({ index, event });
      return index + 1 >= to || found.length >= count;
    });
  }
  return found;
}

const isIn = (mask: number, kind: EventKind): boolean => ((mask >>> kindIndex(kind)) & 1) === 1;

/** Number of events up to the end of a segment of the chain. */
function endOf({ history: { chain, tip } }: Tape, segment: Segment): number {
  return chain[chain.indexOf(segment) + 1]?.start.events ?? tip.events;
}

/** Replays a segment and hands over its events, until told that it is enough. */
function* raisedIn(tape: Tape, { start, end }: Segment, take: (event: Event, index: number) => boolean): Work<void> {
  tape.load(start);
  yield* tape.replay(end, {
    every: false,
    mask: EVERY_KIND,
    look: () => {
      const first = tape.events - tape.raised.length;
      let enough = false;
      for (const [i, event] of tape.raised.entries()) enough = take(event, first + i) || enough;
      return enough ? true : undefined;
    },
  });
}

export interface FindOptions {
  readonly backwards?: boolean;
  matches?(event: Event): boolean;
}

/** Events of some kinds from number `from` on, or before it, at most `count`, in the order of the search. */
export function* findEvents(
  tape: Tape,
  kinds: readonly EventKind[],
  from: number,
  count: number,
  { backwards = false, matches = () => true }: FindOptions,
): Work<NumberedEvent[]> {
  const mask = kindMask(kinds);
  const kept = (a: number, b: number, step: 1 | -1, room: number): NumberedEvent[] => {
    const found: NumberedEvent[] = [];
    for (let index = a; index !== b && found.length < room; index += step) {
      if (!isIn(mask, tape.log.kindAt(index))) continue;
      const event = tape.log.at(index);
      if (event !== undefined && matches(event)) found.push({ index, event });
    }
    return found;
  };
  const { first } = tape.log;
  const total = tape.events;
  if (!backwards) {
    const old = from < first ? yield* tape.visit(() => recall(tape, mask, from, Math.min(first, total), matches, count)) : [];
    const start = Math.max(from, first);
    return start < total ? [...old, ...kept(start, total, 1, count - old.length)] : old;
  }
  const end = Math.min(from, total);
  const late = end > first ? kept(end - 1, first - 1, -1, count) : [];
  const wanted = count - late.length;
  if (wanted <= 0 || first === 0) return late;
  return [...late, ...(yield* tape.visit(() => recallBack(tape, mask, Math.min(end, first), matches, wanted)))];
}

/** Events before number `to`, the newest first. */
function* recallBack(tape: Tape, mask: number, to: number, test: Test, count: number): Work<NumberedEvent[]> {
  const found: NumberedEvent[] = [];
  tape.close();
  for (const segment of [...tape.history.chain].reverse()) {
    if (segment.start.events >= to || !raisedAny(segment.summary, mask)) continue;
    const room = count - found.length;
    let last: NumberedEvent[] = [];
    yield* raisedIn(tape, segment, (event, index) => {
      if (index < to && isIn(mask, event.kind) && test(event)) last.push({ index, event });
      if (last.length > 2 * room) last = last.slice(-room);
      return index + 1 >= to;
    });
    found.push(...last.slice(-room).reverse());
    if (found.length >= count) break;
  }
  return found;
}

/** Events of some kinds before the position. */
export function* countEvents(tape: Tape, kinds: readonly EventKind[]): Work<number> {
  const counts = yield* eventCounts(tape);
  return kinds.reduce((sum, kind) => sum + counts[kindIndex(kind)], 0);
}

/** Events before the position by kind, in the order of the kinds: what segments counted, and what is left counted again. */
export function* eventCounts(tape: Tape): Work<Uint32Array> {
  tape.close();
  const { position, events, log, history } = tape;
  const counts = new Uint32Array(32);
  for (const segment of history.chain) {
    const { start, end, summary, cut } = segment;
    if (start.step >= position) break;
    const to = Math.min(events, endOf(tape, segment));
    if (end <= position && !cut) for (const [kind, count] of summary.counts.entries()) counts[kind] += count;
    else if (start.events >= log.first) for (let i = start.events; i < to; i++) counts[kindIndex(log.kindAt(i))]++;
    else {
      yield* tape.visit(() =>
        raisedIn(tape, segment, (event, index) => {
          if (index < to) counts[kindIndex(event.kind)]++;
          return index + 1 >= to;
        }),
      );
    }
  }
  return counts;
}
