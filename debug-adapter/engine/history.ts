/**
 * The past of a run: a chain of segments between copy-on-write snapshots, each with a summary of what it did. Segments
 * are coarse; where the cursor was they have parts, finer ones. Beyond its budget the chain thins geometrically: the
 * older, the longer a segment may be. Step 0 is never dropped.
 */
import type { MachineSnapshot } from '../../machine/index.ts';
import type { Ledger } from './ledger.ts';
import { join, type Summary } from './summary.ts';

export interface Checkpoint {
  readonly step: number;
  readonly machine: MachineSnapshot;
  readonly ledger: Ledger;
  /** Events raised so far. */
  readonly events: number;
}

/** What was changed by hand. */
export interface Edit {
  readonly cells: readonly { readonly pa: number; readonly size: number }[];
  readonly registers: readonly { readonly core: number; readonly register: number }[];
}

export interface Segment {
  readonly start: Checkpoint;
  /** Steps done at its end. */
  readonly end: number;
  readonly summary: Summary;
  /** What the user changed just before it: what the segment before it ends in is not what it starts with. */
  readonly edit?: Edit;
  /** The same stretch, finer. */
  parts?: readonly Segment[];
}

export interface Scale {
  /** Steps between the snapshots of the chain, at most. */
  readonly coarse: number;
  /** Steps between snapshots around the cursor, at most. */
  readonly fine: number;
  /** Segments of the chain. */
  readonly budget: number;
  /** Events that are kept as they are. */
  readonly events: number;
}

export const SCALE: Scale = { coarse: 64 * 1024, fine: 1024, budget: 256, events: 200_000 };

/** Parts that a segment is cut into at most. */
const FANOUT = 64;
const MAX_REFINED = 8;

const lengthOf = (segment: Segment): number => segment.end - segment.start.step;

export class History {
  /** Contiguous from step 0 to `tip`. */
  private segments: Segment[] = [];
  /** Segments that have parts, the least recently used first. */
  private refined: Segment[] = [];
  private tipEdit: Edit | undefined;

  /** `tip`: where the recorded past ends. */
  constructor(
    public tip: Checkpoint,
    private readonly scale: Scale,
  ) {}

  get chain(): readonly Segment[] {
    return this.segments;
  }

  /** Appends what happened from the tip to `end`, which becomes the tip. */
  append(end: Checkpoint, summary: Summary): void {
    const segment: Segment = { start: this.tip, end: end.step, summary, edit: this.tipEdit };
    const last = this.segments.at(-1);
    if (last && !segment.edit && end.step - last.start.step <= this.scale.coarse) {
      const parts = [...(last.parts ?? [last]), segment];
      const joined: Segment = { start: last.start, end: end.step, summary: join(last.summary, summary), edit: last.edit };
      this.segments[this.segments.length - 1] = joined;
      this.refined = this.refined.filter((s) => s !== last);
      if (parts.length <= 4 * FANOUT) this.refine(joined, parts);
    } else {
      this.segments.push(segment);
    }
    this.tip = end;
    this.tipEdit = undefined;
    this.thin();
  }

  /** What the user changed at the tip, just before anything else happens. */
  get editAtTip(): Edit | undefined {
    return this.tipEdit;
  }

  /** Forgets what comes after `tip.step`; an edit made `tip` of what was there. */
  fork(tip: Checkpoint, edit: Edit): void {
    this.segments = this.segments
      .filter((segment) => segment.start.step < tip.step)
      .map((segment) => (segment.end <= tip.step ? segment : { ...segment, end: tip.step, parts: undefined }));
    this.refined = this.refined.filter((segment) => this.segments.includes(segment));
    this.tip = tip;
    this.tipEdit = edit;
  }

  /** The finest segment known in which `step` lies; `undefined` at the tip and beyond. */
  leaf(step: number): Segment | undefined {
    let found = within(this.segments, step);
    while (found?.parts) found = within(found.parts, step);
    return found;
  }

  /** Where running forward from `step` must change over to another snapshot: at the next edit, or at the tip. */
  boundary(step: number): number {
    return this.segments.find((segment) => segment.edit && segment.start.step > step)?.start.step ?? this.tip.step;
  }

  /** Whether a segment is short enough to be gone through word by word. */
  fine(segment: Segment): boolean {
    return lengthOf(segment) <= this.scale.fine;
  }

  /** Steps between the parts that a segment is to be cut into. */
  partLength(segment: Segment): number {
    return Math.max(this.scale.fine, Math.ceil(lengthOf(segment) / FANOUT));
  }

  /** What an edit made of the machine at `step`, if there was one. */
  editAt(step: number): Checkpoint | undefined {
    const segment = within(this.segments, step);
    return segment?.edit && segment.start.step === step ? segment.start : undefined;
  }

  refine(segment: Segment, parts: readonly Segment[]): void {
    segment.parts = parts;
    this.refined.push(segment);
    while (this.refined.length > MAX_REFINED) {
      const dropped = this.refined.shift();
      if (dropped) dropped.parts = undefined;
    }
  }

  /** Notes that the parts of a segment are in use. */
  touch(segment: Segment): void {
    const at = this.refined.indexOf(segment);
    if (at >= 0) this.refined.push(...this.refined.splice(at, 1));
  }

  private thin(): void {
    while (this.segments.length > this.scale.budget) {
      const at = this.leastMissed();
      if (at < 0) return;
      const [a, b] = this.segments.splice(at, 2);
      this.refined = this.refined.filter((s) => s !== a && s !== b);
      this.segments.splice(at, 0, { start: a.start, end: b.end, summary: join(a.summary, b.summary), edit: a.edit });
    }
  }

  /** The neighbours that are shortest for their age. An edit cannot be replayed, so nothing is joined across one. */
  private leastMissed(): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < this.segments.length; i++) {
      if (this.segments[i + 1].edit) continue;
      const start = this.segments[i].start.step;
      const cost = (this.segments[i + 1].end - start) / (this.tip.step - start);
      if (cost < least) {
        least = cost;
        best = i;
      }
    }
    return best;
  }
}

function within(segments: readonly Segment[], step: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const segment = segments[middle];
    if (step < segment.start.step) high = middle - 1;
    else if (step >= segment.end) low = middle + 1;
    else return segment;
  }
  return undefined;
}
