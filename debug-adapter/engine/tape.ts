/**
 * The run as something that can be wound: forwards, recording where it has not been yet, and backwards by snapshots and
 * replay. Everything that moves the position does it here.
 */
import type { Program, WordInfo } from '../../language/index.ts';
import type { Core, Event } from '../../machine/index.ts';
import type { RunInfo, Work } from './engine.ts';
import { type Checkpoint, type History, SCALE, type Scale, type Segment } from './history.ts';
import type { Input, InputAt } from './input.ts';
import { InputLog } from './inputs.ts';
import type { EventLog } from './log.ts';
import { Pace, PLAIN, WATCHED } from './pace.ts';
import { Player, type Watch } from './player.ts';
import { type Summary, summarize, Words } from './summary.ts';
import { type Timeline, Timelines } from './timeline.ts';

export class Tape extends Player {
  readonly words: Words;
  readonly timelines: Timelines;
  private line: Timeline;
  private readonly pace = new Pace();
  /** Whether the machine stands at the end of the recorded past and adds to it. */
  private live = false;
  /** Registers written since `clear`, whose marks somebody else has needed. */
  readonly unmarked: readonly Uint8Array[];

  constructor(
    program: Program,
    private readonly scale: Scale = SCALE,
  ) {
    super(program);
    this.words = new Words(program.dictionary);
    this.unmarked = this.machine.cores.map(({ written }) => new Uint8Array(written.length));
    this.timelines = new Timelines(program, scale);
    this.line = this.timelines.begin(this.checkpoint());
  }

  /** Number of the run that the position is in. */
  get run(): number {
    return this.line.id;
  }

  get history(): History {
    return this.line.history;
  }

  get log(): EventLog {
    return this.line.log;
  }

  override get inputs(): InputLog {
    return this.line.inputs;
  }

  get runs(): readonly RunInfo[] {
    return this.timelines.infos((line) => (line === this.line ? this.frontier : line.history.tip.step));
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
    const weight = watch?.every ? WATCHED : PLAIN;
    for (;;) {
      this.cross(last);
      const from = this.position;
      const found = this.play(Math.min(last, this.boundary(), from + this.pace.steps(weight)), watch);
      if (found !== undefined) return found;
      if (this.position >= last || (this.machine.next === undefined && this.position === this.frontier)) return undefined;
      if (this.pace.due(this.position - from, weight)) yield;
    }
  }

  /** The step up to which the machine can go on as it is. */
  private boundary(): number {
    return this.history.tip.step + (this.live ? this.scale.coarse : 0);
  }

  /** Makes sure that the machine may move on to `last`: starts to record where nothing is recorded. */
  private cross(last: number): void {
    if (this.position >= last) return;
    if (this.live && this.position >= this.history.tip.step + this.scale.coarse) this.close();
    if (this.live || this.position < this.history.tip.step) return;
    this.clear();
    this.load(this.history.tip);
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
    return summarize(this.machine, this.counts, this.words, this.unmarked);
  }

  private clear(): void {
    this.counts.fill(0);
    this.words.clear();
    for (const marks of this.unmarked) marks.fill(0);
    for (const core of this.machine.cores) core.written.fill(0);
  }

  // ------------------------------------------------------------------ inputs, and the runs that they begin

  /** Gives inputs at the position; in the past of the run, another begins. */
  input(inputs: readonly Input[]): void {
    if (inputs.length === 0) return;
    this.close();
    if (this.position < this.history.tip.step) this.line = this.timelines.fork(this.line, this.checkpoint());
    for (const input of inputs) this.inputs.push(this.position, input);
    this.giveInputs();
  }

  /** Goes through a run with inputs that are known beforehand, from reset to a position. Given up, it never was. */
  *begin(inputs: readonly InputAt[], position: number): Work<void> {
    yield* this.travel(() => this.first(inputs, position));
  }

  private *first(inputs: readonly InputAt[], position: number): Work<void> {
    const { start } = this.history.chain[0] ?? { start: this.history.tip };
    const line = this.timelines.begin({ ...start, given: 0 }, new InputLog(inputs));
    let done = false;
    try {
      yield* this.beyond(line, position);
      done = true;
    } finally {
      if (!done) this.timelines.drop(line);
    }
  }

  /** The run of a number. */
  runOf(id: number): Timeline {
    const line = this.timelines.get(id);
    if (line === undefined) throw new RangeError(`run ${id} is not kept`);
    return line;
  }

  /** Travels to a position of any run that is kept; further than it has come, if need be. */
  *travelTo(line: Timeline, step: number): Work<void> {
    if (line === this.line && step <= this.frontier) return yield* this.seek(step);
    yield* this.travel(() => this.beyond(line, step));
  }

  private *beyond(line: Timeline, step: number): Work<void> {
    this.line = line;
    this.timelines.use(line);
    const { tip } = this.history;
    yield* this.jump(Math.min(step, tip.step));
    if (step > tip.step) yield* this.forward(step);
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
    while (leaf !== undefined && leaf.start.step !== step && !this.history.fine(leaf)) {
      yield* this.refine(leaf);
      leaf = this.history.leaf(step);
    }
    this.load(leaf?.start ?? this.history.tip);
    this.play(step);
  }

  /** Does `work`, which moves about. Given up or failed, it leaves the position where it was. */
  *travel<T>(work: () => Work<T>): Work<T> {
    this.close();
    const { line } = this;
    const origin = this.checkpoint();
    let done = false;
    try {
      const result = yield* work();
      done = true;
      return result;
    } finally {
      if (!done) this.comeBack(line, origin);
    }
  }

  /** Does `work`, which moves about, and comes back. */
  *visit<T>(work: () => Work<T>): Work<T> {
    this.close();
    const { line } = this;
    const origin = this.checkpoint();
    try {
      return yield* work();
    } finally {
      this.comeBack(line, origin);
    }
  }

  private comeBack(line: Timeline, origin: Checkpoint): void {
    this.close();
    this.line = line;
    this.timelines.use(line);
    this.load(origin);
  }

  /** Goes through a segment once more, with finer snapshots. */
  *refine(segment: Segment): Work<void> {
    const length = this.history.partLength(segment);
    const parts: Segment[] = [];
    this.clear();
    this.load(segment.start);
    let start = segment.start;
    while (start.step < segment.end) {
      const end = Math.min(start.step + length, segment.end);
      yield* this.replay(end);
      const summary = this.summary();
      parts.push({ start, end, summary });
      start = this.checkpoint();
      this.clear();
    }
    this.history.refine(segment, parts);
  }

  /** Silent replay in slices. */
  *replay<T>(end: number, watch?: Watch<T>): Work<T | undefined> {
    while (this.position < end) {
      const from = this.position;
      const found = this.play(Math.min(end, from + this.pace.steps(PLAIN)), watch);
      if (found !== undefined) return found;
      if (this.pace.due(this.position - from, PLAIN)) yield;
    }
    return undefined;
  }

  /**
   * Goes through the recorded past before `position`, newest first, and hands the stretches that `may` contain what is
   * wanted to `scan`, with the machine at their start. Leaves the machine wherever that ended.
   */
  *backwards<T>(
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number, segment: Segment) => T | undefined,
  ): Work<T | undefined> {
    this.close();
    for (const segment of [...this.history.chain].reverse()) {
      const found: T | undefined = yield* this.descend(segment, position, may, scan);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The same, for a scan that may take long and needs no short stretches: nothing is cut up for it. */
  *stretches<T>(
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number) => Work<T | undefined>,
    segments: readonly Segment[] = this.history.chain,
  ): Work<T | undefined> {
    this.close();
    for (const segment of [...segments].reverse()) {
      if (segment.start.step >= position || !may(segment.summary, segment)) continue;
      let found: T | undefined;
      if (segment.parts) found = yield* this.stretches(position, may, scan, segment.parts);
      else {
        this.load(segment.start);
        found = yield* scan(Math.min(segment.end, position));
      }
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private *descend<T>(
    segment: Segment,
    position: number,
    may: (summary: Summary, segment: Segment) => boolean,
    scan: (end: number, segment: Segment) => T | undefined,
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
    const found = scan(Math.min(segment.end, position), segment);
    if (found === undefined && this.pace.due(this.position - segment.start.step, WATCHED)) yield;
    return found;
  }
}
