/**
 * Atomic read-modify-write instructions (FEAT_LSE), of as many bytes as their pointer points to. Words are atomic anyway;
 * these also demand alignment, and permission to read and to write. Accesses take effect in program order here, so acquire
 * and release forms (SWPAL, LDADDA, …) are the same word. Arm ARM DDI0487 M.a.a, C6.2, B2.2 (alignment, without FEAT_LSE2).
 */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { abort } from '../fault.ts';

/** Whether an access is aligned, as those that are atomic have to be; sets its fault if not. */
export function isAligned(core: Core, kind: 'read' | 'write', va: bigint, size: number): boolean {
  if (va % BigInt(size) === 0n) return true;
  core.fault ??= abort({ kind, purpose: 'data', va, size, pa: 0, space: 0 }, 'alignment');
  return false;
}

/** Loads what is there; sets the fault of an access that is not aligned, or that may not read. */
export const loadAligned = (core: Core, va: bigint, size: number): bigint => (isAligned(core, 'read', va, size) ? core.load(va, size) : 0n);

/** Bytes that a sized instruction accesses: the last of its arguments. */
export const sizeOf = (size: bigint | undefined): number => Number(size ?? 8n);

const pointer = { name: 'pointer', kind: 'value' } as const;
const value = { name: 'value', kind: 'value' } as const;

/** LD<op>: stores what `combine` makes of the old value and the operand, and gives the old value. */
function loadOperation(name: string, what: string, combine: (old: bigint, operand: bigint) => bigint): InstructionRow {
  return {
    name,
    summary: `${what} in memory, and gives what was there, atomically.`,
    section: `Arm ARM C6.2, ${name.toUpperCase()}`,
    operands: [pointer, value],
    produces: true,
    sized: true,
    execute(core, [va, operand, bytes]) {
      const size = sizeOf(bytes);
      const old = loadAligned(core, va, size);
      if (core.fault === null) core.store(va, size, BigInt.asUintN(8 * size, combine(old, operand)));
      return old;
    },
  };
}

export const ATOMICS: readonly InstructionRow[] = [
  loadOperation('swp', 'Replaces a value', (_, operand) => operand),
  loadOperation('ldadd', 'Adds to a value', (old, operand) => old + operand),
  loadOperation('ldclr', 'Clears the bits of a value that are 1 in the operand', (old, operand) => old & ~operand),
  loadOperation('ldset', 'Sets the bits of a value that are 1 in the operand', (old, operand) => old | operand),
  loadOperation('ldeor', 'Inverts the bits of a value that are 1 in the operand', (old, operand) => old ^ operand),
  {
    name: 'cas',
    summary: 'Compare and swap: stores the new value if memory holds the expected one, and gives the one that was there, atomically.',
    section: 'Arm ARM C6.2, CAS',
    operands: [pointer, { name: 'expected', kind: 'value' }, value],
    produces: true,
    sized: true,
    execute(core, [va, expected, next, bytes]) {
      const size = sizeOf(bytes);
      const old = loadAligned(core, va, size);
      if (core.fault !== null) return old;
      if (old === BigInt.asUintN(8 * size, expected)) core.store(va, size, next);
      else core.mayStore(va, size); // write permission is checked whatever the comparison gives
      return old;
    },
  },
];
