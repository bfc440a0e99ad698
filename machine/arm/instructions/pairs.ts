/**
 * Pair loads and stores. On silicon a pair of system registers costs MRS, MRS and STP; here it is one word, as any statement
 * is. Arm ARM DDI0487 M.a.a, C6.2, STP and LDP.
 */
import { carry } from '../../core/halves.ts';
import type { InstructionRow } from '../../core/instruction.ts';

const pointer = { name: 'pointer', kind: 'value' } as const;

export const PAIR_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'stp',
    summary: 'Stores two 64-bit values at consecutive addresses: neither, if one of the stores faults.',
    section: 'Arm ARM C6.2, STP',
    operands: [pointer, { name: 'first', kind: 'value' }, { name: 'second', kind: 'value' }],
    act(core, args) {
      core.storePair(args[0], args[1], args[2], args[3], args[4], args[5]);
    },
  },
  {
    name: 'ldp',
    summary: 'Loads two registers, general or system, from consecutive addresses: neither, if one of the loads faults.',
    section: 'Arm ARM C6.2, LDP',
    operands: [pointer, { name: 'first', kind: 'register' }, { name: 'second', kind: 'register' }],
    act(core, args) {
      const at = (args[0] + 8) | 0;
      const low = core.lowLoad(args[0], args[1], 8);
      const { high } = core;
      const otherLow = core.lowLoad(at, args[1] + carry(at, args[0]), 8);
      const otherHigh = core.high;
      if (core.fault !== null || !core.mayWrite(args[2]) || !core.mayWrite(args[4])) return;
      core.lowWrite(args[2], low, high);
      core.lowWrite(args[4], otherLow, otherHigh);
    },
  },
];
