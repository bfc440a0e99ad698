/** What differs between two positions: registers, memory, tags, and what happened between them. */
import { type CoreStatus, type EventKind, PAGE_SIZE, type TagRange } from '../../machine/index.ts';
import type { Difference, RunPosition, Work } from './engine.ts';
import { eventCounts } from './recall.ts';
import { EVENT_KINDS } from './summary.ts';
import type { Tape } from './tape.ts';
import type { Timeline } from './timeline.ts';

/** Runs of bytes that are listed at most. */
const MOST_RANGES = 4096;
/** Bytes that are the same between two that differ, and do not separate them. */
const GAP = 7;

interface Picture {
  readonly cores: readonly { readonly state: number; readonly pc: bigint; readonly status: CoreStatus; readonly regs: BigUint64Array }[];
  readonly pages: ReadonlyMap<number, Uint8Array>;
  readonly tags: readonly (readonly TagRange[])[];
  readonly counts: Uint32Array;
}

export function* difference(tape: Tape, from: RunPosition, to: RunPosition): Work<Difference> {
  return yield* tape.visit(function* (): Work<Difference> {
    const [a, b] = [tape.runOf(from.run), tape.runOf(to.run)];
    const pages = pagesBetween(tape, a, from.step, b, to.step);
    const before = yield* picture(tape, a, from.step, pages);
    const after = yield* picture(tape, b, to.step, pages);
    const memory = memoryOf(before, after);
    return {
      registers: registersOf(before, after),
      cores: before.cores.flatMap((was, core) => {
        const is = after.cores[core];
        const same = was.state === is.state && was.pc === is.pc && was.status === is.status;
        return same ? [] : [{ core, before: place(was), after: place(is) }];
      }),
      memory: memory.slice(0, MOST_RANGES),
      more: memory.length > MOST_RANGES,
      tags: tape.machine.units.flatMap(({ id }, i) => tagsOf(before.tags[i], after.tags[i]).map((change) => ({ unit: id, ...change }))),
      ...(shared(tape, a, b) >= Math.min(from.step, to.step) && { events: between(before.counts, after.counts) }),
    };
  });
}

const place = ({ state, pc, status }: Picture['cores'][number]) => ({ state, pc, status });

function* picture(tape: Tape, line: Timeline, step: number, pages: ReadonlySet<number>): Work<Picture> {
  yield* tape.travelTo(line, step);
  const counts = yield* eventCounts(tape);
  const { machine } = tape;
  // No page that a picture holds is stored to any more: the copy is made when it is.
  machine.memory.snapshot();
  const memoryMap = [...machine.map].sort((x, y) => x.from - y.from);
  return {
    cores: machine.cores.map(({ state, pc, status, regs }) => ({ state, pc, status, regs: regs.slice() })),
    pages: new Map([...pages].map((page) => [page, machine.memory.page(page).bytes])),
    tags: machine.units.map((unit) => memoryMap.flatMap(({ from, to }) => unit.ranges(from, to))),
    counts,
  };
}

/** Steps that two runs have in common. */
function shared(tape: Tape, a: Timeline, b: Timeline): number {
  if (a === b) return Number.POSITIVE_INFINITY;
  const [older, newer] = a.id < b.id ? [a, b] : [b, a];
  if (newer.parent === undefined) return 0;
  const parent = tape.timelines.get(newer.parent.run);
  // Of a run that is gone only the number is known: whether it was `older` is.
  const rest = newer.parent.run === older.id ? Number.POSITIVE_INFINITY : parent ? shared(tape, older, parent) : 0;
  return Math.min(newer.parent.step, rest);
}

/** Pages that may differ: those stored to on the way from one position back to where both runs are the same, and on to the other. */
function pagesBetween(tape: Tape, a: Timeline, from: number, b: Timeline, to: number): ReadonlySet<number> {
  const common = Math.min(from, to, shared(tape, a, b));
  const pages = new Set<number>();
  for (const [line, end] of [
    [a, from],
    [b, to],
  ] as const) {
    for (const segment of line.history.chain) {
      if (segment.end > common && segment.start.step <= end) for (const page of segment.summary.pages.keys()) pages.add(page);
    }
    for (const { step, input } of line.inputs.all) {
      if (input.kind !== 'memory' || step < common || step > end) continue;
      for (let pa = input.pa; pa < input.pa + input.bytes.length + PAGE_SIZE; pa += PAGE_SIZE) pages.add(Math.floor(pa / PAGE_SIZE));
    }
  }
  return pages;
}

function registersOf(before: Picture, after: Picture): Difference['registers'] {
  return before.cores.flatMap(({ regs }, core) =>
    [...regs].flatMap((value, register) => {
      const now = after.cores[core].regs[register];
      return value === now ? [] : [{ core, register, before: value, after: now }];
    }),
  );
}

function memoryOf(before: Picture, after: Picture): Difference['memory'] {
  const ranges: { pa: number; before: Uint8Array; after: Uint8Array }[] = [];
  for (const page of [...before.pages.keys()].sort((x, y) => x - y)) {
    if (ranges.length > MOST_RANGES) break;
    const [was, is] = [before.pages.get(page), after.pages.get(page)];
    if (was === undefined || is === undefined || was === is) continue;
    for (const [from, to] of runsOf(was, is)) {
      ranges.push({ pa: page * PAGE_SIZE + from, before: was.slice(from, to), after: is.slice(from, to) });
    }
  }
  return ranges;
}

/** Stretches [from, to) in which bytes differ. */
function runsOf(was: Uint8Array, is: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < was.length; i++) {
    if (was[i] === is[i]) continue;
    const last = runs.at(-1);
    if (last && i - last[1] <= GAP) last[1] = i + 1;
    else runs.push([i, i + 1]);
  }
  return runs;
}

type TagChange = Omit<Difference['tags'][number], 'unit'>;

/** Both lists cover the same addresses without gaps that matter: what none covers has no tag. */
function tagsOf(before: readonly TagRange[], after: readonly TagRange[]): TagChange[] {
  const edges = [...new Set([...before, ...after].flatMap(({ from, to }) => [from, to]))].sort((x, y) => x - y);
  const changes: TagChange[] = [];
  let [i, j] = [0, 0];
  for (const [k, from] of edges.slice(0, -1).entries()) {
    while (i < before.length && before[i].to <= from) i++;
    while (j < after.length && after[j].to <= from) j++;
    const [was, is] = [tagAt(before[i], from), tagAt(after[j], from)];
    if (was === is) continue;
    const last = changes.at(-1);
    const to = edges[k + 1];
    if (last && last.to === from && last.before === was && last.after === is) changes[changes.length - 1] = { ...last, to };
    else changes.push({ from, to, before: was, after: is });
  }
  return changes;
}

const tagAt = (range: TagRange | undefined, pa: number): number => (range && range.from <= pa ? range.tag : -1);

function between(before: Uint32Array, after: Uint32Array): Partial<Record<EventKind, number>> {
  return Object.fromEntries(
    EVENT_KINDS.flatMap((kind, i) => {
      const count = Math.abs(after[i] - before[i]);
      return count === 0 ? [] : [[kind, count]];
    }),
  );
}
