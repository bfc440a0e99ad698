/**
 * The excursion ledger: which contexts wait for which. A context is one flow of execution in one privilege state, on one
 * stack, under one translation root; each core runs one, below it waits a chain of interrupted ones, and beside all
 * cores there is a pool of parked ones, which whoever knows their registers may resume, on any core.
 *
 * The ledger is a value: events make a new one of the old one, every snapshot keeps one, and the machine never reads it.
 * What software did between two events is inferred from stacks: where frames stand is a fact, where PC stands is only
 * evidence, since firmware edits return addresses.
 */
import type { FunctionInfo, WordInfo } from '../../language/index.ts';
import type { RegisterView } from '../../machine/index.ts';

/** The frames of a context: SP of the innermost, end of the outermost, and the function that the stack starts with. */
export interface Extent {
  readonly sp: bigint;
  readonly top: bigint;
  readonly base: FunctionInfo | undefined;
}

/** How a context was left. */
export interface Departure {
  /** Steps done when it had been left. */
  readonly position: number;
  /** Its registers and regime, as of departure. */
  readonly view: RegisterView;
  readonly roots: readonly bigint[];
  readonly extent: Extent;
  /** The word that left it, and its address. */
  readonly word: WordInfo | undefined;
  readonly at: bigint;
  /** Where it is expected to go on. */
  readonly pc: bigint;
  /** Whether that word was tried and did not get done: it will be executed again. */
  readonly tried: boolean;
  /** What left it, as the stack's label says it: `SMC from Non-secure EL2`. */
  readonly cause: string;
}

export interface Context {
  /** Unlike any other of the run, and the same whenever the run is replayed. */
  readonly id: number;
  /** Position at which it began: the step before it was the crossing. */
  readonly birth: number;
  /** How it began, if no exception entry did: `exception return from Root EL3`. */
  readonly origin: string;
  /** Context that it interrupted, or that waited on top of the chain when it began; 0: none. */
  readonly below: number;
  /** Context that was parked last when this one took its place; 0: none. */
  readonly instead?: number;
  /** Core that ran it last. */
  readonly core: number;
  /** Position at which it went on, last time, with a word that it had tried before. */
  readonly again?: number;
  /** Present while it waits or is parked. */
  readonly departure?: Departure;
}

export interface CoreContexts {
  readonly running: Context;
  /** Waiting contexts, the oldest first. */
  readonly chain: readonly Context[];
  /** SP where a `suspend` began that has not left yet. */
  readonly suspending?: bigint;
}

export interface Ledger {
  readonly cores: readonly CoreContexts[];
  /** Parked contexts, the oldest first. */
  readonly pool: readonly Context[];
  readonly nextId: number;
}

/** What identifies a context to whoever returns to it. */
export interface Key {
  readonly state: number;
  readonly roots: readonly bigint[];
  readonly sp: bigint;
}

/** A fault in a fault handler's first words repeats for ever; the chain must not grow with it. */
const MAX_CHAIN = 64;
const MAX_POOL = 256;

export function initialLedger(cores: number): Ledger {
  return {
    cores: Array.from({ length: cores }, (_, core) => ({
      running: { id: core + 1, birth: 0, origin: 'reset', below: 0, core },
      chain: [],
    })),
    pool: [],
    nextId: cores + 1,
  };
}

type Left = Context & { readonly departure: Departure };
const left = (context: Context): context is Left => context.departure !== undefined;

const sameRegime = (d: Departure, state: number, roots: readonly bigint[]): boolean =>
  d.view.state === state && d.roots.every((root, i) => root === roots[i]);

const overlap = (a: Extent, b: Extent): boolean => a.sp < b.top && b.sp < a.top;

function matches(context: Context, key: Key): context is Left {
  return left(context) && sameRegime(context.departure, key.state, key.roots) && context.departure.extent.sp === key.sp;
}

/** Parks contexts; what waits on a stack that a newer one uses is superseded. */
function park(pool: readonly Context[], parked: readonly Context[]): readonly Context[] {
  if (parked.length === 0) return pool;
  const kept = parked.reduce((rest, context) => supersede(rest, context), pool);
  return [...kept, ...parked].slice(-MAX_POOL);
}

/** Drops from the pool what stands where the frames of `context` stand now. */
function supersede(pool: readonly Context[], { departure }: Context): readonly Context[] {
  if (departure === undefined) return pool;
  const { view, roots, extent } = departure;
  const dead = (p: Context): boolean =>
    left(p) && sameRegime(p.departure, view.state, roots) && (overlap(p.departure.extent, extent) || p.departure.extent.sp === extent.sp);
  return pool.some(dead) ? pool.filter((p) => !dead(p)) : pool;
}

/**
 * Finds out who runs on a core really. Software may have gone on in a waiting context without any event: an RMM's exit
 * vector jumps back to where its run-realm routine waits. Then the running frames stand where those of the waiting
 * context stood: it is that context that runs, and what waited above it is parked.
 */
export function settle(ledger: Ledger, core: number, state: number, roots: readonly bigint[], extent: Extent): Ledger {
  const { running, chain } = ledger.cores[core];
  const resumed = chain.findIndex((c) => left(c) && sameRegime(c.departure, state, roots) && overlap(c.departure.extent, extent));
  if (resumed < 0) return ledger;
  const context = chain[resumed];
  const dies = (c: Context): boolean => left(c) && sameRegime(c.departure, state, roots);
  const above = chain.slice(resumed + 1).filter((c) => !dies(c));
  const { departure: _, ...alive } = context;
  return {
    ...replaceCore(ledger, core, { running: { ...alive, core: running.core }, chain: chain.slice(0, resumed) }),
    pool: park(ledger.pool, above),
  };
}

function replaceCore(ledger: Ledger, core: number, contexts: CoreContexts): Ledger {
  return { ...ledger, cores: ledger.cores.map((c, i) => (i === core ? contexts : c)) };
}

function push(chain: readonly Context[], context: Context): readonly Context[] {
  // The bottom is where the flow started: the most telling part of a stack that grew without end.
  const room = chain.length < MAX_CHAIN ? chain : [...chain.slice(0, MAX_CHAIN / 2), ...chain.slice(MAX_CHAIN / 2 + 1)];
  return [...room, context];
}

/** Notes the stack that a `suspend` will wait on. */
export function suspend(ledger: Ledger, core: number, sp: bigint): Ledger {
  return replaceCore(ledger, core, { ...ledger.cores[core], suspending: sp });
}

/** A core was turned on: it starts at reset, and nothing that waited on it goes on there. */
export function restart(ledger: Ledger, core: number, position: number): Ledger {
  const running: Context = { id: ledger.nextId, birth: position, origin: 'reset', below: 0, core };
  return { ...replaceCore(ledger, core, { running, chain: [] }), nextId: ledger.nextId + 1 };
}

/** An exception entry pushes the interrupted context; its handler is a new one. */
export function enter(before: Ledger, core: number, departure: Departure): Ledger {
  const ledger = settle(before, core, departure.view.state, departure.roots, departure.extent);
  const { running, chain } = ledger.cores[core];
  const interrupted: Context = { ...running, departure };
  const handler: Context = { id: ledger.nextId, birth: departure.position, origin: '', below: running.id, core };
  return {
    ...replaceCore(ledger, core, { running: handler, chain: push(chain, interrupted) }),
    pool: supersede(ledger.pool, interrupted),
    nextId: ledger.nextId + 1,
  };
}

export interface Return {
  /** The returner, as it was left. */
  readonly departure: Departure;
  /** Whether its stack still holds frames, so that it waits for being resumed. */
  readonly holds: boolean;
  /** To whom it returned, and where. */
  readonly to: Key;
  readonly pc: bigint;
  /** Whether `pc` is the first word of a vector: an exception that the returner made up for the context. */
  readonly vector: boolean;
}

/** An exception return resumes whoever waits with the registers it went to; nobody: a new root begins. */
export function leave(before: Ledger, core: number, exit: Return): Ledger {
  const { departure, holds, to } = exit;
  const ledger = settle(before, core, departure.view.state, departure.roots, departure.extent);
  const { running, chain } = ledger.cores[core];
  const kept: readonly Context[] = holds ? [{ ...running, departure }] : [];
  const found = pick(chain, to, exit.pc);
  if (found >= 0) {
    // Whoever the returner jumps over is parked, unless it stood on the returner's own stack, which is empty now.
    const popped = chain
      .slice(found + 1)
      .filter((c) => holds || !(left(c) && sameRegime(c.departure, departure.view.state, departure.roots)));
    return resume(ledger, core, chain[found], [...chain.slice(0, found), ...kept], park(ledger.pool, popped), exit);
  }
  const alive = chain.filter((c) => !ended(c, exit));
  const parked = pick(ledger.pool, to, exit.pc);
  if (parked >= 0) {
    const pool = ledger.pool.filter((_, i) => i !== parked);
    const gone = alive.filter((c) => stoodIn(c, ledger.pool[parked]));
    const waiting = alive.filter((c) => !gone.includes(c));
    return resume(ledger, core, ledger.pool[parked], [...waiting, ...kept], park(pool, gone), exit);
  }
  const waiting = holds ? [...alive, ...kept] : [];
  const root: Context = {
    id: ledger.nextId,
    birth: departure.position,
    origin: departure.cause,
    below: waiting.at(-1)?.id ?? 0,
    instead: holds ? 0 : (alive.at(-1)?.id ?? 0),
    core,
  };
  return {
    ...replaceCore(ledger, core, { running: root, chain: waiting }),
    pool: holds ? ledger.pool : park(ledger.pool, alive),
    nextId: ledger.nextId + 1,
  };
}

/** Index of the context that `key` names, the newest first; PC decides between several. */
function pick(contexts: readonly Context[], key: Key, pc: bigint): number {
  const exact = contexts.findLastIndex((c) => matches(c, key) && c.departure.pc === pc);
  return exact >= 0 ? exact : contexts.findLastIndex((c) => matches(c, key));
}

/** A returner without frames whose code stands in the function that a waiting context's stack starts with has left that stack too. */
function ended(context: Context, { departure, holds }: Return): boolean {
  if (holds || !left(context)) return false;
  const { base } = context.departure.extent;
  return base !== undefined && base === departure.word?.fn && sameRegime(context.departure, departure.view.state, departure.roots);
}

/** Code without a stack that was begun while `resumed` waited for it: it has done what it was called for. */
function stoodIn(context: Context, resumed: Context): boolean {
  return context.instead === resumed.id && left(context) && context.departure.extent.sp === context.departure.extent.top;
}

function resume(ledger: Ledger, core: number, context: Context, chain: readonly Context[], pool: readonly Context[], exit: Return): Ledger {
  const { departure, ...alive } = context;
  const injected = exit.vector && departure !== undefined && departure.pc !== exit.pc;
  const again = departure?.tried && departure.pc === exit.pc ? exit.departure.position : undefined;
  if (!injected) return { ...replaceCore(ledger, core, { running: { ...alive, core, again }, chain }), pool };
  const handler: Context = { id: ledger.nextId, birth: exit.departure.position, origin: '', below: context.id, core };
  return { ...replaceCore(ledger, core, { running: handler, chain: push(chain, context) }), pool, nextId: ledger.nextId + 1 };
}
