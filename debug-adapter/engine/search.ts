/** Who wrote this last: searches the past by what segments wrote, then by what words wrote. */
import type { WordInfo } from '../../language/index.ts';
import { type Core, PAGE_SIZE, type ProtectionUnit, touches } from '../../machine/index.ts';
import type { Target, Work, Writer } from './engine.ts';
import { explainHere } from './explain.ts';
import { upcoming } from './eye.ts';
import type { Summary } from './summary.ts';
import type { Tape } from './tape.ts';

interface Cell {
  readonly pa: number;
  readonly size: number;
}

/** Registers by index, on any core or on one. */
interface Spot {
  readonly cells: readonly Cell[];
  readonly registers: readonly number[];
  readonly core?: number;
}

/** A step that touched a spot, as far as marks tell: a 64-byte line, a register. */
interface Candidate {
  readonly step: number;
  readonly core: number;
  readonly word: WordInfo | undefined;
  /** Whether what is looked for is different after it. */
  readonly changed: boolean;
}

export function* lastWrite(tape: Tape, target: Target): Work<Writer | undefined> {
  return yield* tape.visit(() => SEARCHES[target.kind](tape, target as never));
}

const SEARCHES: { readonly [K in Target['kind']]: (tape: Tape, target: Extract<Target, { kind: K }>) => Work<Writer | undefined> } = {
  *memory(tape, { pa, size }) {
    const spot: Spot = { cells: [{ pa, size }], registers: [] };
    const value = (): string => bytesOf(tape, spot.cells);
    let { position } = tape;
    for (;;) {
      const found: Candidate | undefined = yield* newest(tape, position, spot, value);
      if (found === undefined || found.changed) return found;
      // The line was stored to, and these bytes are what they were: its accesses tell whether it stored them again.
      yield* tape.seek(found.step);
      if (explainHere(tape).writes.some((cell) => cell.pa < pa + size && pa < cell.pa + cell.size)) return found;
      position = found.step;
    }
  },

  *register(tape, { core, register }) {
    const { registers } = tape.machine.architecture;
    const { alias } = registers[register];
    const real = alias ? registers.findIndex((row) => row.name === alias.of) : register;
    return yield* newest(tape, tape.position, { cells: [], registers: [real], core }, () => '');
  },

  *tag(tape, { pa }) {
    const found = new Map<ProtectionUnit, Candidate>();
    const origin = tape.position;
    for (const unit of tape.machine.units) {
      const change = yield* lastChange(tape, unit, pa, origin);
      if (change) found.set(unit, change);
    }
    return [...found.values()].sort((a, b) => b.step - a.step)[0];
  },
};

/** The last step before `origin` that gave `pa` another tag. What decides the tag may itself have been moved by then. */
function* lastChange(tape: Tape, unit: ProtectionUnit, pa: number, origin: number): Work<Candidate | undefined> {
  let position = origin;
  for (;;) {
    yield* tape.seek(position);
    const { cells, registers } = unit.source(pa);
    const rows = tape.machine.architecture.registers;
    const spot: Spot = { cells, registers: registers.map((name) => rows.findIndex((row) => row.name === name)) };
    const found: Candidate | undefined = yield* newest(tape, position, spot, () => String(unit.tagAt(pa)));
    if (found === undefined || found.changed) return found;
    position = found.step;
  }
}

/** The last step before `position` that marked a line or register of `spot`. */
function* newest(tape: Tape, position: number, spot: Spot, value: () => string): Work<Candidate | undefined> {
  const onCore = (core: number): boolean => spot.core === undefined || spot.core === core;
  const may = ({ pages, registers }: Summary): boolean =>
    spot.cells.some(({ pa, size }) => pagesOf(pa, size).some((page) => pages.has(page) && touches(pages.get(page)!, pa, size))) ||
    registers.some((written, core) => onCore(core) && spot.registers.some((register) => written[register] === 1));
  return yield* tape.backwards(position, may, (end) => lastIn(tape, end, spot, value));
}

function pagesOf(pa: number, size: number): number[] {
  const first = Math.floor(pa / PAGE_SIZE);
  return Array.from({ length: Math.floor((pa + size - 1) / PAGE_SIZE) - first + 1 }, (_, i) => first + i);
}

function lastIn(tape: Tape, end: number, spot: Spot, value: () => string): Candidate | undefined {
  const { machine } = tape;
  let last: Candidate | undefined;
  const marks = machine.cores.filter((core) => spot.core === undefined || core.id === spot.core);
  // Pages get marks of their own when they are stored to first after a snapshot.
  machine.memory.snapshot();
  let before = value();
  while (tape.position < end) {
    clear(tape, spot, marks);
    const core = machine.next;
    const step = tape.position;
    const word = core && upcoming(core);
    tape.play(step + 1);
    if (core === undefined || tape.position === step) break;
    if (!marked(tape, spot, marks)) continue;
    const after = value();
    last = { step, core: core.id, word: word ?? undefined, changed: after !== before };
    before = after;
  }
  return last;
}

function clear(tape: Tape, spot: Spot, cores: readonly Core[]): void {
  for (const { pa, size } of spot.cells) {
    for (const number of pagesOf(pa, size)) {
      const page = tape.machine.memory.page(number);
      page.lo = 0;
      page.hi = 0;
    }
  }
  for (const core of cores) for (const register of spot.registers) core.written[register] = 0;
}

function marked(tape: Tape, spot: Spot, cores: readonly Core[]): boolean {
  const line = ({ pa, size }: Cell): boolean =>
    pagesOf(pa, size).some((number) => {
      const { lo, hi } = tape.machine.memory.page(number);
      return touches({ page: number, lo, hi }, pa, size);
    });
  return spot.cells.some(line) || cores.some((core) => spot.registers.some((register) => core.written[register] === 1));
}

function bytesOf(tape: Tape, cells: readonly Cell[]): string {
  const byte = (pa: number): number => Number(tape.machine.memory.read(pa, 1));
  return cells.map(({ pa, size }) => Array.from({ length: size }, (_, i) => byte(pa + i)).join()).join();
}
