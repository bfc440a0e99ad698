/** What a stretch of a run did, so that searches can pass it by: pages and registers written, events, words executed. */
import type { WordInfo } from '../../language/index.ts';
import { type DirtyPage, EVENTS, type EventKind, type Machine } from '../../machine/index.ts';

import { upcoming } from './eye.ts';

export interface Summary {
  /** By page number. */
  readonly pages: ReadonlyMap<number, DirtyPage>;
  /** Per core: 1 for each register written. */
  readonly registers: readonly Uint8Array[];
  /** Per kind of event, in the order of `EVENTS`. */
  readonly counts: Uint32Array;
  /** Bit i: word i of `Words` was executed, or is where a core stands at the end. */
  readonly words: Uint32Array;
}

export const EVENT_KINDS = Object.keys(EVENTS) as readonly EventKind[];
if (EVENT_KINDS.length > 32) throw new Error('there are more kinds of events than bits in a mask');
const KIND_INDEX = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, i])) as Readonly<Record<EventKind, number>>;

export const kindIndex = (kind: EventKind): number => KIND_INDEX[kind];
/** Kinds are few enough for one bit mask. */
export const kindMask = (kinds: readonly EventKind[]): number => kinds.reduce((mask, kind) => mask | (1 << KIND_INDEX[kind]), 0);

/** Whether events of a kind in `mask` were raised. */
export const raisedAny = ({ counts }: Summary, mask: number): boolean =>
  counts.some((count, kind) => count > 0 && ((mask >>> kind) & 1) === 1);

/** The words of a program, numbered. */
export class Words {
  private readonly all: readonly WordInfo[];
  private readonly numbers: ReadonlyMap<WordInfo, number>;

  constructor(dictionary: ReadonlyMap<number, WordInfo>) {
    this.all = [...dictionary.values()];
    this.numbers = new Map(this.all.map((word, i) => [word, i]));
  }

  clear(): void {
    for (const word of this.all) word.seen = false;
  }

  /** The words executed since they were cleared, and those of `more`. */
  collect(more: Iterable<WordInfo>): Uint32Array {
    const bits = this.set(more);
    for (let i = 0; i < this.all.length; i++) if (this.all[i].seen) bits[i >>> 5] |= 1 << (i & 31);
    return bits;
  }

  set(words: Iterable<WordInfo>): Uint32Array {
    const bits = new Uint32Array((this.all.length + 31) >>> 5);
    for (const word of words) {
      const i = this.numbers.get(word);
      if (i !== undefined) bits[i >>> 5] |= 1 << (i & 31);
    }
    return bits;
  }
}

export const intersect = (a: Uint32Array, b: Uint32Array): boolean => a.some((bits, i) => (bits & b[i]) !== 0);

/** `unmarked`: registers whose marks have been taken off since. */
export function summarize(machine: Machine, counts: Uint32Array, words: Words, unmarked: readonly Uint8Array[]): Summary {
  return {
    pages: new Map(machine.memory.dirty().map((dirty) => [dirty.page, dirty])),
    registers: machine.cores.map(({ written }, core) => written.map((mark, i) => mark | unmarked[core][i])),
    counts: counts.slice(),
    words: words.collect(machine.cores.flatMap((core) => upcoming(core) ?? [])),
  };
}

/** The summary of two stretches as one. */
export function join(a: Summary, b: Summary): Summary {
  const pages = new Map(a.pages);
  for (const [page, { lo, hi }] of b.pages) {
    const known = pages.get(page);
    pages.set(page, { page, lo: lo | (known?.lo ?? 0), hi: hi | (known?.hi ?? 0) });
  }
  return {
    pages,
    registers: a.registers.map((written, core) => written.map((mark, i) => mark | b.registers[core][i])),
    counts: a.counts.map((count, i) => count + b.counts[i]),
    words: a.words.map((bits, i) => bits | b.words[i]),
  };
}
