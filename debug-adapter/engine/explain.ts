/** Explanations are not kept: the word is executed once more with one attached, and the machine put back. */
import { type Event, Explanation } from '../../machine/index.ts';
import type { Work } from './engine.ts';
import { kindMask, raisedAny } from './summary.ts';
import type { Tape } from './tape.ts';

/** Faults that hardware found; failed expectations and panics are software's own words. */
const HARDWARE_FAULTS = kindMask(['gpc_fault', 'translation_fault', 'undefined_instruction', 'illegal_return', 'unhandled_fault']);

/** Executes the word at the position, explained. The machine is not put back. */
function explainHere(tape: Tape): Explanation {
  const explanation = new Explanation();
  const core = tape.machine.next;
  if (core === undefined) return explanation;
  core.explanation = explanation;
  try {
    tape.play(tape.position + 1);
  } finally {
    core.explanation = undefined;
  }
  return explanation;
}

export function* explain(tape: Tape, step: number): Work<Explanation> {
  return yield* tape.visit(function* () {
    yield* tape.seek(step);
    return explainHere(tape);
  });
}

export function* explainLastFault(tape: Tape): Work<{ readonly event: Event; readonly explanation: Explanation } | undefined> {
  const event = yield* tape.visit(() =>
    tape.backwards(
      tape.position,
      (summary) => raisedAny(summary, HARDWARE_FAULTS),
      (end) => lastFault(tape, end),
    ),
  );
  return event && { event, explanation: yield* explain(tape, event.step) };
}

function lastFault(tape: Tape, end: number): Event | undefined {
  let last: Event | undefined;
  tape.play(end, {
    every: false,
    mask: HARDWARE_FAULTS,
    look: () => {
      // A refused access may be announced twice, first as what refused it.
      last = tape.raised[0] ?? last;
      return undefined;
    },
  });
  return last;
}
