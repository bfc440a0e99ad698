/**
 * Atomic read-modify-write instructions (FEAT_LSE). Words are atomic anyway; these also demand alignment, and permission
 * to read and to write. Arm ARM DDI0487 M.a.a, C6.2 (SWP, CAS), B2.2 (alignment, without FEAT_LSE2).
 */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { abort } from '../fault.ts';

const SIZE = 8;

/** Loads the old value; sets the fault of an atomic access that is not aligned, or that may not read. */
function loadOld(core: Core, va: bigint): bigint {
  if (va % BigInt(SIZE) !== 0n) {
    core.fault ??= abort({ kind: 'read', purpose: 'data', va, size: SIZE, pa: 0, space: 0 }, 'alignment');
    return 0n;
  }
  return core.load(va, SIZE);
}

export const ATOMICS: readonly InstructionRow[] = [
  {
    name: 'swp',
    summary: 'Stores a 64-bit value and gives the one that was there, atomically.',
    section: 'Arm ARM C6.2, SWPAL',
    operands: [
      { name: 'pointer', kind: 'value' },
      { name: 'value', kind: 'value' },
    ],
    produces: true,
    execute(core, args) {
      const old = loadOld(core, args[0]);
      if (core.fault === null) core.store(args[0], SIZE, args[1]);
      return old;
    },
  },
  {
    name: 'cas',
    summary: 'Compare and swap: stores the new value if memory holds the expected one, and gives the one that was there, atomically.',
    section: 'Arm ARM C6.2, CASAL',
    operands: [
      { name: 'pointer', kind: 'value' },
      { name: 'expected', kind: 'value' },
      { name: 'value', kind: 'value' },
    ],
    produces: true,
    execute(core, args) {
      const [va, expected, value] = args;
      const old = loadOld(core, va);
      if (core.fault !== null) return old;
      if (old === expected) core.store(va, SIZE, value);
      else core.mayStore(va, SIZE); // write permission is checked whatever the comparison gives
      return old;
    },
  },
];
