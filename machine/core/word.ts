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
  readonly transfer?: Transfer;
  /** Stops armed on this word by the debugger (0: none). The machine never reads it. */
  mark: number;
  /** Set when the word executes; the debugger clears it at every segment. */
  seen: boolean;
}

/**
 * What a word moves, if it moves one general register and nothing else: `x3 = *(p as *u32)`, `TTBR0_EL1 = x0`. Only such a
 * word has a syndrome that describes it (on Arm: ISV, SAS, SRT; Rt and the encoding of a trapped MSR or MRS).
 */
export interface Transfer {
  readonly kind: 'load' | 'store' | 'readSystem' | 'writeSystem';
  /** Number of the general register. */
  readonly register: number;
  /** Bytes of a load or store. */
  readonly size: number;
  /** Row of the system register. */
  readonly system?: number;
}

/** Words by their hash: what the decoder of every core looks up. */
export type Dictionary = ReadonlyMap<number, Word>;
