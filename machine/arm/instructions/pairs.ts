/**
 * Pair loads and stores. On silicon a pair of system registers costs MRS, MRS and STP; here it is one word, as any statement
 * is. Arm ARM DDI0487 M.a.a, C6.2, STP and LDP.
 */
import type { InstructionRow } from '../../core/instruction.ts';

const pointer = { name: 'pointer', kind: 'value' } as const;

export const PAIR_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'stp',
    summary: 'Stores two 64-bit values at consecutive addresses: neither, if one of the stores faults.',
    section: 'Arm ARM C6.2, STP',
    operands: [pointer, { name: 'first', kind: 'value' }, { name: 'second', kind: 'value' }],
    execute(core, [at, first, second]) {
      core.store(at, 8, first);
      core.store(at + 8n, 8, second);
      return undefined;
    },
  },
  {
    name: 'ldp',
    summary: 'Loads two registers, general or system, from consecutive addresses: neither, if one of the loads faults.',
    section: 'Arm ARM C6.2, LDP',
    operands: [pointer, { name: 'first', kind: 'register' }, { name: 'second', kind: 'register' }],
    execute(core, [at, first, second]) {
      const [low, high] = [core.load(at, 8), core.load(at + 8n, 8)];
      const [one, other] = [Number(first), Number(second)];
      if (core.fault !== null || !core.mayWrite(one) || !core.mayWrite(other)) return undefined;
      core.write(one, low);
      core.write(other, high);
      return undefined;
    },
  },
];
