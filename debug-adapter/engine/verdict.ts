/** Whether a scenario did what it was written to show. */
import type { WordInfo } from '../../language/index.ts';
import { type CoreStatus, describeEvent, type EventKind, type Names } from '../../machine/index.ts';
import type { Verdict } from './engine.ts';
import type { Tape } from './tape.ts';

/** Events after which a run is no success, whatever else it shows. */
const FAILURES: ReadonlySet<EventKind> = new Set(['expectation_failed', 'panic', 'unhandled_fault', 'absent'] satisfies EventKind[]);

type Reason = Verdict['reasons'][number];

/** What a core that has not finished says about the run; cores that are idle say nothing. */
const UNFINISHED: Readonly<Partial<Record<CoreStatus, string>>> = {
  running: 'is still running',
  halted: 'stopped without finishing',
};

export function verdict(tape: Tape, names: Names): Verdict {
  const { program, log, position, machine } = tape;
  const failures = log
    .endings(position)
    .filter(({ event }) => FAILURES.has(event.kind))
    .map(({ event, word }) => reason(describeEvent(event, names), word));
  const expectations = program.expectations.flatMap((expectation, i): Reason[] => {
    const event = log.matched(i, position);
    if (expectation.never === (event === undefined)) return [];
    return [
      {
        text: event
          ? `happened although it never should: ${expectation.text}; ${describeEvent(event, names)}`
          : `never happened: ${expectation.text}`,
        at: expectation.range,
      },
    ];
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
