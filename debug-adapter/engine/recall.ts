/** Events of the run: those that are kept no more are raised again, by replaying the segments that raised them. */
import type { Event } from '../../machine/index.ts';
import type { Tape } from './tape.ts';

const EVERY_KIND = -1;

/** Events [from, to). */
export function eventsOf(tape: Tape, from: number, to: number): Event[] {
  return from >= to ? [] : (tape.log.slice(from, to) ?? recall(tape, from, to));
}

function recall(tape: Tape, from: number, to: number): Event[] {
  tape.close();
  const origin = tape.checkpoint();
  const { chain } = tape.history;
  const first = chain.findLastIndex(({ start }) => start.events <= from);
  const found: Event[] = [];
  for (const { start, end } of chain.slice(first)) {
    if (start.events >= to) break;
    tape.load(start);
    tape.play(end, {
      every: false,
      mask: EVERY_KIND,
      look: () => {
        found.push(...tape.raised);
        return tape.events >= to ? true : undefined;
      },
    });
  }
  tape.load(origin);
  const { events } = chain[first].start;
  return found.slice(from - events, to - events);
}
