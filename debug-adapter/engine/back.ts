/**
 * Steps backward: the mirror images of steps forward. Every step of a core is an arrival, of the context that it then
 * runs, at a word; the past is looked through for the last arrival from which the forward step would have come here.
 */
import type { SourceRange, WordInfo } from '../../language/index.ts';
import type { Core } from '../../machine/index.ts';
import { activationOf, standing } from './activation.ts';
import type { Granularity, How, Outcome, Work } from './engine.ts';
import { stackOf } from './frames.ts';
import type { Segment } from './history.ts';
import type { Context } from './ledger.ts';
import { intersect, type Summary } from './summary.ts';
import type { Tape } from './tape.ts';

interface Arrival {
  readonly position: number;
  readonly core: number;
  readonly word: WordInfo | undefined;
  readonly context: Context;
  readonly sp: bigint;
}

/** Looks at arrivals, the newest first, until it knows where to stop. */
class Hindsight {
  /** The context looked for, and how deep on its stack: what is deeper was called from there. */
  private context: Context;
  private level: bigint | undefined;
  /** The first arrival seen is where the cursor is. */
  private here = true;
  private best: Arrival | undefined;
  /** Whether it is now another stack that is looked at. */
  private strayed = false;

  constructor(
    private readonly how: How,
    private readonly granularity: Granularity,
    private readonly core: number,
    /** The words of all functions on the stack. */
    private readonly words: Uint32Array,
    context: Context,
    sp: bigint,
  ) {
    this.context = context;
    this.level = sp;
  }

  /** Where to go, if `arrival` settles it. */
  consider(arrival: Arrival): number | undefined {
    return this.how === 'into' ? this.lastOf(arrival) : this.lastIn(arrival);
  }

  /** What is left when there is no more past. */
  get fallback(): number | undefined {
    return this.best?.position;
  }

  /** Whether a stretch can hold what is looked for; elsewhere nothing on the stack moved. */
  mayBeIn(summary: Summary, { start, end }: Segment): boolean {
    if (this.how === 'into' || this.strayed) return true;
    const { birth } = this.context;
    return (start.step < birth && birth <= end) || intersect(summary.words, this.words);
  }

  private lastOf(arrival: Arrival): number | undefined {
    if (arrival.core !== this.core) return undefined;
    if (this.here) {
      this.here = false;
      return undefined;
    }
    return this.fits(arrival);
  }

  private lastIn(arrival: Arrival): number | undefined {
    // Before it was born, whoever it interrupted stands for it.
    if (arrival.position < this.context.birth && arrival.context.id === this.context.below) {
      this.context = arrival.context;
      this.level = undefined;
      this.strayed = true;
    }
    if (arrival.context.id !== this.context.id) return undefined;
    if (this.here) {
      this.here = false;
      return undefined;
    }
    const { level } = this;
    if (level !== undefined && arrival.sp < level) return undefined;
    const outside = level === undefined || arrival.sp > level;
    if (outside && this.best) return this.best.position;
    this.level = arrival.sp;
    if (this.how === 'out') return outside ? arrival.position : undefined;
    return this.fits(arrival);
  }

  /** By line, the first of the statements on the line is meant. */
  private fits(arrival: Arrival): number | undefined {
    if (this.granularity === 'instruction') return arrival.position;
    if (!arrival.word?.statement) return undefined;
    if (this.granularity === 'statement') return arrival.position;
    if (this.best && !sameLine(this.best, arrival)) return this.best.position;
    this.best = arrival;
    return undefined;
  }
}

function sameLine(a: Arrival, b: Arrival): boolean {
  const [p, q]: (SourceRange | undefined)[] = [a.word?.range, b.word?.range];
  return p !== undefined && q !== undefined && p.uri === q.uri && p.line === q.line && a.context.id === b.context.id && a.sp === b.sp;
}

export function* stepBack(tape: Tape, how: How, granularity: Granularity, core: Core): Work<Outcome> {
  const { running } = tape.contexts(core);
  const functions = how === 'into' ? [] : stackOf(tape, core).flatMap(({ fn }) => (fn ? [fn] : []));
  const words = tape.words.set([...tape.program.dictionary.values()].filter(({ fn }) => functions.includes(fn)));
  const hindsight = new Hindsight(how, granularity, core.id, words, running, activationOf(tape, core).sp);
  return yield* tape.travel(function* (): Work<Outcome> {
    const found = yield* tape.backwards(
      tape.position,
      (summary, segment) => hindsight.mayBeIn(summary, segment),
      (end) => consider(arrivals(tape, end), hindsight),
    );
    const position = found ?? hindsight.fallback ?? 0;
    yield* tape.seek(position);
    return { kind: position > 0 ? 'step' : 'start' };
  });
}

function consider(arrivals: readonly Arrival[], hindsight: Hindsight): number | undefined {
  for (let i = arrivals.length - 1; i >= 0; i--) {
    const found = hindsight.consider(arrivals[i]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The arrivals from where the tape stands up to `end`. */
function arrivals(tape: Tape, end: number): Arrival[] {
  const seen: Arrival[] = [];
  while (tape.position < end) {
    tape.play(tape.position + 1);
    const core = tape.stepped;
    if (core === undefined) break;
    const stand = standing(tape, core);
    const { sp } = activationOf(tape, core, stand);
    seen.push({ position: tape.position, core: core.id, word: stand.word, context: tape.contexts(core).running, sp });
  }
  return seen;
}
