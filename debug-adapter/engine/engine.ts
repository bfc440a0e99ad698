/**
 * What a session (and the command line) may ask of the engine: a run of a program that can be moved forwards and
 * backwards. The engine knows positions, segments and the excursion ledger; it knows nothing of the protocol.
 *
 * A position is a number of steps done (of the one run there is until an edit forks it). Line stops come before the word
 * at a position; event stops follow the word and belong to the position after it. Both are functions of the position, so
 * reverse visits exactly what forward visited.
 */
import type { AssembledImage, FunctionInfo, Program, WordInfo } from '../../language/index.ts';
import type { Event, EventKind, Explanation, Eye, Machine, RegisterView } from '../../machine/index.ts';

/** Why the engine stopped at a position; `id` is whatever the owner of the stop gave it. */
export interface Hit {
  readonly id: number;
  /** The event that matched, for event stops. */
  readonly event?: Event;
}

/** A stop on words (source lines, addresses, functions). `condition` sees the machine before the word. */
export interface WordStop {
  readonly id: number;
  readonly words: readonly WordInfo[];
  readonly core?: number;
  condition?(eye: Eye): boolean;
}

/** A stop on events. `condition` sees the event, and the machine after the word that raised it. */
export interface EventStop {
  readonly id: number;
  readonly kinds: readonly EventKind[];
  condition?(event: Event, eye: Eye): boolean;
}

export interface StopSet {
  readonly words: readonly WordStop[];
  readonly events: readonly EventStop[];
}

export type Granularity = 'statement' | 'line' | 'instruction';

export type Outcome =
  /** A stop of the set. */
  | { readonly kind: 'stop'; readonly hits: readonly Hit[] }
  /** A step arrived; `note` says so when its target died and an ancestor was taken. */
  | { readonly kind: 'step'; readonly note?: string }
  /** No core can run any more; one can travel back from here. */
  | { readonly kind: 'end' }
  /** Backwards: the start of the run. */
  | { readonly kind: 'start' }
  | { readonly kind: 'stepLimit' };

/**
 * Work in slices: the driver calls `next()` and may do other things between; `return()` pauses. Travel backwards is
 * transactional: given up, it leaves the position where it was.
 */
export type Work<T> = Generator<void, T, void>;

/** A frame as the call stack shows it. */
export interface Frame {
  /** `code`: has a word. `label`: a crossing between contexts, e.g. `SMC from Non-secure EL2`. `broken`: the stack holds no return address there. */
  readonly kind: 'code' | 'label' | 'broken';
  readonly text: string;
  /** The word about to execute (top frame) or waiting for the call to return. */
  readonly word?: WordInfo;
  readonly fn?: FunctionInfo;
  readonly image?: AssembledImage;
  readonly state: number;
  readonly core: number;
  readonly pc: bigint;
  /** SP of the frame; undefined when it has none. */
  readonly sp?: bigint;
  /** Context (of the ledger) it belongs to, 0 for the running one. */
  readonly context: number;
  /** Evaluates expressions in this frame; memory is read through the regime that holds, or held at departure. */
  readonly eye: Eye;
  /** Registers as they are, or as of departure (then read-only). */
  readonly registers: RegisterView;
  readonly live: boolean;
}

/** One line of the Worlds view. */
export interface WorldLine {
  readonly core: number;
  readonly state: number;
  /** `running`; `waiting` below the running context on its core's chain; `parked` in the pool. */
  readonly status: 'running' | 'waiting' | 'parked' | 'finished' | 'halted' | 'off';
  /** `host.main` or `rmm`. */
  readonly where: string;
  readonly context: number;
}

export interface Writer {
  /** Position before the word that wrote; of a change by hand, the position where it was made. */
  readonly step: number;
  /** Undefined for a change by hand. */
  readonly word: WordInfo | undefined;
  readonly core: number;
}

/** What was written: memory, a register, or the tag of an address. */
export type Target =
  | { readonly kind: 'memory'; readonly pa: number; readonly size: number }
  | { readonly kind: 'register'; readonly core: number; readonly register: number }
  | { readonly kind: 'tag'; readonly pa: number };

export interface Engine {
  readonly program: Program;
  readonly machine: Machine;
  /** Steps done. */
  readonly position: number;
  readonly ended: boolean;

  /** Forward to the next stop, the end, or `limit` steps. */
  run(stops: StopSet, limit?: number): Work<Outcome>;
  reverse(stops: StopSet): Work<Outcome>;
  step(how: 'over' | 'into' | 'out', granularity: Granularity, core: number, stops: StopSet): Work<Outcome>;
  stepBack(how: 'over' | 'into' | 'out', granularity: Granularity, core: number): Work<Outcome>;
  /** Travels to a position. */
  seek(step: number): Work<void>;

  /** What of a set stops at the position, as if it had been reached by running there. */
  hits(stops: StopSet): Hit[];
  /** Changes the machine as the user does, by hand. What was recorded after the position is forgotten: the run forks. */
  edit(change: (machine: Machine) => void): void;

  /** Events of steps before the position, oldest first. */
  readonly eventCount: number;
  events(from: number, count: number): Event[];

  stack(core: number): Frame[];
  worlds(): WorldLine[];
  /** Last write to a target before the position. */
  lastWrite(target: Target): Work<Writer | undefined>;
  /** The most recent fault event before the position and its access, by executing its word again with an explanation. */
  explainLastFault(): Work<{ readonly event: Event; readonly explanation: Explanation } | undefined>;
  /** Explains the word that the step at `step` executed. */
  explain(step: number): Work<Explanation>;
  /** Physical address that a virtual one means to a register view, by the debugger's eyes. */
  resolve(view: RegisterView, core: number, va: bigint): { readonly pa: number; readonly space: number } | undefined;
  /** Whether every expectation of the scenario holds over the whole run so far, and why not. */
  verdict(): Verdict;
}

export interface Verdict {
  readonly passed: boolean;
  readonly reasons: readonly { readonly text: string; readonly at?: WordInfo | import('../../language/index.ts').SourceRange }[];
}
