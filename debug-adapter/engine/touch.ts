/** Which steps of a stretch stored to some place, as marks on lines and registers tell. */
import type { WordInfo } from '../../language/index.ts';
import { type Core, PAGE_SIZE, touches } from '../../machine/index.ts';
import { upcoming } from './eye.ts';
import type { Edit } from './history.ts';
import type { Summary } from './summary.ts';
import type { Tape } from './tape.ts';

export interface Cell {
  readonly pa: number;
  readonly size: number;
}

/** Bytes of memory, and registers by index: on every core unless one is named. */
export interface Spot {
  readonly cells: readonly Cell[];
  readonly registers: readonly number[];
  readonly core?: number;
}

/** A step that stored to a line or register of a spot. */
export interface Touch {
  readonly step: number;
  readonly core: number;
  /** Undefined for what the user changed by hand. */
  readonly word: WordInfo | undefined;
  /** Whether bytes of the spot are different after it, or one of its registers was stored to. */
  readonly telling: boolean;
}

export const overlaps = (a: Cell, b: Cell): boolean => a.pa < b.pa + b.size && b.pa < a.pa + a.size;

const onCore = ({ core: wanted }: Spot, core: number): boolean => wanted === undefined || wanted === core;

/** Whether a stretch may hold a touch. */
export function mayTouch(spot: Spot, { pages, registers }: Summary): boolean {
  const line = ({ pa, size }: Cell, page: number): boolean => {
    const dirty = pages.get(page);
    return dirty !== undefined && touches(dirty, pa, size);
  };
  return (
    spot.cells.some((cell) => pagesOf(cell).some((page) => line(cell, page))) ||
    registers.some((written, core) => onCore(spot, core) && spot.registers.some((register) => written[register] === 1))
  );
}

/** The user's own touch. */
export function touchOf(spot: Spot, step: number, edit: Edit): Touch | undefined {
  const cell = edit.cells.some((changed) => spot.cells.some((wanted) => overlaps(changed, wanted)));
  const register = edit.registers.find(({ core, register }) => onCore(spot, core) && spot.registers.includes(register));
  return cell || register ? { step, core: register?.core ?? 0, word: undefined, telling: true } : undefined;
}

/** The touches from where the tape stands to `end`, in order. */
export function touchesTo(tape: Tape, end: number, spot: Spot): Touch[] {
  const { machine } = tape;
  const cores = machine.cores.filter(({ id }) => onCore(spot, id));
  const found: Touch[] = [];
  // Pages get marks of their own when they are stored to first after a snapshot.
  machine.memory.snapshot();
  let before = bytesOf(tape, spot);
  while (tape.position < end) {
    clear(tape, spot, cores);
    const { next } = machine;
    const step = tape.position;
    if (next === undefined) break;
    const word = upcoming(next) ?? undefined;
    tape.play(step + 1);
    const register = cores.some((core) => spot.registers.some((register) => core.written[register] === 1));
    if (!register && !spot.cells.some((cell) => marked(tape, cell))) continue;
    const after = bytesOf(tape, spot);
    found.push({ step, core: next.id, word, telling: register || after !== before });
    before = after;
  }
  return found;
}

function pagesOf({ pa, size }: Cell): number[] {
  const first = Math.floor(pa / PAGE_SIZE);
  return Array.from({ length: Math.floor((pa + size - 1) / PAGE_SIZE) - first + 1 }, (_, i) => first + i);
}

function clear(tape: Tape, spot: Spot, cores: readonly Core[]): void {
  for (const number of spot.cells.flatMap(pagesOf)) {
    const page = tape.machine.memory.page(number);
    page.lo = 0;
    page.hi = 0;
  }
  for (const core of cores) for (const register of spot.registers) core.written[register] = 0;
}

function marked(tape: Tape, cell: Cell): boolean {
  return pagesOf(cell).some((page) => {
    const { lo, hi } = tape.machine.memory.page(page);
    return touches({ page, lo, hi }, cell.pa, cell.size);
  });
}

function bytesOf(tape: Tape, { cells }: Spot): string {
  const byte = (pa: number): bigint => tape.machine.memory.read(pa, 1);
  return cells.flatMap(({ pa, size }) => Array.from({ length: size }, (_, i) => byte(pa + i))).join();
}
