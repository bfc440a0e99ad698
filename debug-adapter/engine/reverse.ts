/** Backward to the last position before the cursor that has a stop: what forward visits, in reverse. */
import type { Outcome, Work } from './engine.ts';
import type { Stops } from './stops.ts';
import { intersect, raisedAny, type Summary } from './summary.ts';
import type { Tape } from './tape.ts';

export function* reverse(tape: Tape, stops: Stops): Work<Outcome> {
  const words = tape.words.set(stops.words);
  const may = (summary: Summary): boolean => raisedAny(summary, stops.mask) || intersect(words, summary.words);
  stops.arm();
  try {
    return yield* tape.travel(function* (): Work<Outcome> {
      const before = tape.position;
      const found = yield* tape.backwards(before, may, (end) => lastStop(tape, stops, Math.min(end, before - 1)));
      if (found === undefined) {
        yield* tape.seek(0);
        return { kind: 'start' };
      }
      // By way of the position before, so that the events that stop there are raised again.
      yield* tape.seek(Math.max(0, found - 1));
      tape.play(found, stops.watch(tape.raised));
      return { kind: 'stop', hits: stops.hits(tape.raised) };
    });
  } finally {
    stops.disarm();
  }
}

/** The last stop from where the tape stands up to and including `end`. */
function lastStop(tape: Tape, stops: Stops, end: number): number | undefined {
  let last: number | undefined;
  if (stops.before().length > 0 && tape.position <= end) last = tape.position;
  tape.play(end, {
    every: false,
    mask: stops.mask,
    look: () => {
      if (stops.hits(tape.raised).length > 0) last = tape.position;
      return undefined;
    },
  });
  return last;
}
