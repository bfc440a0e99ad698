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
  /** Inputs given so far; those of its step may be still to be given. */
  readonly given: number;
}

export interface Segment {
  readonly start: Checkpoint;
  /** Steps done at its end. */
  readonly end: number;
  readonly summary: Summary;
  /** Whether the summary is of a longer stretch, of which another run has the rest. */
  readonly cut?: boolean;
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
  /** Pages that the snapshots of the chain may keep, about 4.5 KiB each. */
  readonly pages: number;
  /** Events that are kept as they are. */
  readonly events: number;
  /** Runs that can be travelled to. */
  readonly runs: number;
}

export const SCALE: Scale = { coarse: 64 * 1024, fine: 1024, budget: 256, pages: 48 * 1024, events: 200_000, runs: 32 };

/** Parts that a segment is cut into at most. */
const FANOUT = 64;
const MAX_REFINED = 8;
/** As deep as parts of parts go: fewer, and a journey could not be finished. */
const NEEDED = 4;

const lengthOf = (segment: Segment): number => segment.end - segment.start.step;
/** Each segment leaves one version of every page that it stored to. */
const pagesOf = (segments: readonly Segment[]): number => segments.reduce((sum, { summary }) => sum + summary.pages.size, 0);

export class History {
  /** Contiguous from step 0 to `tip`. */
  private segments: Segment[] = [];
  /** Segments that have parts, the least recently used first. */
  private refined: Segment[] = [];

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
    const segment: Segment = { start: this.tip, end: end.step, summary };
    const last = this.segments.at(-1);
    if (last && end.step - last.start.step <= this.scale.coarse) {
      const parts = [...(last.parts ?? [last]), segment];
      const joined: Segment = { start: last.start, end: end.step, summary: join(last.summary, summary), cut: last.cut };
      this.segments[this.segments.length - 1] = joined;
      this.refined = this.refined.filter((s) => s !== last);
      if (parts.length <= 4 * FANOUT) this.refine(joined, parts);
    } else {
      this.segments.push(segment);
    }
    this.tip = end;
    this.thin();
  }

  /** A past that is the same up to `tip.step` and goes on from there by itself. */
  fork(tip: Checkpoint): History {
    const forked = new History(tip, this.scale);
    forked.segments = this.segments
      .filter((segment) => segment.start.step < tip.step)
      .map((segment) => {
        const cut = segment.end > tip.step;
        return { ...segment, parts: undefined, ...(cut && { end: tip.step, cut }) };
      });
    return forked;
  }

  /** The finest segment known in which `step` lies; `undefined` at the tip and beyond. */
  leaf(step: number): Segment | undefined {
    let found = within(this.segments, step);
    while (found?.parts) found = within(found.parts, step);
    return found;
  }

  /** Whether a segment is short enough to be gone through word by word. */
  fine(segment: Segment): boolean {
    return lengthOf(segment) <= this.scale.fine;
  }

  /** Steps between the parts that a segment is to be cut into. */
  partLength(segment: Segment): number {
    return Math.max(this.scale.fine, Math.ceil(lengthOf(segment) / FANOUT));
  }

  refine(segment: Segment, parts: readonly Segment[]): void {
    segment.parts = parts;
    this.refined.push(segment);
    while (this.refined.length > MAX_REFINED || (this.refined.length > NEEDED && this.pagesOfParts > this.scale.pages / 2)) {
      const dropped = this.refined.shift();
      if (dropped) dropped.parts = undefined;
    }
  }

  private get pagesOfParts(): number {
    return this.refined.reduce((sum, { parts = [] }) => sum + pagesOf(parts), 0);
  }

  /** Notes that the parts of a segment are in use. */
  touch(segment: Segment): void {
    const at = this.refined.indexOf(segment);
    if (at >= 0) this.refined.push(...this.refined.splice(at, 1));
  }

  /** Forgets what is only there to be quick. */
  coarsen(): void {
    for (const segment of this.refined) segment.parts = undefined;
    this.refined = [];
  }

  private thin(): void {
    const { budget, pages } = this.scale;
    while (this.segments.length > 2 && (this.segments.length > budget || pagesOf(this.segments) > pages)) {
      const at = this.leastMissed();
      const [a, b] = this.segments.splice(at, 2);
      this.refined = this.refined.filter((s) => s !== a && s !== b);
      this.segments.splice(at, 0, { start: a.start, end: b.end, summary: join(a.summary, b.summary), cut: a.cut || b.cut });
    }
  }

  /** The neighbours that are shortest for their age. */
  private leastMissed(): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < this.segments.length; i++) {
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
