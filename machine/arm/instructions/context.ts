/**
 * Saving and restoring the general-purpose registers, as the sixteen STP or LDP (the last of one register: STR, LDR) that
 * firmware writes for it. Arm ARM DDI0487 M.a.a, C6.2, STP and LDP.
 */
import { carry } from '../../core/halves.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { R } from '../registers/index.ts';

const WORDS = 16;

/** Number of the first of the one or two registers that word `part` of sixteen transfers: x0 and x1, …, x30. */
const firstOf = (part: number) => R.x0 + 2 * part;
const isPair = (part: number) => part < WORDS - 1;

const pointer = { name: 'context', kind: 'value' } as const;

export const CONTEXT_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'save_gprs',
    summary: 'Stores x0 to x30 at consecutive addresses, 8 bytes each: 248 bytes.',
    section: 'Arm ARM C6.2, STP and STR',
    operands: [pointer],
    words: WORDS,
    act(core, args, part) {
      const first = firstOf(part);
      const at = (args[0] + 16 * part) | 0;
      const atHigh = (args[1] + carry(at, args[0])) | 0;
      const low = core.lowRead(first);
      const { high } = core;
      if (isPair(part)) core.storePair(at, atHigh, low, high, core.lowRead(first + 1), core.high);
      else core.storeHalves(at, atHigh, 8, low, high);
    },
  },
  {
    name: 'restore_gprs',
    summary: 'Loads x0 to x30 from consecutive addresses, 8 bytes each: 248 bytes.',
    section: 'Arm ARM C6.2, LDP and LDR',
    operands: [pointer],
    words: WORDS,
    act(core, args, part) {
      const first = firstOf(part);
      const at = (args[0] + 16 * part) | 0;
      const atHigh = args[1] + carry(at, args[0]);
      const low = core.lowLoad(at, atHigh, 8);
      const { high } = core;
      const next = (at + 8) | 0;
      const otherLow = isPair(part) ? core.lowLoad(next, atHigh + carry(next, at), 8) : 0;
      const otherHigh = core.high;
      if (core.fault !== null) return;
      core.setHalves(first, low, high);
      if (isPair(part)) core.setHalves(first + 1, otherLow, otherHigh);
    },
  },
];
