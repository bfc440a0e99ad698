/** What the user does to the machine by hand. Each is an input of the run; in the past it begins another run, and says so. */
import type { Input } from '../engine/engine.ts';
import { plural } from '../format.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';

/** Gives inputs at the position; whatever shows the machine is told to look again. */
export function giveInputs(session: Session, exchange: Exchange, inputs: readonly Input[]): void {
  const { program, execution } = session;
  const { engine } = program;
  const before = engine.here.run;
  const left = engine.runs.find(({ id }) => id === before);
  engine.input(inputs);
  program.changed();
  const { run, step } = engine.here;
  if (run !== before) {
    const future = left ? `, and its ${plural(left.end - step, 'step')} from here on` : '';
    session.output('console', `The past was changed: this is run ${run} now. Run ${before} is kept as it was${future}.`);
  }
  exchange.afterwards(() => execution.announceChange());
}
