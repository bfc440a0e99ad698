/** Whether a scenario did what it was written to show. */
import type { Expectation, WordInfo } from '../../language/index.ts';
import { type CoreStatus, describeEvent, type Event, type EventKind, type Names } from '../../machine/index.ts';
import type { Verdict } from './engine.ts';
import type { Tape } from './tape.ts';

/** Events after which a run is no success, whatever else it shows. */
const FAILURES: ReadonlySet<EventKind> = new Set(['expectation_failed', 'panic', 'unhandled_fault', 'absent'] satisfies EventKind[]);
const MAX_REASONS = 20;

type Reason = Verdict['reasons'][number];

/** What a core that has not finished says about the run; cores that are idle say nothing. */
const UNFINISHED: Readonly<Partial<Record<CoreStatus, string>>> = {
  running: 'is still running',
  halted: 'stopped without finishing',
};

export function verdict(tape: Tape, names: Names): Verdict {
  const { program, log, position, machine } = tape;
  const count = log.before(position);
  const failures: Reason[] = [];
  for (let i = 0; i < count && failures.length < MAX_REASONS; i++) {
    const event = log.at(i);
    if (FAILURES.has(event.kind)) failures.push(reason(describeEvent(event, names), log.wordOf(i)));
  }
  const expectations = program.expectations.flatMap((expectation): Reason[] => {
    const at = firstMatch(tape, count, (event) => expectation.matches(event));
    if (expectation.never === at >= 0) return [unmet(tape, expectation, at, names)];
    return [];
  });
  const unfinished = machine.cores.flatMap((core): Reason[] => {
    const problem = UNFINISHED[core.status];
    if (problem === undefined) return [];
    // Whatever halted it has been named.
    if (core.status === 'halted' && failures.length > 0) return [];
    return [{ text: `core ${core.id} ${problem}` }];
  });
  const reasons = [...failures, ...expectations, ...unfinished];
  return { passed: reasons.length === 0, reasons };
}

function reason(text: string, at: WordInfo | null): Reason {
  return at ? { text, at } : { text };
}

function unmet(tape: Tape, expectation: Expectation, at: number, names: Names): Reason {
  if (!expectation.never) return { text: `never happened: ${expectation.text}`, at: expectation.range };
  return {
    text: `happened although it never should: ${expectation.text}; ${describeEvent(tape.log.at(at), names)}`,
    at: expectation.range,
  };
}

function firstMatch(tape: Tape, count: number, matches: (event: Event) => boolean): number {
  for (let i = 0; i < count; i++) if (matches(tape.log.at(i))) return i;
  return -1;
}
