/** Backward to the last position before the cursor that has a stop: what forward visits, in reverse. */
import type { Outcome, Work } from './engine.ts';
import type { Stops } from './stops.ts';
import type { Tape } from './tape.ts';

export function* reverse(tape: Tape, stops: Stops): Work<Outcome> {
  stops.arm();
  try {
    return yield* tape.travel(function* (): Work<Outcome> {
      const found = yield* stops.last(tape.position);
      if (found === undefined) {
        yield* tape.seek(0);
        return { kind: 'start' };
      }
      return { kind: 'stop', hits: yield* stops.arrive(found) };
    });
  } finally {
    stops.disarm();
  }
}
