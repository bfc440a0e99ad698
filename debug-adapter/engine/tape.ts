/**
 * The run as something that can be wound: forwards, recording where it has not been yet, and backwards by snapshots and
 * replay. Everything that moves the position does it here.
 */
import type { Program, WordInfo } from '../../language/index.ts';
import type { Core, Event, Machine } from '../../machine/index.ts';
import { difference } from './edit.ts';
import type { Work } from './engine.ts';
import { type Checkpoint, type Edit, History, SCALE, type Scale, type Segment } from './history.ts';
import { EventLog } from './log.ts';
import { Pace, PLAIN, WATCHED } from './pace.ts';
import { Player, type Watch } from './player.ts';
import { type Summary, summarize, Words } from './summary.ts';

export class Tape extends Player {
  readonly log: EventLog;
  readonly history: History;
  readonly words: Words;
  private readonly pace = new Pace();
  /** Whether the machine stands at the end of the recorded past and adds to it. */
  private live = false;

  constructor(
    program: Program,
    private readonly scale: Scale = SCALE,
  ) {
    super(program);
    this.words = new Words(program.dictionary);
    this.log = new EventLog(program.expectations, scale.events);
    this.history = new History(this.checkpoint(), scale);
  }

  /** Steps of the run so far: positions up to here are recorded. */
  get frontier(): number {
    return this.live ? this.position : this.history.tip.step;
  }

  /** The word that stopped a core for good, if one did. */
  lastWord(core: Core): WordInfo | undefined {
    if (core.status !== 'finished' && core.status !== 'halted') return undefined;
    return this.log.endings(this.position).findLast(({ event }) => event.core === core.id)?.word ?? undefined;
  }

  override load(checkpoint: Checkpoint): void {
    this.close();
    super.load(checkpoint);
  }

  // ------------------------------------------------------------------ forwards

  /** Forward to where `watch` says, at most to `last`, further than what is recorded if need be. */
  *forward<T>(last: number, watch?: Watch<T>): Work<T | undefined> {
    const origin = this.position;
    const weight = watch?.every ? WATCHED : PLAIN;
    for (;;) {
      this.cross(last);
      const from = this.position;
      const found = this.play(Math.min(last, this.boundary(), from + this.pace.steps(weight)), watch, origin);
      if (found !== undefined) return found;
      if (this.position >= last || (this.machine.next === undefined && this.position === this.frontier)) return undefined;
      if (this.pace.due(this.position - from, weight)) yield;
    }
  }

  /** The step up to which the machine can go on as it is. */
  private boundary(): number {
    return this.live ? this.history.tip.step + this.scale.coarse : this.history.boundary(this.position);
  }

  /** Makes sure that the machine may move on to `last`: changes over to the next snapshot, or starts to record. */
  private cross(last: number): void {
    if (this.position >= last) return;
    if (this.live && this.position >= this.history.tip.step + this.scale.coarse) this.close();
    if (this.live) return;
    const { tip } = this.history;
    const snapshot = this.position === tip.step ? tip : this.history.editAt(this.position);
    if (snapshot === undefined) return;
    // What the step before this position did is still to be looked at.
    const { stepped } = this;
    const raised = [...this.raised];
    this.load(snapshot);
    this.stepped = stepped;
    this.raised.push(...raised);
    if (snapshot !== tip) return;
    this.clear();
    this.live = true;
  }

  // ------------------------------------------------------------------ recording

  /** Ends the recording, so that the machine may be taken elsewhere. */
  close(): void {
    if (!this.live) return;
    if (this.position > this.history.tip.step) {
      const summary = this.summary();
      this.history.append(this.checkpoint(), summary);
    }
    this.live = false;
  }

  protected override record(event: Event, word: WordInfo | null): void {
    if (this.live) this.log.push(event, word);
  }

  /** What happened since the last `clear`. */
  private summary(): Summary {
    return summarize(this.machine, this.counts, this.words);
  }

  private clear(): void {
    this.counts.fill(0);
    this.words.clear();
    for (const core of this.machine.cores) core.written.fill(0);
  }

  /** Changes the machine at the position: what was recorded after it is forgotten. */
  edit(change: (machine: Machine) => void): void {
    this.close();
    this.log.cut(this.events, this.position);
    const before = this.checkpoint();
    change(this.machine);
    const pages = this.machine.memory.dirty().map(({ page }) => page);
    const after = this.checkpoint();
    this.history.fork(after, difference(this.machine, before.machine, after.machine, pages));
  }

  // ------------------------------------------------------------------ travel

  /** Travels to a recorded position. Given up, it leaves the position where it was. */
  *seek(step: number): Work<void> {
    if (step === this.position) return;
    this.close();
    const near = this.history.leaf(this.position);
    if (near !== undefined && near === this.history.leaf(step) && step > this.position && step - this.position <= 8 * this.scale.fine) {
      this.play(step);
      return;
    }
    yield* this.travel(() => this.jump(step));
  }

  private *jump(step: number): Work<void> {
    let leaf = this.history.leaf(step);
    while (leaf !== undefined && !this.history.fine(leaf)) {
      yield* this.refine(leaf);
      leaf = this.history.leaf(step);
    }
    this.load(leaf?.start ?? this.history.tip);
    this.play(step);
  }

  /** Does `work`, which moves about. Given up or failed, it leaves the position where it was. */
  *travel<T>(work: () => Work<T>): Work<T> {
    this.close();
    const origin = this.checkpoint();
    let done = false;
    try {
      const result = yield* work();
      done = true;
      return result;
    } finally {
      if (!done) this.load(origin);
    }
  }

  /** Does `work`, which moves about, and comes back. */
  *visit<T>(work: () => Work<T>): Work<T> {
    this.close();
    const origin = this.checkpoint();
    try {
      return yield* work();
    } finally {
      this.load(origin);
    }
  }

  /** Goes through a segment once more, with finer snapshots. */
  *refine(segment: Segment): Work<void> {
    const length = this.history.partLength(segment);
    const parts: Segment[] = [];
    this.load(segment.start);
    let start = segment.start;
    while (start.step < segment.end) {
      this.clear();
      const end = Math.min(start.step + length, segment.end);
      yield* this.replay(end);
      const summary = this.summary();
      parts.push({ start, end, summary });
      start = this.checkpoint();
    }
    this.history.refine(segment, parts);
  }

  /** Silent replay in slices. */
  private *replay(end: number): Work<void> {
    while (this.position < end) {
      const from = this.position;
      this.play(Math.min(end, from + this.pace.steps(PLAIN)));
      if (this.pace.due(this.position - from, PLAIN)) yield;
    }
  }

  /**
   * Goes through the recorded past before `position`, newest first, and hands the stretches that `may` contain what is
   * wanted to `scan`, with the machine at their start, and edits to `edited`. Leaves the machine wherever that ended.
   */
  *backwards<T>(
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number) => T | undefined,
    edited?: (step: number, edit: Edit) => T | undefined,
  ): Work<T | undefined> {
    this.close();
    const { chain, tip, editAtTip } = this.history;
    const atTip = editAtTip && tip.step <= position ? edited?.(tip.step, editAtTip) : undefined;
    if (atTip !== undefined) return atTip;
    for (const segment of [...chain].reverse()) {
      if (segment.start.step > position) continue;
      const found: T | undefined =
        (yield* this.descend(segment, position, may, scan)) ?? (segment.edit && edited?.(segment.start.step, segment.edit));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private *descend<T>(
    segment: Segment,
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number) => T | undefined,
  ): Work<T | undefined> {
    if (segment.start.step >= position || !may(segment.summary, segment)) return undefined;
    if (!this.history.fine(segment)) {
      if (segment.parts) this.history.touch(segment);
      else yield* this.refine(segment);
      for (const part of [...(segment.parts ?? [])].reverse()) {
        const found: T | undefined = yield* this.descend(part, position, may, scan);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    this.load(segment.start);
    const found = scan(Math.min(segment.end, position));
    if (found === undefined && this.pace.due(this.position - segment.start.step, WATCHED)) yield;
    return found;
  }
}
