/**
 * Steps forward. What a step aims at is an activation: one call of a function, wherever and on whichever core it goes on.
 * When it ends, the step goes on in its caller, and when its whole context is gone, in the nearest ancestor that lives.
 */
import type { SourceRange, WordInfo } from '../../language/index.ts';
import type { Core } from '../../machine/index.ts';
import { type Activation, activationOf, activations } from './activation.ts';
import type { Granularity, How, Outcome, Work } from './engine.ts';
import { upcoming } from './eye.ts';
import type { Context, Ledger } from './ledger.ts';
import type { Stops } from './stops.ts';
import type { Tape } from './tape.ts';

const sameLine = (a: SourceRange | undefined, b: SourceRange): boolean => a !== undefined && a.uri === b.uri && a.line === b.line;

class Aim {
  /** Where the step started, and who waits for it there: innermost first. */
  private readonly ancestors: readonly Activation[];
  private readonly line: SourceRange | undefined;
  /** Index of the innermost ancestor that is not known to have ended. */
  private target = 0;
  private ledger: Ledger | undefined;
  private readonly skip: ReadonlySet<string> | undefined;
  /** The word where it started, while what comes first is an interrupt. */
  private untried: WordInfo | null = null;
  note: string | undefined;

  constructor(
    private readonly tape: Tape,
    private readonly how: How | 'finish',
    private readonly granularity: Granularity,
    private readonly core: Core,
    skip?: ReadonlySet<string>,
  ) {
    this.ancestors = activations(tape, core);
    const word = upcoming(core);
    this.line = word?.range;
    this.skip = word !== null && skip?.has(word.image) ? undefined : skip;
    if (granularity !== 'instruction' && core.willInterrupt()) this.untried = word;
    if (how === 'out') this.target = 1;
    if (how === 'finish') this.target = this.ancestors.findIndex(({ context }) => context !== this.ancestors[0].context);
  }

  /** Whether there is anything to go to. */
  get exists(): boolean {
    return this.target >= 0;
  }

  /** Whether the step arrived, `core` having done the step just done. */
  arrived(core: Core): boolean {
    // A core that has stopped for good has not arrived anywhere, and one that is interrupted is about to go elsewhere.
    if (core.status !== 'running' && core.status !== 'waiting') return false;
    if (this.granularity !== 'instruction' && core.willInterrupt()) return false;
    const word = upcoming(core);
    if (word !== null && this.skip?.has(word.image)) return false;
    if (this.how === 'into' || this.ancestors.length === 0) return core === this.core && this.into(core, word);
    if (this.target >= this.ancestors.length) return this.orphaned(core, word);
    const ledger = this.tape.settled(core);
    this.mourn(ledger);
    if (this.target >= this.ancestors.length) return this.orphaned(core, word);
    return this.reached(core, word, ledger.cores[core.id].running);
  }

  /** Where nobody waits any more, stepping over goes on with whatever runs; stepping out ends with the run. */
  private orphaned(core: Core, word: WordInfo | null): boolean {
    return this.how === 'over' && core === this.core && this.into(core, word);
  }

  private into(core: Core, word: WordInfo | null): boolean {
    if (this.granularity === 'instruction') return true;
    if (!word?.statement) return false;
    if (this.granularity === 'statement' || !sameLine(this.line, word.range)) return true;
    const now = activationOf(this.tape, core);
    const [from] = this.ancestors;
    return from === undefined || now.context !== from.context || now.sp !== from.sp;
  }

  private reached(core: Core, word: WordInfo | null, running: Context): boolean {
    // Ancestors in other contexts may well run while the one aimed at waits.
    const aimed = this.ancestors[this.target].context;
    if (running.id !== aimed) return false;
    const now = activationOf(this.tape, core);
    // The stack grows downwards: whoever stood below SP has ended.
    const at = this.ancestors.findIndex(({ context, sp }) => context === aimed && sp >= now.sp);
    if (at < 0) return this.derailed(word);
    if (at < this.target) return false;
    this.target = at;
    if (this.ancestors[at].sp !== now.sp || (at === 0 && this.redoes(word, running))) return false;
    if (this.how === 'out' || this.how === 'finish' || this.granularity === 'instruction') return true;
    if (!word?.statement) return false;
    return this.granularity === 'statement' || at > 0 || !sameLine(this.line, word.range);
  }

  /** Back at a word that is still to be done: what it called for by a fault, or what interrupted it, is over. */
  private redoes(word: WordInfo | null, { again }: Context): boolean {
    if (again === this.tape.position) return true;
    const { untried } = this;
    this.untried = null;
    return untried !== null && untried === word;
  }

  /** Above everything that waited here: the stack was changed by hand, by an attacker, say. Start code may well end up there. */
  private derailed(word: WordInfo | null): boolean {
    if (!word?.statement || word.fn.kind === 'start') return false;
    this.note = 'The stack is not what it was when the step began.';
    return true;
  }

  /** Passes over ancestors whose contexts are no more: to the next that runs or waits, else to one that is parked. */
  private mourn(ledger: Ledger): void {
    if (ledger === this.ledger) return;
    this.ledger = ledger;
    const present = new Set(ledger.cores.flatMap(({ running, chain }) => [running, ...chain]).map(({ id }) => id));
    const parked = new Set(ledger.pool.map(({ id }) => id));
    const aimed = this.ancestors[this.target].context;
    if (present.has(aimed) || parked.has(aimed)) return;
    const rest = this.ancestors.map(({ context }, i) => ({ context, i })).slice(this.target);
    const heir = rest.find(({ context }) => present.has(context)) ?? rest.find(({ context }) => parked.has(context));
    this.target = heir?.i ?? this.ancestors.length;
    if (heir === undefined) this.note = 'What was stepped in has ended, and nothing waits for it.';
    else if (!ledger.cores.some(({ running }) => running.id === heir.context)) {
      this.note = 'What was stepped in has ended without returning to what waits for it; stopped where that went on.';
    }
  }
}

export function* step(
  tape: Tape,
  how: How | 'finish',
  granularity: Granularity,
  core: Core,
  stops: Stops,
  skip?: ReadonlySet<string>,
): Work<Outcome> {
  const aim = new Aim(tape, how, granularity, core, skip);
  if (!aim.exists) return { kind: 'step', note: 'No other world waits for this one: there is no excursion to finish.' };
  stops.arm();
  try {
    const outcome = yield* tape.forward<Outcome>(Number.POSITIVE_INFINITY, {
      every: true,
      mask: stops.mask,
      data: stops.data,
      look: () => {
        const hits = stops.hits();
        if (hits.length > 0) return { kind: 'stop', hits };
        if (!tape.stepped || !aim.arrived(tape.stepped)) return undefined;
        return { kind: 'step', ...(aim.note !== undefined && { note: aim.note }) };
      },
    });
    return outcome ?? { kind: 'end' };
  } finally {
    stops.disarm();
  }
}
