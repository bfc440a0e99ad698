/** Explanations are not kept: the word is executed once more with one attached, and the machine put back. */
import { type Event, type EventKind, Explanation } from '../../machine/index.ts';
import type { Work } from './engine.ts';
import { resolve } from './eye.ts';
import type { Tape } from './tape.ts';

/** Faults that hardware found; failed expectations and panics are software's own words. */
const HARDWARE_FAULTS: ReadonlySet<EventKind> = new Set([
  'gpc_fault',
  'translation_fault',
  'undefined_instruction',
  'illegal_return',
  'unhandled_fault',
] satisfies EventKind[]);

export interface Explained {
  readonly explanation: Explanation;
  /** Where the word stored. */
  readonly writes: readonly { readonly pa: number; readonly size: number }[];
}

/** Executes the word at the position, explained. The machine is not put back. */
export function explainHere(tape: Tape): Explained {
  const explanation = new Explanation();
  const core = tape.machine.next;
  if (core === undefined) return { explanation, writes: [] };
  const view = { state: core.state, regs: core.regs.slice() };
  core.explanation = explanation;
  try {
    tape.play(tape.position + 1);
  } finally {
    core.explanation = undefined;
  }
  // Physical addresses are those of the regime before the word.
  const writes = explanation.accesses
    .filter(({ access }) => access.kind === 'write')
    .flatMap(({ access }) => {
      const place = resolve(core, view, access.va);
      return place ? [{ pa: place.pa, size: access.size }] : [];
    });
  return { explanation, writes };
}

export function* explain(tape: Tape, step: number): Work<Explanation> {
  return yield* tape.visit(function* () {
    yield* tape.seek(step);
    return explainHere(tape).explanation;
  });
}

export function* explainLastFault(tape: Tape): Work<{ readonly event: Event; readonly explanation: Explanation } | undefined> {
  const { log } = tape;
  let index = log.before(tape.position) - 1;
  while (index >= 0 && !HARDWARE_FAULTS.has(log.at(index).kind)) index--;
  if (index < 0) return undefined;
  // A refused access may be announced twice, first as what refused it.
  while (index > 0 && log.at(index - 1).step === log.at(index).step && HARDWARE_FAULTS.has(log.at(index - 1).kind)) index--;
  const event = log.at(index);
  return { event, explanation: yield* explain(tape, event.step) };
}
