/** The engine: runs of one program that can be moved forwards and backwards. Its parts stand in files of their own. */
import type { Program } from '../../language/index.ts';
import type { Core, Event, EventKind, Machine, RegisterView } from '../../machine/index.ts';
import { namesOf } from '../names.ts';
import { activationAt, stepBack, toBirth } from './back.ts';
import { difference } from './difference.ts';
import type {
  Bookmark,
  Difference,
  Engine,
  Frame,
  Granularity,
  Hit,
  How,
  NumberedEvent,
  Outcome,
  RunInfo,
  RunPosition,
  StepOptions,
  StepTarget,
  StopSet,
  Target,
  ValueHistory,
  Verdict,
  Work,
  WorldLine,
  Writer,
} from './engine.ts';
import { explain, explainLastFault } from './explain.ts';
import { resolve } from './eye.ts';
import { stackOf } from './frames.ts';
import { SCALE, type Scale } from './history.ts';
import type { Input, InputAt } from './input.ts';
import { heldCore } from './inputs.ts';
import { countEvents, eventsOf, type FindOptions, findEvents } from './recall.ts';
import { reverse } from './reverse.ts';
import { inputsOf, type RunFile, type RunOptions, saveRun } from './run-file.ts';
import { lastWrite, valueHistory } from './search.ts';
import { step } from './step.ts';
import { Stops } from './stops.ts';
import { Tape } from './tape.ts';
import { stepIntoTarget, stepTargets } from './targets.ts';
import { verdict } from './verdict.ts';
import { worldLines } from './worlds.ts';

export interface EngineOptions {
  /** How closely the past is kept. */
  readonly scale?: Partial<Scale>;
}

/** A program runs in one engine at a time: stops are marks on its words. */
export function createEngine(program: Program, options: EngineOptions = {}): Engine {
  return new Run(program, options);
}

class Run implements Engine {
  private readonly tape: Tape;
  private marks: readonly Bookmark[] = [];

  constructor(
    readonly program: Program,
    options: EngineOptions,
  ) {
    this.tape = new Tape(program, { ...SCALE, ...options.scale });
  }

  // ------------------------------------------------------------------ where it is

  get machine(): Machine {
    return this.tape.machine;
  }

  get position(): number {
    return this.tape.position;
  }

  get here(): RunPosition {
    return { run: this.tape.run, step: this.position };
  }

  get runs(): readonly RunInfo[] {
    return this.tape.runs;
  }

  get inputs(): readonly InputAt[] {
    return this.tape.inputs.all.slice(0, this.tape.given);
  }

  get ended(): boolean {
    return this.machine.next === undefined;
  }

  // ------------------------------------------------------------------ moving

  *run(set: StopSet, limit = Number.POSITIVE_INFINITY): Work<Outcome> {
    const stops = this.stops(set);
    stops.arm();
    try {
      const hits = yield* this.tape.forward(this.position + limit, stops.watch());
      if (hits) return { kind: 'stop', hits };
      return { kind: this.ended ? 'end' : 'stepLimit' };
    } finally {
      stops.disarm();
    }
  }

  reverse(set: StopSet): Work<Outcome> {
    return reverse(this.tape, this.stops(set));
  }

  step(how: How, granularity: Granularity, core: number, set: StopSet, options: StepOptions = {}): Work<Outcome> {
    return this.moving(core, options, () => step(this.tape, how, granularity, this.core(core), this.stops(set), options.skip));
  }

  stepBack(how: How, granularity: Granularity, core: number, { skip, stops }: StepOptions = {}): Work<Outcome> {
    return stepBack(this.tape, how, granularity, this.core(core), { skip, stops: stops && this.stops(stops) });
  }

  finishExcursion(core: number, set: StopSet, options: StepOptions = {}): Work<Outcome> {
    return this.moving(core, options, () => step(this.tape, 'finish', 'statement', this.core(core), this.stops(set), options.skip));
  }

  finishExcursionBack(core: number, { skip, stops }: StepOptions = {}): Work<Outcome> {
    return stepBack(this.tape, 'finish', 'statement', this.core(core), { skip, stops: stops && this.stops(stops) });
  }

  /** With the other cores standing still, if that is wanted. */
  private *moving(core: number, { alone = false }: StepOptions, work: () => Work<Outcome>): Work<Outcome> {
    const { inputs, given } = this.tape;
    const held = heldCore(inputs.all.slice(0, given));
    if (!alone || held === core || this.machine.cores.length === 1) return yield* work();
    this.input([{ kind: 'only', core }]);
    try {
      return yield* work();
    } finally {
      this.input([held === undefined ? { kind: 'only' } : { kind: 'only', core: held }]);
    }
  }

  stepTargets(core: number): StepTarget[] {
    return stepTargets(this.tape, this.core(core));
  }

  stepIntoTarget(target: number, core: number, set: StopSet): Work<Outcome> {
    return stepIntoTarget(this.tape, target, this.core(core), this.stops(set));
  }

  restartFrame(core: number, frame: number): Work<Outcome> {
    return toBirth(this.tape, this.core(core), frame, activationAt(this.tape, this.core(core), frame));
  }

  *seek(position: number): Work<void> {
    yield* this.tape.travelTo(this.tape.runOf(this.tape.run), position);
  }

  *travel({ run, step }: RunPosition): Work<void> {
    yield* this.tape.travelTo(this.tape.runOf(run), step);
  }

  hits(set: StopSet): readonly Hit[] {
    const stops = this.stops(set);
    stops.arm();
    try {
      if (stops.data && this.position > 0) return now(this.tape.visit(() => stops.arrive(this.position)));
      const { events, log, position } = this.tape;
      const raised: Event[] = [];
      for (let i = events - 1; log.at(i)?.step === position - 1; i--) raised.unshift(log.at(i) as Event);
      return stops.hits(raised);
    } finally {
      stops.disarm();
    }
  }

  // ------------------------------------------------------------------ inputs, runs, bookmarks

  input(inputs: readonly Input[]): void {
    this.tape.input(inputs);
  }

  get bookmarks(): readonly Bookmark[] {
    return this.marks;
  }

  bookmark(name: string): Bookmark {
    const mark = { name, position: this.here };
    this.marks = [...this.marks.filter((each) => each.name !== name), mark];
    return mark;
  }

  removeBookmark(name: string): void {
    this.marks = this.marks.filter((each) => each.name !== name);
  }

  save(options: RunOptions = {}): RunFile {
    const { program, inputs, position } = this;
    const bookmarks = this.marks.filter(({ position: { run, step } }) => run === this.tape.run && step <= position);
    return saveRun({ program, options, inputs, position, bookmarks });
  }

  *load(file: RunFile): Work<void> {
    yield* this.tape.begin(inputsOf(file, this.program, this.machine), file.position);
    const { run } = this.tape;
    const names = new Set(file.bookmarks.map(({ name }) => name));
    const marks = file.bookmarks.map(({ name, step }): Bookmark => ({ name, position: { run, step } }));
    this.marks = [...this.marks.filter(({ name }) => !names.has(name)), ...marks];
  }

  // ------------------------------------------------------------------ what happened

  get eventCount(): number {
    return this.tape.events;
  }

  events(from: number, count: number): Event[] {
    return eventsOf(this.tape, from, Math.min(from + count, this.eventCount));
  }

  countEvents(kinds: readonly EventKind[]): Work<number> {
    return countEvents(this.tape, kinds);
  }

  findEvents(kinds: readonly EventKind[], from: number, count: number, options: FindOptions = {}): Work<NumberedEvent[]> {
    return findEvents(this.tape, kinds, from, count, options);
  }

  lastWrite(target: Target): Work<Writer | undefined> {
    return lastWrite(this.tape, target);
  }

  valueHistory(target: Target, options: { readonly count: number; readonly before?: number }): Work<ValueHistory> {
    return valueHistory(this.tape, target, options);
  }

  difference(from: RunPosition, to: RunPosition): Work<Difference> {
    return difference(this.tape, from, to);
  }

  explainLastFault(): ReturnType<Engine['explainLastFault']> {
    return explainLastFault(this.tape);
  }

  explain(step: number): ReturnType<Engine['explain']> {
    return explain(this.tape, step);
  }

  // ------------------------------------------------------------------ what there is

  stack(core: number): Frame[] {
    return stackOf(this.tape, this.core(core));
  }

  worlds(): WorldLine[] {
    return worldLines(this.tape);
  }

  resolve(view: RegisterView, core: number, va: bigint): ReturnType<Engine['resolve']> {
    return resolve(this.core(core), view, va);
  }

  verdict(): Verdict {
    return verdict(this.tape, namesOf(this.program));
  }

  private stops(set: StopSet): Stops {
    return new Stops(this.tape, set);
  }

  private core(id: number): Core {
    const core = this.machine.cores[id];
    if (core === undefined) throw new RangeError(`there is no core ${id}`);
    return core;
  }
}

/** Does work at once. */
function now<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
