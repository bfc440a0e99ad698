/**
 * The events of a run, in order. The latest are kept as they are; older ones can be replayed. What a verdict rests on is
 * kept for ever: the first match of every expectation, and what ended cores.
 */
import type { Expectation, WordInfo } from '../../language/index.ts';
import type { Event, EventKind } from '../../machine/index.ts';
import { EventBlock } from './columns.ts';

/** Events that are dropped together. */
const BLOCK = 4096;

/** Events after which a core does not go on. */
const ENDINGS: ReadonlySet<EventKind> = new Set([
  'finished',
  'panic',
  'expectation_failed',
  'unhandled_fault',
  'absent',
] satisfies EventKind[]);

export interface Ending {
  readonly event: Event;
  /** The word that raised it; `null` when what was fetched was no word. */
  readonly word: WordInfo | null;
}

export class EventLog {
  private blocks: EventBlock[] = [];
  /** Index of the first event of the first block that is kept. */
  private base = 0;
  private ends: Ending[] = [];
  private readonly room: number;
  private readonly matches: (Event | undefined)[];

  constructor(
    private readonly expectations: readonly Expectation[],
    private readonly budget: number,
  ) {
    this.room = Math.max(1, Math.min(BLOCK, budget));
    this.matches = expectations.map(() => undefined);
  }

  /** Index of the first event that is kept. */
  get first(): number {
    return this.base;
  }

  push(event: Event, word: WordInfo | null): void {
    this.open().push(event);
    if (ENDINGS.has(event.kind)) this.ends.push({ event, word });
    for (let i = 0; i < this.matches.length; i++) {
      if (this.matches[i] === undefined && this.expectations[i].matches(event)) this.matches[i] = event;
    }
  }

  private open(): EventBlock {
    const last = this.blocks.at(-1);
    if (last !== undefined && !last.full) return last;
    const block = new EventBlock(this.room);
    this.blocks.push(block);
    if ((this.blocks.length - 2) * this.room >= this.budget) {
      this.blocks.shift();
      this.base += this.room;
    }
    return block;
  }

  /** Event `index`; undefined if it is kept no more. */
  at(index: number): Event | undefined {
    const block = this.blocks[Math.floor((index - this.base) / this.room)];
    const at = (index - this.base) % this.room;
    return block !== undefined && at < block.size ? block.at(at) : undefined;
  }

  /** The kind of event `index`, which must be one that is kept. */
  kindAt(index: number): EventKind {
    return this.blocks[Math.floor((index - this.base) / this.room)].kindAt((index - this.base) % this.room);
  }

  /** Events [from, to), as far as there are any; undefined if some of them are kept no more. */
  slice(from: number, to: number): Event[] | undefined {
    if (from < this.base && from < to) return undefined;
    const events: Event[] = [];
    for (let i = from; i < to; i++) {
      const event = this.at(i);
      if (event === undefined) break;
      events.push(event);
    }
    return events;
  }

  /** What ended cores before `position`. */
  endings(position: number): readonly Ending[] {
    return this.ends.filter(({ event }) => event.step < position);
  }

  /** The first event before `position` that matched expectation `index`. */
  matched(index: number, position: number): Event | undefined {
    const event = this.matches[index];
    return event !== undefined && event.step < position ? event : undefined;
  }

  /** A log of its own with the first `count` events, those of steps before `position`. */
  fork(count: number, position: number): EventLog {
    const forked = new EventLog(this.expectations, this.budget);
    forked.base = Math.min(this.base, count);
    const kept = Math.max(0, count - this.base);
    const whole = Math.floor(kept / this.room);
    forked.blocks = this.blocks.slice(0, whole);
    if (kept % this.room > 0) forked.blocks.push(this.blocks[whole].copy(kept % this.room));
    forked.ends = [...this.endings(position)];
    for (let i = 0; i < this.matches.length; i++) forked.matches[i] = this.matched(i, position);
    return forked;
  }
}
