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
import type { Input, InputAt } from './input.ts';
import type { RunFile, RunOptions } from './run-file.ts';

export type { Input, InputAt } from './input.ts';
export { optionsOf, parseRunFile, type RunFile, RunFileError, type RunOptions } from './run-file.ts';

/** Why the engine stopped at a position; `id` is whatever the owner of the stop gave it. */
export interface Hit {
  readonly id: number;
  /** The event that matched, for event stops. */
  readonly event?: Event;
  /** The access that matched, for data stops. */
  readonly data?: DataHit;
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

/**
 * A stop on data, after the step that did it. `read` and `write` are accesses by words (and stores by DMA), whatever the
 * value; `change` is a write that left another value. Registers are not watched for reads, tags only for changes.
 */
export interface DataStop {
  readonly id: number;
  readonly access: DataAccess;
  readonly on: Watched;
  /** Sees the machine after the step. */
  condition?(hit: DataHit, eye: Eye): boolean;
}

export type DataAccess = 'read' | 'write' | 'readWrite' | 'change';

/** What a data stop watches. */
export type Watched =
  /** Bytes of memory; with `space`, only accesses made in that physical address space. */
  | { readonly kind: 'memory'; readonly pa: number; readonly size: number; readonly space?: number }
  /** A register of one core, or of all; with `mask`, only those bits matter to a change. */
  | { readonly kind: 'register'; readonly register: number; readonly core?: number; readonly mask?: bigint }
  /** The tags of [pa, pa + size). */
  | { readonly kind: 'tag'; readonly pa: number; readonly size: number };

export interface DataHit {
  readonly access: 'read' | 'write' | 'change';
  /** Core whose step did it. */
  readonly core: number;
  /** Bytes of the access, as far as they are watched; of a tag, the first address whose tag changed. */
  readonly pa?: number;
  readonly size?: number;
  /** Register that was written. */
  readonly register?: number;
  /** Those bytes, the register or the tag before and after the step; of memory little-endian. Unknown before a DMA write. */
  readonly before?: bigint;
  readonly after?: bigint;
}

export interface StopSet {
  readonly words: readonly WordStop[];
  readonly events: readonly EventStop[];
  readonly data?: readonly DataStop[];
}

/** How a step goes, beside its direction. */
export interface StepOptions {
  /** Names of images that are passed through without stopping: "just my image". None are, if the step starts in one. */
  readonly skip?: ReadonlySet<string>;
  /** Only the core that steps moves meanwhile: an input of the run, as is its end. */
  readonly alone?: boolean;
  /** Of a step back: stops that end it early. */
  readonly stops?: StopSet;
}

/** A position of one run. Runs are the same up to where they part. */
export interface RunPosition {
  readonly run: number;
  readonly step: number;
}

/** A run: a past, and one future for it. An input in the past begins a new one and leaves the old one as it was. */
export interface RunInfo {
  readonly id: number;
  /** Where it parted from an older run; undefined for the first. */
  readonly parent?: RunPosition;
  /** Inputs that it has had in all, those before it parted included. */
  readonly inputs: readonly InputAt[];
  /** Steps recorded. */
  readonly end: number;
}

export interface Bookmark {
  readonly name: string;
  readonly position: RunPosition;
}

/** A value that was written, and by whom. */
export interface ValueChange extends Writer {
  /** What it was after that: of memory little-endian, of a tag the tag. */
  readonly value: bigint;
}

export interface ValueHistory {
  /** Newest first. */
  readonly changes: readonly ValueChange[];
  /** Ask again with `before: next` for older ones; undefined: there are none. No whole number after a change by hand. */
  readonly next?: number;
}

export interface Difference {
  readonly registers: readonly { readonly core: number; readonly register: number; readonly before: bigint; readonly after: bigint }[];
  readonly cores: readonly {
    readonly core: number;
    readonly before: { readonly state: number; readonly pc: bigint; readonly status: string };
    readonly after: { readonly state: number; readonly pc: bigint; readonly status: string };
  }[];
  /** Bytes that differ, ascending. */
  readonly memory: readonly { readonly pa: number; readonly before: Uint8Array; readonly after: Uint8Array }[];
  /** Whether there are more of them than are listed. */
  readonly more: boolean;
  readonly tags: readonly {
    readonly unit: string;
    readonly from: number;
    readonly to: number;
    readonly before: number;
    readonly after: number;
  }[];
  /** How many events of each kind lie between; undefined where neither position is in the other's past. */
  readonly events?: Readonly<Partial<Record<EventKind, number>>>;
}

/** A call or crossing that the statement about to execute may make. */
export interface StepTarget {
  /** Index of the word that makes it. */
  readonly id: number;
  /** `rmm.find_granule`, or what the word says: `smc(x0)`. */
  readonly text: string;
  readonly word: WordInfo;
}

/** An event and its number among all of its run. */
export interface NumberedEvent {
  readonly index: number;
  readonly event: Event;
}

export type Granularity = 'statement' | 'line' | 'instruction';
export type How = 'over' | 'into' | 'out';

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
  /** Of a context that does not run: its registers, as of departure. */
  readonly registers?: RegisterView;
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
  /** The same, with the run. */
  readonly here: RunPosition;
  /** All runs that can be travelled to, the oldest first. */
  readonly runs: readonly RunInfo[];
  /** Inputs of this run up to the position. */
  readonly inputs: readonly InputAt[];
  readonly ended: boolean;

  /** Forward to the next stop, the end, or `limit` steps. */
  run(stops: StopSet, limit?: number): Work<Outcome>;
  reverse(stops: StopSet): Work<Outcome>;
  step(how: How, granularity: Granularity, core: number, stops: StopSet, options?: StepOptions): Work<Outcome>;
  stepBack(how: How, granularity: Granularity, core: number, options?: StepOptions): Work<Outcome>;
  /** Forward until whatever waits below the running context goes on; back to where the running context was entered. */
  finishExcursion(core: number, stops: StopSet, options?: StepOptions): Work<Outcome>;
  finishExcursionBack(core: number, options?: StepOptions): Work<Outcome>;
  /** Calls that the statement about to execute on a core can make, in order. */
  stepTargets(core: number): StepTarget[];
  /** Into one of them. The statement ends first if it does not make the call. */
  stepIntoTarget(target: number, core: number, stops: StopSet): Work<Outcome>;
  /** Travels to the birth of the activation that a frame of the core's stack belongs to: before its first word. */
  restartFrame(core: number, frame: number): Work<Outcome>;
  /** Travels to a position of this run; further than it has come, if need be. */
  seek(step: number): Work<void>;
  /** Travels to a position of any run. */
  travel(position: RunPosition): Work<void>;

  /** What of a set stops at the position, as if it had been reached by running there. */
  hits(stops: StopSet): readonly Hit[];
  /** Gives inputs at the position. In the past that begins another run; the one that was keeps its future. */
  input(inputs: readonly Input[]): void;

  readonly bookmarks: readonly Bookmark[];
  /** Names the position; the name that another one had moves here. */
  bookmark(name: string): Bookmark;
  removeBookmark(name: string): void;
  /** This run up to the position, as a file; `given` are the options that the program was compiled with. */
  save(given?: RunOptions): RunFile;
  /** Replays a run that was saved, as a run beside the others. Throws a `RunFileError` for that of another program. */
  load(file: RunFile): Work<void>;

  /** Events of steps before the position, oldest first. */
  readonly eventCount: number;
  events(from: number, count: number): Event[];
  /** How many events of some kinds there are before the position; in slices, as old ones may have to be counted again. */
  countEvents(kinds: readonly EventKind[]): Work<number>;
  /** Events of some kinds from event `from` on, or `backwards` before it; at most `count`. */
  findEvents(
    kinds: readonly EventKind[],
    from: number,
    count: number,
    options?: { readonly backwards?: boolean; matches?(event: Event): boolean },
  ): Work<NumberedEvent[]>;

  stack(core: number): Frame[];
  worlds(): WorldLine[];
  /** Last write to a target before the position. */
  lastWrite(target: Target): Work<Writer | undefined>;
  /** What was written to a target before `before` (a position of this run; by default here), the newest first. */
  valueHistory(target: Target, options: { readonly count: number; readonly before?: number }): Work<ValueHistory>;
  /** What differs between two positions, of any runs. */
  difference(from: RunPosition, to: RunPosition): Work<Difference>;
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
