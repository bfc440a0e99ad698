/**
 * Steps forward. What a step aims at is an activation: one call of a function, wherever and on whichever core it goes on.
 * When it ends, the step goes on in its caller, and when its whole context is gone, in the nearest ancestor that lives.
 */
import type { SourceRange, WordInfo } from '../../language/index.ts';
import type { Core } from '../../machine/index.ts';
import type { Granularity, Outcome, Work } from './engine.ts';
import { upcoming } from './eye.ts';
import { type Activation, activationOf, activations } from './frames.ts';
import type { Stops } from './stops.ts';
import type { Tape } from './tape.ts';

export type How = 'over' | 'into' | 'out';

const sameLine = (a: SourceRange | undefined, b: SourceRange): boolean => a !== undefined && a.uri === b.uri && a.line === b.line;

class Aim {
  /** Where the step started, and who waits for it there: innermost first. */
  private readonly ancestors: readonly Activation[];
  private readonly line: SourceRange | undefined;
  /** Index of the innermost ancestor that is not known to have ended. */
  private target = 0;
  private ledger: unknown;
  note: string | undefined;

  constructor(
    private readonly tape: Tape,
    private readonly how: How,
    private readonly granularity: Granularity,
    private readonly core: Core,
  ) {
    this.ancestors = activations(core, tape.contexts(core));
    this.line = upcoming(core)?.range;
    if (how === 'out') this.target = 1;
  }

  /** Whether the step arrived, `core` having done the step just done. */
  arrived(core: Core): boolean {
    const word = upcoming(core);
    if (this.how === 'into' || this.ancestors.length === 0) return core === this.core && this.into(core, word);
    this.mourn();
    // Stepping out of what nobody waits for ends with the run.
    if (this.target >= this.ancestors.length) return this.note !== undefined && core === this.core && this.into(core, word);
    return this.reached(core, word);
  }

  private into(core: Core, word: WordInfo | null): boolean {
    if (this.granularity === 'instruction') return true;
    if (!word?.statement) return false;
    if (this.granularity === 'statement' || !sameLine(this.line, word.range)) return true;
    const now = activationOf(core, this.tape.contexts(core).running);
    const [from] = this.ancestors;
    return from === undefined || now.context !== from.context || now.sp !== from.sp;
  }

  private reached(core: Core, word: WordInfo | null): boolean {
    if (!this.ancestors.some(({ context }) => this.mayRun(core, context))) return false;
    const now = activationOf(core, this.tape.contexts(core).running);
    // The stack grows downwards: whoever stood below SP has ended.
    const at = this.ancestors.findIndex(({ context, sp }) => context === now.context && sp >= now.sp);
    if (at < this.target) return false;
    this.target = at;
    if (this.ancestors[at].sp !== now.sp) return false;
    if (this.how === 'out' || this.granularity === 'instruction') return true;
    if (!word?.statement) return false;
    return this.granularity === 'statement' || at > 0 || !sameLine(this.line, word.range);
  }

  /** Cheap: what `contexts` answers is one of these. */
  private mayRun(core: Core, context: number): boolean {
    const { running, chain } = this.tape.ledger.cores[core.id];
    return running.id === context || chain.some(({ id }) => id === context);
  }

  /** Passes over ancestors whose contexts are no more. */
  private mourn(): void {
    const { ledger } = this.tape;
    if (ledger === this.ledger) return;
    this.ledger = ledger;
    const alive = (id: number): boolean =>
      ledger.cores.some(({ running, chain }) => running.id === id || chain.some((c) => c.id === id)) ||
      ledger.pool.some((c) => c.id === id);
    const first = this.target;
    while (this.target < this.ancestors.length && !alive(this.ancestors[this.target].context)) this.target++;
    if (this.target === first) return;
    const heir = this.ancestors[this.target]?.context;
    if (heir === undefined) this.note = 'What was stepped in has ended, and nothing waits for it.';
    else if (!ledger.cores.some(({ running }) => running.id === heir)) {
      this.note = 'What was stepped in has ended without returning to what waits for it; stopped where that went on.';
    }
  }
}

export function* step(tape: Tape, how: How, granularity: Granularity, core: Core, stops: Stops): Work<Outcome> {
  const aim = new Aim(tape, how, granularity, core);
  const { raised } = tape;
  stops.arm();
  try {
    const outcome = yield* tape.forward<Outcome>(Number.POSITIVE_INFINITY, {
      every: true,
      mask: stops.mask,
      look: () => {
        const hits = stops.hits(raised);
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
