/** The events of a run, in order, each with the word that raised it. */
import type { WordInfo } from '../../language/index.ts';
import type { Event } from '../../machine/index.ts';

export class EventLog {
  private readonly events: Event[] = [];
  private readonly words: (WordInfo | null)[] = [];

  push(event: Event, word: WordInfo | null): void {
    this.events.push(event);
    this.words.push(word);
  }

  /** How many events belong to steps before `position`. */
  before(position: number): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.events[middle].step < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(index: number): Event {
    return this.events[index];
  }

  /** The word whose execution raised event `index`; `null` when what was fetched was no word. */
  wordOf(index: number): WordInfo | null {
    return this.words[index];
  }

  slice(from: number, to: number): Event[] {
    return this.events.slice(from, to);
  }

  /** Forgets what comes after `position`. */
  cut(position: number): void {
    const count = this.before(position);
    this.events.length = count;
    this.words.length = count;
  }
}
