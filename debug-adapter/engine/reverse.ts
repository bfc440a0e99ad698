/** Backward to the last position before the cursor that has a stop: what forward visits, in reverse. */
import type { Outcome, Work } from './engine.ts';
import type { Stops } from './stops.ts';
import { intersect, type Summary } from './summary.ts';
import type { Tape } from './tape.ts';

export function* reverse(tape: Tape, stops: Stops): Work<Outcome> {
  const words = tape.words.set(stops.words);
  const may = ({ counts, words: executed }: Summary): boolean =>
    counts.some((count, kind) => count > 0 && ((stops.mask >>> kind) & 1) === 1) || intersect(words, executed);
  stops.arm();
  try {
    return yield* tape.travel(function* (): Work<Outcome> {
      const before = tape.position;
      const found = yield* tape.backwards(before, may, (end) => lastStop(tape, stops, Math.min(end, before - 1)));
      yield* tape.seek(found ?? 0);
      return found === undefined ? { kind: 'start' } : { kind: 'stop', hits: hitsAt(tape, stops) };
    });
  } finally {
    stops.disarm();
  }
}

/** The last stop from where the tape stands up to and including `end`. */
function lastStop(tape: Tape, stops: Stops, end: number): number | undefined {
  let last: number | undefined;
  if (stops.before().length > 0 && tape.position <= end) last = tape.position;
  tape.playWatching(end, {
    every: false,
    mask: stops.mask,
    look: () => {
      if (stops.hits(tape.raised).length > 0) last = tape.position;
      return undefined;
    },
  });
  return last;
}

/** What stops at the position, as if it had been reached by running there. The stops are armed. */
export function hitsAt(tape: Tape, stops: Stops): ReturnType<Stops['hits']> {
  const { log, position } = tape;
  const to = log.before(position);
  const raised = log.slice(log.before(position - 1), to);
  return stops.hits(raised);
}
