/**
 * Runs that share a past. An input in the past of a run begins another one; the run that was keeps its future until it is
 * evicted, the one that was left longest ago first.
 */
import type { Program } from '../../language/index.ts';
import type { RunInfo, RunPosition } from './engine.ts';
import { type Checkpoint, History, type Scale } from './history.ts';
import { InputLog } from './inputs.ts';
import { EventLog } from './log.ts';

export interface Timeline {
  readonly id: number;
  readonly parent?: RunPosition;
  readonly history: History;
  readonly log: EventLog;
  readonly inputs: InputLog;
}

export class Timelines {
  /** The least recently used first. */
  private lines: Timeline[] = [];
  private lastId = 0;

  constructor(
    private readonly program: Program,
    private readonly scale: Scale,
  ) {}

  /** A run from `start` on, with nothing recorded. */
  begin(start: Checkpoint, inputs = new InputLog()): Timeline {
    const log = new EventLog(this.program.expectations, this.scale.events);
    return this.add({ id: ++this.lastId, history: new History(start, this.scale), log, inputs });
  }

  /** A run that is `line` up to `tip`. */
  fork(line: Timeline, tip: Checkpoint): Timeline {
    return this.add({
      id: ++this.lastId,
      parent: { run: line.id, step: tip.step },
      history: line.history.fork(tip),
      log: line.log.fork(tip.events, tip.step),
      inputs: line.inputs.fork(tip.given),
    });
  }

  get(id: number): Timeline | undefined {
    return this.lines.find((line) => line.id === id);
  }

  drop(line: Timeline): void {
    this.lines = this.lines.filter((each) => each !== line);
  }

  /** Notes that a run is travelled to. */
  use(line: Timeline): void {
    this.lines = [...this.lines.filter((each) => each !== line), line];
  }

  infos(endOf: (line: Timeline) => number): RunInfo[] {
    return [...this.lines]
      .sort((a, b) => a.id - b.id)
      .map((line) => ({ id: line.id, ...(line.parent && { parent: line.parent }), inputs: line.inputs.all, end: endOf(line) }));
  }

  private add(line: Timeline): Timeline {
    for (const other of this.lines) other.history.coarsen();
    this.lines = [...this.lines, line];
    while (this.lines.length > this.scale.runs || (this.lines.length > 1 && this.pages > 2 * this.scale.pages)) this.lines.shift();
    return line;
  }

  /** Pages that the snapshots of all runs keep; what runs share counts once. */
  private get pages(): number {
    const segments = new Map(this.lines.flatMap(({ history }) => history.chain).map((segment) => [segment.summary, segment]));
    return [...segments.values()].reduce((sum, { summary }) => sum + summary.pages.size, 0);
  }
}
