/**
 * One lowered statement is one 32-bit instruction word in memory. Its bytes are a hash; what a core executes is what it
 * fetched, wherever that stands: a word copied elsewhere is the same word.
 */
import type { Core } from './core.ts';

export interface Word {
  /** The word as it stands in memory, never 0. */
  readonly hash: number;
  /** Image it was assembled for and its index there. */
  readonly image: string;
  readonly index: number;
  /** The lowered statement, as the disassembly shows it and as the hash covers it. */
  readonly text: string;
  /** Executes the word: all loads, then stores, then registers, SP and PC, then the event. Sets `core.fault` and changes nothing else when it faults. */
  readonly run: (core: Core) => void;
  /** Stops armed on this word by the debugger (0: none). The machine never reads it. */
  mark: number;
  /** Set when the word executes; the debugger clears it at every segment. */
  seen: boolean;
}

/** Words by their hash: what the decoder of every core looks up. */
export type Dictionary = ReadonlyMap<number, Word>;
