/** One scenario, run to its end. */
import type { Engine, Outcome, Verdict, Work } from '../debug-adapter/engine/engine.ts';
import { createEngine } from '../debug-adapter/engine/run.ts';
import { type TraceLine, trace } from '../debug-adapter/engine/trace.ts';
import { namesOf } from '../debug-adapter/names.ts';
import type { Program, SourceRange } from '../language/index.ts';
import type { Options } from './arguments.ts';

export interface Result {
  readonly passed: boolean;
  readonly steps: number;
  readonly reasons: readonly { readonly text: string; readonly at?: SourceRange }[];
}

const NO_STOPS = { words: [], events: [] };

/** Nobody asks for anything meanwhile. */
function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Runs a program, handing the lines of its flow to `print` if somebody wants them. */
export function runScenario(program: Program, { stepLimit, verbose }: Options, print?: (line: TraceLine) => void): Result {
  const engine = createEngine(program);
  const outcome: Outcome = finish(
    print ? trace(engine, { verbose, names: namesOf(program), limit: stepLimit }, print) : engine.run(NO_STOPS, stepLimit),
  );
  const steps = engine.position;
  if (outcome.kind === 'stepLimit') return { passed: false, steps, reasons: [circles(engine)] };
  const { passed, reasons } = engine.verdict();
  return { passed, steps, reasons: reasons.map(({ text, at }) => ({ text, ...(at && { at: rangeOf(at) }) })) };
}

function rangeOf(at: NonNullable<Verdict['reasons'][number]['at']>): SourceRange {
  return 'range' in at ? at.range : at;
}

/** Steps looked at to say where a run without an end goes round. */
const SAMPLE = 2000;

/** Where the run was during its last steps; library code only if there was nothing else. */
function circles(engine: Engine): Result['reasons'][number] {
  const steps = engine.position;
  finish(engine.seek(Math.max(0, steps - SAMPLE)));
  const seen = new Map<string, { readonly at: SourceRange; readonly library: boolean; count: number }>();
  while (engine.position < steps) {
    const [top] = engine.stack(engine.machine.next?.id ?? 0);
    if (top?.word) {
      const place = seen.get(top.text) ?? { at: top.word.range, library: top.image?.library ?? false, count: 0 };
      place.count++;
      seen.set(top.text, place);
    }
    finish(engine.run(NO_STOPS, 1));
  }
  const places = [...seen].sort(([, a], [, b]) => Number(a.library) - Number(b.library) || b.count - a.count);
  const where = places.map(([name]) => name).slice(0, 5);
  const text = `no end after ${steps} steps: it goes round in ${where.join(', ')}; --step-limit N allows more`;
  const at = places[0]?.[1].at;
  return at ? { text, at } : { text };
}
