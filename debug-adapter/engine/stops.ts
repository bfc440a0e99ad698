/** A set of stops, armed: marked words, watched data and a mask of event kinds, so that what cannot stop costs nothing. */
import type { WordInfo } from '../../language/index.ts';
import type { Core, Event, EventKind, Eye } from '../../machine/index.ts';
import { DataWatch } from './data.ts';
import type { EventStop, Hit, StopSet, WordStop, Work } from './engine.ts';
import { LiveEye, upcoming } from './eye.ts';
import type { Segment } from './history.ts';
import type { Watch } from './player.ts';
import { intersect, kindMask, raisedAny, type Summary } from './summary.ts';
import type { Tape } from './tape.ts';
import { mayTouch } from './touch.ts';

const NONE: readonly Hit[] = [];
const NO_STOPS: readonly WordStop[] = [];

export class Stops {
  /** Event kinds that a stop waits for, by bit. */
  readonly mask: number;
  readonly data: DataWatch | undefined;
  private readonly byWord = new Map<WordInfo, WordStop[]>();
  /** By mark of their word, which counts from 1. */
  private readonly byMark: readonly WordStop[][];
  private readonly byKind = new Map<EventKind, readonly EventStop[]>();
  private readonly eyes: readonly LiveEye[];
  private readonly wordSet: Uint32Array;

  constructor(
    private readonly tape: Tape,
    set: StopSet,
  ) {
    this.eyes = tape.machine.cores.map((core) => new LiveEye(core));
    this.mask = kindMask(set.events.flatMap((stop) => stop.kinds));
    for (const stop of set.words) {
      for (const word of stop.words) {
        const stops = this.byWord.get(word);
        if (stops) stops.push(stop);
        else this.byWord.set(word, [stop]);
      }
    }
    this.byMark = [[], ...this.byWord.values()];
    for (const kind of new Set(set.events.flatMap(({ kinds }) => kinds))) {
      this.byKind.set(
        kind,
        set.events.filter(({ kinds }) => kinds.includes(kind)),
      );
    }
    this.wordSet = tape.words.set(this.byWord.keys());
    if (set.data?.length) this.data = new DataWatch(tape.machine, set.data, tape.unmarked);
  }

  arm(): void {
    let mark = 0;
    for (const word of this.byWord.keys()) word.mark = ++mark;
    this.data?.arm();
  }

  disarm(): void {
    for (const word of this.byWord.keys()) word.mark = 0;
    this.data?.disarm();
  }

  /** Stops before the word that the machine executes next; if an interrupt comes first, it is not executed yet. */
  private before(core = this.tape.machine.next, word = core === undefined ? null : upcoming(core)): readonly Hit[] {
    if (core === undefined || word === null || word.mark === 0 || core.willInterrupt()) return NONE;
    let hits = NONE;
    for (const stop of this.byMark[word.mark] ?? NO_STOPS) {
      if (stop.core !== undefined && stop.core !== core.id) continue;
      if (stop.condition === undefined || stop.condition(this.eye(core.id))) hits = [...hits, { id: stop.id }];
    }
    return hits;
  }

  /** Stops on what the step just done raised. */
  private after(raised: readonly Event[]): readonly Hit[] {
    let hits = NONE;
    for (const event of raised) {
      for (const stop of this.byKind.get(event.kind) ?? []) {
        if (stop.condition === undefined || stop.condition(event, this.eye(event.core))) hits = [...hits, { id: stop.id, event }];
      }
    }
    return hits;
  }

  /** Stops on the data that it touched. */
  private touched(): readonly Hit[] {
    return (this.data?.found ?? []).flatMap(({ stop, hit }) =>
      stop.condition === undefined || stop.condition(hit, this.eye(hit.core)) ? [{ id: stop.id, data: hit }] : [],
    );
  }

  private eye(core: number): Eye {
    const eye = this.eyes[core];
    eye.fault = null;
    return eye;
  }

  /** All, at the position where the machine stands. `raised`: events of the step just done. */
  hits(raised: readonly Event[] = this.tape.raised, core?: Core, word?: WordInfo | null): readonly Hit[] {
    const before = this.before(core, word);
    const after = raised.length > 0 ? this.after(raised) : NONE;
    const touched = this.data?.happened() ? this.touched() : NONE;
    // Nearly always there is nothing, and then nothing is to be allocated.
    return after.length + touched.length === 0 ? before : [...after, ...touched, ...before];
  }

  /** Stops wherever one of the set matches. */
  watch(): Watch<readonly Hit[]> {
    return {
      every: false,
      mask: this.mask,
      data: this.data,
      look: (core, word) => {
        const { raised } = this.tape;
        const plain = raised.length === 0 && this.data === undefined;
        const hits = plain ? this.before(core, word) : this.hits(raised, core, word);
        return hits.length > 0 ? hits : undefined;
      },
    };
  }

  // ------------------------------------------------------------------ backwards

  /** The last position before `before`, and after `from`, that has a stop; the machine is taken elsewhere. */
  *last(before: number, from = -1): Work<number | undefined> {
    let spots = this.data?.spots();
    const may = (summary: Summary, { end }: Segment): boolean =>
      end > from &&
      (raisedAny(summary, this.mask) ||
        intersect(this.wordSet, summary.words) ||
        (this.data !== undefined && (spots === undefined || spots.some((spot) => mayTouch(spot, summary)))));
    return yield* this.tape.stretches(before, may, (end) => {
      // What decides a tag may have been moved since: before this stretch it is what decides it here.
      this.data?.refresh();
      spots = this.data?.spots();
      return this.lastTo(Math.min(end, before - 1), from);
    });
  }

  /** The last stop from where the tape stands up to and including `end`. */
  private *lastTo(end: number, from: number): Work<number | undefined> {
    const { tape } = this;
    let last: number | undefined;
    if (tape.position <= end && tape.position > from && this.before().length > 0) last = tape.position;
    yield* tape.replay(end, {
      every: false,
      mask: this.mask,
      data: this.data,
      look: (core, word) => {
        if (tape.position > from && this.hits(tape.raised, core, word).length > 0) last = tape.position;
        return undefined;
      },
    });
    return last;
  }

  /** Arrives at a position by way of the one before, so that what stops there is done again. */
  *arrive(position: number): Work<readonly Hit[]> {
    const { tape } = this;
    yield* tape.seek(Math.max(0, position - 1));
    tape.play(position, { every: false, mask: this.mask, data: this.data, look: () => undefined });
    return this.hits();
  }
}
