/**
 * Steps backward: the mirror images of steps forward. Every step of a core is an arrival, of the context that it then
 * runs, at a word; the past is looked through for the last arrival from which the forward step would have come here.
 */
import type { SourceRange, WordInfo } from '../../language/index.ts';
import type { Core } from '../../machine/index.ts';
import { type Activation, activationOf, BASE, standing } from './activation.ts';
import type { Granularity, How, Outcome, Work } from './engine.ts';
import { stackOf } from './frames.ts';
import type { Segment } from './history.ts';
import type { Context } from './ledger.ts';
import type { Stops } from './stops.ts';
import { intersect, kindMask, raisedAny, type Summary } from './summary.ts';
import type { Tape } from './tape.ts';

interface Arrival {
  readonly position: number;
  readonly core: number;
  readonly word: WordInfo | undefined;
  readonly context: Context;
  readonly sp: bigint;
  /** Whether an interrupt comes before the word. */
  readonly interrupted: boolean;
}

/** Besides steps: back to where the running context was entered. */
type Way = How | 'finish';

const CROSSINGS = kindMask(['exception_entry', 'exception_return']);

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
    private readonly how: Way,
    private readonly granularity: Granularity,
    private readonly core: number,
    /** The words of all functions on the stack. */
    private readonly words: Uint32Array,
    context: Context,
    sp: bigint,
    private readonly skip: ReadonlySet<string> | undefined,
  ) {
    this.context = context;
    this.level = sp;
  }

  /** Where to go, if `arrival` settles it. */
  consider(arrival: Arrival): number | undefined {
    if (this.how === 'finish') return this.lastBefore(arrival);
    return this.how === 'into' ? this.lastOf(arrival) : this.lastIn(arrival);
  }

  /** What is left when there is no more past. */
  get fallback(): number | undefined {
    return this.best?.position;
  }

  /** Whether a stretch can hold what is looked for; elsewhere nothing on the stack moved. */
  mayBeIn(summary: Summary, { start, end }: Segment): boolean {
    if (this.how === 'into' || this.strayed) return true;
    if (this.how === 'finish') return raisedAny(summary, CROSSINGS);
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

  private lastBefore(arrival: Arrival): number | undefined {
    if (arrival.core !== this.core || (!this.strayed && arrival.context.id === this.context.id)) return undefined;
    this.strayed = true;
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
    // What a fault or an interrupt in between had called for is over there, and the word is done again: it began earlier.
    if (!outside && this.granularity !== 'instruction' && arrival.context.again === arrival.position) return undefined;
    this.level = arrival.sp;
    if (this.how === 'out') return outside && this.counts(arrival) ? arrival.position : undefined;
    return this.fits(arrival);
  }

  private counts({ word, interrupted }: Arrival): boolean {
    return (!interrupted || this.granularity === 'instruction') && !(word !== undefined && this.skip?.has(word.image));
  }

  /** By line, the first of the statements on the line is meant. */
  private fits(arrival: Arrival): number | undefined {
    if (!this.counts(arrival)) return undefined;
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

export interface BackOptions {
  readonly skip?: ReadonlySet<string>;
  /** Stops that end it early. */
  readonly stops?: Stops;
}

export function* stepBack(tape: Tape, how: Way, granularity: Granularity, core: Core, options: BackOptions = {}): Work<Outcome> {
  const { running } = tape.contexts(core);
  const words = how === 'into' || how === 'finish' ? new Uint32Array() : wordsOnStack(tape, core, 0);
  const { word } = standing(tape, core);
  const skip = word !== undefined && options.skip?.has(word.image) ? undefined : options.skip;
  const hindsight = new Hindsight(how, granularity, core.id, words, running, activationOf(tape, core).sp, skip);
  const { stops } = options;
  stops?.arm();
  try {
    return yield* tape.travel(function* (): Work<Outcome> {
      const before = tape.position;
      const found = yield* tape.backwards(
        before,
        (summary, segment) => hindsight.mayBeIn(summary, segment),
        (end) => newest(arrivals(tape, end), (arrival) => hindsight.consider(arrival)),
      );
      const position = found ?? hindsight.fallback ?? 0;
      const stop = yield* stops?.last(before, position) ?? nothing();
      if (stops && stop !== undefined) return { kind: 'stop', hits: yield* stops.arrive(stop) };
      yield* tape.seek(position);
      return { kind: position > 0 ? 'step' : 'start' };
    });
  } finally {
    stops?.disarm();
  }
}

function* nothing(): Work<undefined> {}

/** The activation of a frame of a core's stack. */
export function activationAt(tape: Tape, core: Core, index: number): Activation {
  const frame = stackOf(tape, core)[index];
  if (frame?.word === undefined) throw new RangeError('only a frame with code can be restarted');
  const context = frame.context === 0 ? tape.contexts(core).running.id : frame.context;
  return { context, sp: frame.fn?.kind === 'fn' && frame.sp !== undefined ? frame.sp : BASE };
}

/** To the birth of an activation that waits or runs on a core: the position before the first word of the call. */
export function* toBirth(tape: Tape, core: Core, frame: number, { context, sp }: Activation): Work<Outcome> {
  const words = wordsOnStack(tape, core, frame);
  const { cores } = tape.ledger;
  const born = [...cores.flatMap(({ running, chain }) => [running, ...chain]), ...tape.parked].find(({ id }) => id === context)?.birth ?? 0;
  let best = tape.position;
  return yield* tape.travel(function* (): Work<Outcome> {
    yield* tape.backwards(
      tape.position,
      (summary, { start, end }) => (start.step < born && born <= end) || intersect(summary.words, words),
      (end) =>
        newest(arrivals(tape, end), (arrival) => {
          if (arrival.position < born) return true;
          if (arrival.context.id !== context) return undefined;
          if (arrival.sp > sp) return true;
          best = arrival.position;
          return undefined;
        }),
    );
    yield* tape.seek(born === 0 && sp === BASE ? 0 : best);
    return { kind: tape.position > 0 ? 'step' : 'start' };
  });
}

/** The words of the functions on a core's stack, from a frame on outwards. */
function wordsOnStack(tape: Tape, core: Core, from: number): Uint32Array {
  const functions = new Set(
    stackOf(tape, core)
      .slice(from)
      .flatMap(({ fn }) => (fn ? [fn] : [])),
  );
  return tape.words.set([...tape.program.dictionary.values()].filter(({ fn }) => functions.has(fn)));
}

/** The first answer to arrivals, the newest first. */
function newest<T>(arrivals: readonly Arrival[], consider: (arrival: Arrival) => T | undefined): T | undefined {
  for (let i = arrivals.length - 1; i >= 0; i--) {
    const found = consider(arrivals[i]);
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
    const context = tape.contexts(core).running;
    seen.push({ position: tape.position, core: core.id, word: stand.word, context, sp, interrupted: core.willInterrupt() });
  }
  return seen;
}
