/** A set of stops, armed: marked words and a mask of event kinds, so that what cannot stop costs nothing. */
import type { WordInfo } from '../../language/index.ts';
import type { Event, Machine } from '../../machine/index.ts';
import type { EventStop, Hit, StopSet, WordStop } from './engine.ts';
import { eyeOf, upcoming } from './eye.ts';
import type { Watch } from './player.ts';
import { kindMask } from './summary.ts';

export class Stops {
  /** Event kinds that a stop waits for, by bit. */
  readonly mask: number;
  private readonly byWord = new Map<WordInfo, WordStop[]>();

  constructor(
    private readonly machine: Machine,
    private readonly set: StopSet,
  ) {
    this.mask = kindMask(set.events.flatMap((stop) => stop.kinds));
    for (const stop of set.words) for (const word of stop.words) this.byWord.set(word, [...(this.byWord.get(word) ?? []), stop]);
  }

  get words(): Iterable<WordInfo> {
    return this.byWord.keys();
  }

  arm(): void {
    for (const word of this.byWord.keys()) word.mark = 1;
  }

  disarm(): void {
    for (const word of this.byWord.keys()) word.mark = 0;
  }

  /** Stops before the word that the machine executes next. */
  before(): Hit[] {
    const core = this.machine.next;
    const word = core === undefined ? null : upcoming(core);
    if (core === undefined || word === null || word.mark === 0) return [];
    const met = (stop: WordStop): boolean =>
      (stop.core === undefined || stop.core === core.id) && (stop.condition === undefined || stop.condition(eyeOf(core)));
    return (this.byWord.get(word) ?? []).filter(met).map(({ id }) => ({ id }));
  }

  /** Stops on what the step just done raised. */
  after(raised: readonly Event[]): Hit[] {
    return raised.flatMap((event) => {
      const met = (stop: EventStop): boolean =>
        stop.kinds.includes(event.kind) && (stop.condition === undefined || stop.condition(event, eyeOf(this.machine.cores[event.core])));
      return this.set.events.filter(met).map(({ id }) => ({ id, event }));
    });
  }

  /** Both, at the position where the machine stands. */
  hits(raised: readonly Event[]): Hit[] {
    return [...this.after(raised), ...this.before()];
  }

  /** Stops wherever one of the set matches. */
  watch(raised: readonly Event[]): Watch<readonly Hit[]> {
    return {
      every: false,
      mask: this.mask,
      look: () => {
        const hits = this.hits(raised);
        return hits.length > 0 ? hits : undefined;
      },
    };
  }
}
