/** What each of the requests that move the program asks of the engine. */
import type { Arguments } from '../arguments.ts';
import type { Engine, Granularity, How, Outcome, StepOptions, StopSet, Work } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Session } from '../session.ts';

export interface Plan {
  readonly core: number;
  work(engine: Engine, stops: StopSet): Work<Outcome>;
  /** Whether it can be given up and begun again, when breakpoints change under way: a step's target would be lost. */
  readonly renewable?: boolean;
  /** Log points speak only when the program moves forward. */
  readonly silent?: boolean;
  readonly stops?: () => StopSet;
  /** On the way to where the user begins: nothing counts before that. */
  readonly boot?: boolean;
  /** What the stop is called where the plan arrives, if not a step. */
  readonly reason?: string;
  /** What a client that shows progress calls it; a program that runs shows that by itself. */
  readonly title?: string;
}

const GRANULARITIES: readonly Granularity[] = ['statement', 'line', 'instruction'];

export const granularityOf = (args: Arguments): Granularity => args.oneOf('granularity', GRANULARITIES, 'statement');

export function optionsOf({ program: { launch, program } }: Session, args: Arguments, stops?: StopSet): StepOptions {
  const library = program.images.filter(({ image }) => image.library).map(({ image }) => image.name);
  return {
    ...(launch.justMyImage && { skip: new Set(library) }),
    ...(args.flag('singleThread') && { alone: true }),
    ...(stops && { stops }),
  };
}

export function stepPlan(session: Session, how: How, args: Arguments, core: number): Plan {
  const granularity = granularityOf(args);
  const options = optionsOf(session, args);
  return { core, work: (engine, stops) => engine.step(how, granularity, core, stops, options) };
}

export function targetPlan({ program: { engine } }: Session, args: Arguments, core: number): Plan {
  const target = args.integer('targetId');
  if (!engine.stepTargets(core).some(({ id }) => id === target)) {
    throw new RequestError('stale', 'The statement that is about to execute makes no such call.');
  }
  return { core, work: (engine, stops) => engine.stepIntoTarget(target, core, stops) };
}

export function stepBackPlan(session: Session, how: How, args: Arguments, core: number): Plan {
  const granularity = granularityOf(args);
  const options = optionsOf(session, args);
  return { core, silent: true, title: 'Stepping back', work: (engine) => engine.stepBack(how, granularity, core, options) };
}

export function finishPlan(session: Session, args: Arguments, core: number): Plan {
  const options = optionsOf(session, args);
  return { core, work: (engine, stops) => engine.finishExcursion(core, stops, options) };
}

export function finishBackPlan(session: Session, args: Arguments, core: number): Plan {
  const options = optionsOf(session, args);
  return { core, silent: true, title: 'Going back', work: (engine) => engine.finishExcursionBack(core, options) };
}

export function restartPlan(core: number, frame: number): Plan {
  return { core, silent: true, reason: 'restart', title: 'Going back', work: (engine) => engine.restartFrame(core, frame) };
}

/** Forward with the other cores standing still: that they do, and that they go on, are inputs of the run. */
export function* alone(engine: Engine, core: number, work: Work<Outcome>): Work<Outcome> {
  engine.input([{ kind: 'only', core }]);
  try {
    return yield* work;
  } finally {
    engine.input([{ kind: 'only' }]);
  }
}
