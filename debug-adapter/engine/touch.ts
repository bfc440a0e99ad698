/** Places that are stored to, and whether a stretch of a run may have stored there. */
import type { WordInfo } from '../../language/index.ts';
import { type Architecture, type Core, type DirtyPage, PAGE_SIZE, touches } from '../../machine/index.ts';
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

/** A step that stored to a spot. */
export interface Touch {
  readonly step: number;
  readonly core: number;
  /** Undefined for what the user changed by hand. */
  readonly word: WordInfo | undefined;
  /** The bytes of the spot after it, or its first register. */
  readonly value: bigint;
}

export const overlaps = (a: Cell, b: Cell): boolean => a.pa < b.pa + b.size && b.pa < a.pa + a.size;

export const onCore = ({ core: wanted }: Spot, core: number): boolean => wanted === undefined || wanted === core;

/** The register that holds what a row names, and which bits of it. */
export function realRegister({ registers }: Architecture, register: number): { readonly register: number; readonly mask: bigint } {
  const { alias } = registers[register];
  if (!alias) return { register, mask: (1n << 64n) - 1n };
  const mask = ((1n << BigInt(alias.high - alias.low + 1)) - 1n) << BigInt(alias.low);
  return { register: registers.findIndex(({ name }) => name === alias.of), mask };
}

/** Whether a stretch may hold a touch. */
export function mayTouch(spot: Spot, { pages, registers }: Summary): boolean {
  const dirty = (page: DirtyPage | undefined, { pa, size }: Cell): boolean => page !== undefined && touches(page, pa, size);
  const touched = (cell: Cell): boolean => {
    const few = Math.ceil(cell.size / PAGE_SIZE) < pages.size;
    return few ? pagesOf(cell).some((page) => dirty(pages.get(page), cell)) : [...pages.values()].some((page) => dirty(page, cell));
  };
  return (
    registers.some((written, core) => onCore(spot, core) && spot.registers.some((register) => written[register] === 1)) ||
    spot.cells.some(touched)
  );
}

export function pagesOf({ pa, size }: Cell): number[] {
  const first = Math.floor(pa / PAGE_SIZE);
  return Array.from({ length: Math.floor((pa + size - 1) / PAGE_SIZE) - first + 1 }, (_, i) => first + i);
}

/** All bytes of a spot as one number, the first the lowest; of a spot without any, its first register. */
export function heldBy(tape: Tape, { cells, registers }: Spot, cores: readonly Core[]): bigint {
  if (cells.length === 0) return registers.length > 0 && cores.length > 0 ? cores[0].regs[registers[0]] : 0n;
  let value = 0n;
  let bits = 0n;
  for (const { pa, size } of cells) {
    for (let i = 0; i < size; i++, bits += 8n) value |= tape.machine.memory.read(pa + i, 1) << bits;
  }
  return value;
}
