/**
 * An assembled and linked program: what the machine runs and what the debugger reads its names, sources and frames from.
 * `compile` (in `compile.ts`) makes it; `createMachine` puts it into a fresh machine at step 0.
 */
import type { Event, Machine, Platform, Schedule, Word } from '../../machine/index.ts';
import type { TfwType } from '../check/types.ts';

/** Zero-based, end exclusive, as the Language Server Protocol counts. */
export interface SourceRange {
  /** `file:///…` of the workspace or `worldstep-lib:/firmware/…` of the library. */
  readonly uri: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface VariableInfo {
  readonly name: string;
  readonly type: TfwType;
  /** `frame`: bytes from SP of its function's frame. `static`: bytes from the image's first word. */
  readonly storage: 'frame' | 'static';
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Words of the image in which it is in scope and has a value: [from, to). Statics: everywhere. */
  readonly from: number;
  readonly to: number;
  readonly parameter: boolean;
  readonly range: SourceRange;
}

export interface FunctionInfo {
  readonly name: string;
  /** `start`: generated entry code of a `core N runs f`. */
  readonly kind: 'fn' | 'vector' | 'entry' | 'start';
  readonly image: string;
  /** Words [from, to). */
  readonly from: number;
  readonly to: number;
  /** Bytes of its frame: return PC at 0, caller's SP at 8, address of the result at 16, then parameters, locals and temporaries. */
  readonly frameSize: number;
  readonly variables: readonly VariableInfo[];
  readonly range: SourceRange;
  readonly nameRange: SourceRange;
}

/** A word with all that is known about it. Every word of a program's dictionary is one. */
export interface WordInfo extends Word {
  readonly fn: FunctionInfo;
  readonly range: SourceRange;
  /** Whether a statement starts here: where source breakpoints bind and steps end. */
  readonly statement: boolean;
  /**
   * Whether, before this word executes, its function has a frame at SP. A `fn` always has; vectors and entries only
   * while they have a stack; only a `fn`'s frame has a return address.
   */
  readonly framed: boolean;
  readonly role: 'plain' | 'branch' | 'call' | 'return' | 'trap' | 'exceptionReturn' | 'suspend' | 'resume';
  /** Of the exception return of a `suspend`: indices of the word that filled its slot and of the one to go on at. */
  readonly suspension?: { readonly word: number; readonly resume: number };
}

export interface AssembledImage {
  readonly name: string;
  /** Index in `Architecture.states`. */
  readonly state: number;
  /** Zero-based index = byte offset / 4. Holes (padding) are undefined. */
  readonly words: readonly (WordInfo | undefined)[];
  readonly functions: readonly FunctionInfo[];
  readonly statics: readonly VariableInfo[];
  /** Byte offset of its vector table, if it has one. */
  readonly vectors?: number;
  /** Bytes of code, and of everything (page multiples). */
  readonly codeSize: number;
  readonly size: number;
  /** The image as the loader copies it: code words, then statics. */
  readonly bytes: Uint8Array;
  readonly range: SourceRange;
  /** `worldstep-lib:` images are library firmware. */
  readonly library: boolean;
}

export interface LoadedImage {
  readonly image: AssembledImage;
  /** Physical address. */
  readonly base: number;
}

/** An `expect event …` or `expect never …` of the scenario. */
export interface Expectation {
  readonly text: string;
  readonly range: SourceRange;
  readonly never: boolean;
  matches(event: Event): boolean;
}

export interface FirmwareEventInfo {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: TfwType }[];
  readonly summary: string;
}

export interface ScenarioInfo {
  readonly name: string;
  readonly range: SourceRange;
  /** First paragraph of its `///` comment. */
  readonly summary: string;
  /** Constants that whoever starts it may give other values. */
  readonly args: readonly ArgInfo[];
  /** Seeds that a test runs it under, once each; empty: it runs once. */
  readonly seeds: readonly number[];
}

export interface ArgInfo {
  readonly name: string;
  readonly type: TfwType;
  /** What it is unless another value is given. */
  readonly value: bigint;
  readonly range: SourceRange;
  readonly summary: string;
}

export interface ProgramOptions {
  /** Without one: by the seed if there is one, else by turns. */
  readonly schedule?: Schedule;
  /** Decides the values of secrets and, unless a schedule is given, the schedule. */
  readonly seed?: number;
  /** Values of the scenario's arguments, by name. */
  readonly args?: Readonly<Record<string, bigint>>;
}

export interface Program {
  readonly uri: string;
  readonly scenario: ScenarioInfo;
  readonly platform: Platform;
  readonly images: readonly LoadedImage[];
  readonly dictionary: ReadonlyMap<number, WordInfo>;
  readonly expectations: readonly Expectation[];
  readonly firmwareEvents: readonly FirmwareEventInfo[];
  /** First word of what each core `runs` in the scenario: where `stopOnEntry` stops. */
  readonly entries: readonly { readonly core: number; readonly word: WordInfo }[];
  /** What the run's secrets, and its schedule if it is not by turns, derive from. */
  readonly seed: number;
  /** Texts of every file that the program was made of, by URI. */
  readonly sources: ReadonlyMap<string, string>;
  /** Changes when anything that the machine could observe changes. */
  readonly hash: string;
  /** The program's name of a monitor-call function identifier, from its constants; undefined if it has none. */
  callName(fid: bigint): string | undefined;
  /** What to say of an exception of `state` that went to `address` and found no vector there; undefined if that is not why. */
  missingVector(address: bigint, state: number): string | undefined;
  /** All names that `callName` gives. */
  readonly callNames: readonly string[];
  createMachine(): Machine;
}
