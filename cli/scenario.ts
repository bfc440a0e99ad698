/** One scenario, run to its end. */
import type { Outcome } from '../debug-adapter/engine/engine.ts';
import { createEngine } from '../debug-adapter/engine/run.ts';
import { type TraceLine, trace } from '../debug-adapter/engine/trace.ts';
import { namesOf } from '../debug-adapter/names.ts';
import type { Program } from '../language/index.ts';
import { describeEvent } from '../machine/index.ts';
import type { Options } from './arguments.ts';
import { type CorePlace, circlesOf, coresOf } from './cores.ts';
import { findings, type Reason } from './findings.ts';
import { finish } from './work.ts';

export interface EventLine {
  readonly step: number;
  readonly core: number;
  readonly text: string;
}

export interface Result {
  readonly passed: boolean;
  readonly outcome: 'end' | 'stepLimit';
  readonly steps: number;
  /** What secrets, and the schedule if it is not by turns, derive from. */
  readonly seed: number;
  readonly reasons: readonly Reason[];
  readonly cores: readonly CorePlace[];
  /** Of a run that failed, oldest first. */
  readonly lastEvents: readonly EventLine[];
}

const NO_STOPS = { words: [], events: [] };
const LAST_EVENTS = 5;

/** Runs a program, handing the lines of its flow to `print` if somebody wants them. */
export function runScenario(
  program: Program,
  { stepLimit, verbose }: Pick<Options, 'stepLimit' | 'verbose'>,
  print?: (line: TraceLine) => void,
): Result {
  const engine = createEngine(program);
  const names = namesOf(program);
  const outcome: Outcome = finish(print ? trace(engine, { verbose, names, limit: stepLimit }, print) : engine.run(NO_STOPS, stepLimit));
  const steps = engine.position;
  const endless = outcome.kind === 'stepLimit';
  const { passed, reasons } = endless ? { passed: false, reasons: [] } : engine.verdict();
  const lastEvents = passed ? [] : engine.events(Math.max(0, engine.eventCount - LAST_EVENTS), LAST_EVENTS);
  return {
    passed,
    outcome: endless ? 'stepLimit' : 'end',
    steps,
    seed: program.seed,
    lastEvents: lastEvents.map((event) => ({ step: event.step, core: event.core, text: describeEvent(event, names) })),
    reasons: endless ? [{ text: `no end after ${steps} steps; --step-limit N allows more` }] : findings(engine, reasons),
    cores: endless ? circlesOf(engine) : coresOf(engine),
  };
}
