/** The engine: one run of a program that can be moved forwards and backwards. Its parts stand in files of their own. */
import type { Program } from '../../language/index.ts';
import type { Core, Event, Machine, RegisterView } from '../../machine/index.ts';
import { namesOf } from '../names.ts';
import { stepBack } from './back.ts';
import type {
  Bookmark,
  Engine,
  Frame,
  Granularity,
  Hit,
  How,
  InputAt,
  Outcome,
  RunPosition,
  RunInfo,
  StopSet,
  Target,
  Verdict,
  Work,
  WorldLine,
  Writer,
} from './engine.ts';
import { explain, explainLastFault } from './explain.ts';
import { resolve } from './eye.ts';
import { stackOf } from './frames.ts';
import { SCALE, type Scale } from './history.ts';
import { eventsOf } from './recall.ts';
import { reverse } from './reverse.ts';
import { lastWrite } from './search.ts';
import { step } from './step.ts';
import { Stops } from './stops.ts';
import { Tape } from './tape.ts';
import { verdict } from './verdict.ts';
import { worldLines } from './worlds.ts';

export interface EngineOptions {
  /** How closely the past is kept. */
  readonly scale?: Partial<Scale>;
}

const later = (): never => {
  throw new Error('not built yet');
};

/** A program runs in one engine at a time: stops are marks on its words. */
export function createEngine(program: Program, options: EngineOptions = {}): Engine {
  return new Run(program, options);
}

class Run implements Engine {
  private readonly tape: Tape;

  constructor(
    readonly program: Program,
    options: EngineOptions,
  ) {
    this.tape = new Tape(program, { ...SCALE, ...options.scale });
  }

  get machine(): Machine {
    return this.tape.machine;
  }

  get position(): number {
    return this.tape.position;
  }

  get ended(): boolean {
    return this.machine.next === undefined;
  }

  *run(set: StopSet, limit = Number.POSITIVE_INFINITY): Work<Outcome> {
    const stops = new Stops(this.machine, set);
    stops.arm();
    try {
      const last = this.position + limit;
      const hits = yield* this.tape.forward(last, stops.watch(this.tape.raised));
      if (hits) return { kind: 'stop', hits };
      return { kind: this.ended ? 'end' : 'stepLimit' };
    } finally {
      stops.disarm();
    }
  }

  reverse(set: StopSet): Work<Outcome> {
    return reverse(this.tape, new Stops(this.machine, set));
  }

  step(how: How, granularity: Granularity, core: number, set: StopSet): Work<Outcome> {
    return step(this.tape, how, granularity, this.core(core), new Stops(this.machine, set));
  }

  stepBack(how: How, granularity: Granularity, core: number): Work<Outcome> {
    return stepBack(this.tape, how, granularity, this.core(core));
  }

  *seek(position: number): Work<void> {
    const { frontier } = this.tape;
    if (position <= frontier) yield* this.tape.seek(position);
    else yield* this.tape.travel(() => this.beyond(frontier, position));
  }

  /** Further than the run has come so far. */
  private *beyond(frontier: number, position: number): Work<void> {
    yield* this.tape.seek(frontier);
    yield* this.tape.forward(position);
  }

  hits(set: StopSet): Hit[] {
    const stops = new Stops(this.machine, set);
    stops.arm();
    const { events, log, position } = this.tape;
    const raised: Event[] = [];
    for (let i = events - 1; log.at(i)?.step === position - 1; i--) raised.unshift(log.at(i) as Event);
    const hits = stops.hits(raised);
    stops.disarm();
    return hits;
  }

  edit(change: (machine: Machine) => void): void {
    this.tape.edit(change);
  }

  get here(): RunPosition {
    return { run: 1, step: this.position };
  }
  readonly runs: readonly RunInfo[] = [];
  readonly inputs: readonly InputAt[] = [];
  readonly bookmarks: readonly Bookmark[] = [];
  readonly finishExcursion = later;
  readonly finishExcursionBack = later;
  readonly stepTargets = later;
  readonly stepIntoTarget = later;
  readonly restartFrame = later;
  readonly travel = later;
  readonly input = later;
  readonly bookmark = later;
  readonly removeBookmark = later;
  readonly save = later;
  readonly load = later;
  readonly countEvents = later;
  readonly findEvents = later;
  readonly valueHistory = later;
  readonly difference = later;

  get eventCount(): number {
    return this.tape.events;
  }

  events(from: number, count: number): Event[] {
    return eventsOf(this.tape, from, Math.min(from + count, this.eventCount));
  }

  stack(core: number): Frame[] {
    return stackOf(this.tape, this.core(core));
  }

  worlds(): WorldLine[] {
    return worldLines(this.tape);
  }

  lastWrite(target: Target): Work<Writer | undefined> {
    return lastWrite(this.tape, target);
  }

  explainLastFault(): ReturnType<Engine['explainLastFault']> {
    return explainLastFault(this.tape);
  }

  explain(step: number): ReturnType<Engine['explain']> {
    return explain(this.tape, step);
  }

  resolve(view: RegisterView, core: number, va: bigint): ReturnType<Engine['resolve']> {
    return resolve(this.core(core), view, va);
  }

  verdict(): Verdict {
    return verdict(this.tape, namesOf(this.program));
  }

  private core(id: number): Core {
    const core = this.machine.cores[id];
    if (core === undefined) throw new RangeError(`there is no core ${id}`);
    return core;
  }
}
