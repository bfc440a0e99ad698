/**
 * The events of a run, in order. The latest are kept as they are; older ones can be replayed. What a verdict rests on is
 * kept for ever: the first match of every expectation, and what ended cores.
 */
import type { Expectation, WordInfo } from '../../language/index.ts';
import type { Event, EventKind } from '../../machine/index.ts';

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
  private kept: Event[] = [];
  /** Index of the first event that is kept. */
  private first = 0;
  private ends: Ending[] = [];
  private readonly matches: (Event | undefined)[];

  constructor(
    private readonly expectations: readonly Expectation[],
    private readonly budget: number,
  ) {
    this.matches = expectations.map(() => undefined);
  }

  push(event: Event, word: WordInfo | null): void {
    this.kept.push(event);
    if (ENDINGS.has(event.kind)) this.ends.push({ event, word });
    for (let i = 0; i < this.matches.length; i++) {
      if (this.matches[i] === undefined && this.expectations[i].matches(event)) this.matches[i] = event;
    }
    if (this.kept.length < 2 * this.budget) return;
    this.first += this.kept.length - this.budget;
    this.kept = this.kept.slice(-this.budget);
  }

  /** Event `index`; undefined if it is kept no more. */
  at(index: number): Event | undefined {
    return this.kept[index - this.first];
  }

  /** Events [from, to); undefined if some of them are kept no more. */
  slice(from: number, to: number): Event[] | undefined {
    return from < this.first && from < to ? undefined : this.kept.slice(from - this.first, to - this.first);
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

  /** Forgets events from `count` on, those of steps from `position` on. */
  cut(count: number, position: number): void {
    if (count < this.first) this.first = count;
    this.kept.length = Math.max(0, Math.min(this.kept.length, count - this.first));
    this.ends = [...this.endings(position)];
    for (let i = 0; i < this.matches.length; i++) this.matches[i] = this.matched(i, position);
  }
}
