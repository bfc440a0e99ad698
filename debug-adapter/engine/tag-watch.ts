/** A watch on the tags of a range: what decides them, and whether they are what they were. */
import type { Machine, ProtectionUnit, TagRange } from '../../machine/index.ts';
import type { DataStop, Watched } from './engine.ts';
import type { Cell, Spot } from './touch.ts';

/** What decides more tags than these would take too long to find out, again and again. */
const MOST_GRANULES = 0x1_0000;

export class TagWatch {
  /** Bytes of tables and registers that decide the tags now. */
  spot: Spot = { cells: [], registers: [] };
  private tags: readonly TagRange[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly unit: ProtectionUnit,
    readonly stop: DataStop,
    private readonly on: Extract<Watched, { kind: 'tag' }>,
  ) {
    const most = MOST_GRANULES * unit.granule;
    if (on.size > most) throw new RangeError(`The tags of at most ${most} bytes can be watched.`);
  }

  private get now(): readonly TagRange[] {
    return this.unit.ranges(this.on.pa, this.on.pa + this.on.size);
  }

  /** Notes the tags as they are. */
  refresh(): void {
    this.tags = this.now;
    this.spot = this.sources();
  }

  /** The first of the tags that are not what they were. */
  look(): { readonly pa: number; readonly before: bigint; readonly after: bigint } | undefined {
    const before = this.tags;
    this.refresh();
    const starts = [...before, ...this.tags].map(({ from }) => from).sort((a, b) => a - b);
    for (const pa of starts) {
      const [was, is] = [tagIn(before, pa), tagIn(this.tags, pa)];
      if (was !== is) return { pa, before: BigInt(was), after: BigInt(is) };
    }
    return undefined;
  }

  private sources(): Spot {
    const { unit, on } = this;
    const rows = this.machine.architecture.registers;
    const cells = new Map<number, Cell>();
    const registers = new Set<string>();
    for (let pa = on.pa - (on.pa % unit.granule); pa < on.pa + on.size; pa += unit.granule) {
      const source = unit.source(pa);
      for (const cell of source.cells) cells.set(cell.pa, cell);
      for (const name of source.registers) registers.add(name);
    }
    return { cells: [...cells.values()], registers: [...registers].map((name) => rows.findIndex((row) => row.name === name)) };
  }
}

const tagIn = (ranges: readonly TagRange[], pa: number): number => ranges.find(({ from, to }) => pa >= from && pa < to)?.tag ?? -1;
