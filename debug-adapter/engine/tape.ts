/**
 * The run as something that can be wound: the machine, what observes it, and the recorded past. Everything that moves
 * the position does it here; replay is silent, since nothing but the ledger listens to it.
 */
import type { Program, WordInfo } from '../../language/index.ts';
import type { Core, Event, Machine } from '../../machine/index.ts';
import { Crossings } from './crossings.ts';
import type { Work } from './engine.ts';
import { type StateRegisters, stateRegisters, upcoming } from './eye.ts';
import { type Checkpoint, History, type Scale, type Segment } from './history.ts';
import { type Context, type CoreContexts, initialLedger, type Ledger } from './ledger.ts';
import { EventLog } from './log.ts';
import { Pace } from './pace.ts';
import { EVENT_KINDS, kindIndex, kindMask, type Summary, summarize, Words } from './summary.ts';

/** Looks at a position that was just reached; anything but `undefined` ends the movement there. */
export interface Watch<T> {
  /** Whether it looks at every position, or only where a word is marked or an armed event was raised. */
  readonly every: boolean;
  /** Event kinds it waits for, by bit. */
  readonly mask: number;
  look(next: Core | undefined, word: WordInfo | null): T | undefined;
}

const CROSSING = kindMask(['exception_entry', 'exception_return']);

export class Tape {
  readonly machine: Machine;
  readonly log = new EventLog();
  readonly history: History;
  readonly words: Words;
  readonly registers: readonly StateRegisters[];
  ledger: Ledger;
  /** Events of the step just done that the watch waits for. */
  readonly raised: Event[] = [];
  /** Core that did the step just done. */
  stepped: Core | undefined;
  /** Word that it executed; during a step, the one that executes. */
  word: WordInfo | null = null;
  private readonly crossings: Crossings;
  private readonly crossed: Event[] = [];
  private readonly counts = new Uint32Array(EVENT_KINDS.length);
  private readonly pace = new Pace();
  private mask = 0;
  /** Whether the machine stands at the end of the recorded past and adds to it. */
  private live = false;

  constructor(
    readonly program: Program,
    scale?: Scale,
  ) {
    this.machine = program.createMachine();
    this.words = new Words(program.dictionary);
    this.registers = stateRegisters(program);
    this.crossings = new Crossings(this.machine, this.registers);
    this.ledger = initialLedger(this.machine.cores.length);
    this.machine.sink = (event) => this.observe(event);
    this.history = new History(this.checkpoint(), scale);
  }

  get position(): number {
    return this.machine.steps;
  }

  /** Steps of the longest run so far: positions up to here are recorded. */
  get frontier(): number {
    return this.live ? this.machine.steps : this.history.tip.step;
  }

  /** The ledger at this very moment, `core` having perhaps gone on, without any event, in a context that waited there. */
  settled(core: Core): Ledger {
    return this.crossings.settled(this.ledger, core);
  }

  /** Who runs on a core, and who waits there. */
  contexts(core: Core): CoreContexts {
    return this.settled(core).cores[core.id];
  }

  /** Contexts that nobody waits for, at this very moment. */
  get parked(): readonly Context[] {
    return this.machine.cores.reduce((ledger, core) => this.crossings.settled(ledger, core), this.ledger).pool;
  }

  /** The word that stopped a core for good, if one did. */
  lastWord(core: Core): WordInfo | undefined {
    if (core.status !== 'finished' && core.status !== 'halted') return undefined;
    for (let i = this.log.before(this.position) - 1; i >= 0; i--)
      if (this.log.at(i).core === core.id) return this.log.wordOf(i) ?? undefined;
    return undefined;
  }

  checkpoint(): Checkpoint {
    return { step: this.machine.steps, machine: this.machine.snapshot(), ledger: this.ledger };
  }

  load(checkpoint: Checkpoint): void {
    this.close();
    this.machine.restore(checkpoint.machine);
    this.ledger = checkpoint.ledger;
    this.raised.length = 0;
    this.stepped = undefined;
  }

  // ------------------------------------------------------------------ forwards

  /** Forward to where `watch` says, at most to `last`, further than what is recorded if need be. */
  *forward<T>(last: number, watch?: Watch<T>): Work<T | undefined> {
    const origin = this.position;
    this.mask = watch?.mask ?? 0;
    try {
      for (;;) {
        this.cross(last);
        const from = this.position;
        const found = this.spin(Math.min(last, this.boundary(), from + this.pace.steps), origin, watch);
        if (found !== undefined) return found;
        if (this.position >= last || (this.machine.next === undefined && this.position === this.frontier)) return undefined;
        if (this.pace.due(this.position - from)) yield;
      }
    } finally {
      this.mask = 0;
    }
  }

  private spin<T>(end: number, origin: number, watch?: Watch<T>): T | undefined {
    const { machine, raised, crossed } = this;
    for (;;) {
      const core = machine.next;
      const word = core === undefined ? null : upcoming(core);
      if (watch !== undefined && machine.steps !== origin && (watch.every || raised.length > 0 || (word !== null && word.mark !== 0))) {
        const found = watch.look(core, word);
        if (found !== undefined) return found;
      }
      if (core === undefined || machine.steps >= end) return undefined;
      if (raised.length > 0) raised.length = 0;
      this.stepped = core;
      this.word = word;
      this.crossings.before(core, word);
      machine.step();
      if (crossed.length > 0) this.follow(core, word);
    }
  }

  /** Replays silently, within one segment. */
  play(end: number): void {
    this.spin(end, -1);
  }

  /** The same, with `look` called at every position that `watch` is about, but for the first. */
  playWatching(end: number, watch: Watch<never>): void {
    this.mask = watch.mask;
    this.spin(end, this.position, watch);
    this.mask = 0;
  }

  private observe(event: Event): void {
    const index = kindIndex(event.kind);
    this.counts[index]++;
    const bit = 1 << index;
    if (this.live) this.log.push(event, this.word);
    if ((bit & CROSSING) !== 0) this.crossed.push(event);
    if ((bit & this.mask) !== 0) this.raised.push(event);
  }

  /** The ledger hears of a crossing when its step is done: registers, SP and PC are final then. */
  private follow(core: Core, word: WordInfo | null): void {
    for (const event of this.crossed) this.ledger = this.crossings.follow(this.ledger, core, word, event);
    this.crossed.length = 0;
  }

  /** The step up to which the machine can go on as it is. */
  private boundary(): number {
    return this.live ? this.history.tip.step + this.history.scale.coarse : this.history.boundary(this.position);
  }

  /** Makes sure that the machine may move on to `last`: changes over to the next snapshot, or starts to record. */
  private cross(last: number): void {
    if (this.position >= last) return;
    if (this.live && this.position >= this.history.tip.step + this.history.scale.coarse) this.close();
    if (!this.live && this.position === this.history.tip.step) {
      this.changeOver(this.history.tip);
      this.clear();
      this.live = true;
      return;
    }
    const edit = this.live ? undefined : this.history.editAt(this.position);
    if (edit) this.changeOver(edit);
  }

  /** The same position from a snapshot; what the step before it did is still to be looked at. */
  private changeOver(checkpoint: Checkpoint): void {
    const { stepped } = this;
    const raised = [...this.raised];
    this.load(checkpoint);
    this.stepped = stepped;
    this.raised.push(...raised);
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
    this.log.cut(this.position);
    change(this.machine);
    this.history.fork(this.checkpoint());
  }

  // ------------------------------------------------------------------ travel

  /** Travels to a recorded position. Given up, it leaves the position where it was. */
  *seek(step: number): Work<void> {
    if (step === this.position) return;
    this.close();
    const near = this.history.leaf(this.position);
    if (
      near !== undefined &&
      near === this.history.leaf(step) &&
      step > this.position &&
      step - this.position <= 8 * this.history.scale.fine
    ) {
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
      parts.push({ start, end, summary, edited: false });
      start = this.checkpoint();
    }
    this.history.refine(segment, parts);
  }

  /** Silent replay in slices. */
  private *replay(end: number): Work<void> {
    while (this.position < end) {
      const from = this.position;
      this.play(Math.min(end, from + this.pace.steps));
      if (this.pace.due(this.position - from)) yield;
    }
  }

  /**
   * Goes through the recorded past before `position`, newest first, and hands the stretches that `may` contain what is
   * wanted to `scan`, with the machine at their start. Leaves the machine wherever the search ended.
   */
  *backwards<T>(
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number) => T | undefined,
  ): Work<T | undefined> {
    this.close();
    return yield* this.descend(this.history.chain, position, may, scan);
  }

  private *descend<T>(
    segments: readonly Segment[],
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number) => T | undefined,
  ): Work<T | undefined> {
    for (const segment of [...segments].reverse()) {
      if (segment.start.step >= position || !may(segment.summary, segment)) continue;
      if (!this.history.fine(segment)) {
        if (segment.parts) this.history.touch(segment);
        else yield* this.refine(segment);
        const found: T | undefined = yield* this.descend(segment.parts ?? [], position, may, scan);
        if (found !== undefined) return found;
        continue;
      }
      this.load(segment.start);
      const found = scan(Math.min(segment.end, position));
      if (found !== undefined) return found;
      if (this.pace.due(this.position - segment.start.step)) yield;
    }
    return undefined;
  }
}
