/**
 * Saving and restoring the general-purpose registers, as the sixteen STP or LDP (the last of one register: STR, LDR) that
 * firmware writes for it. Arm ARM DDI0487 M.a.a, C6.2, STP and LDP.
 */
import type { InstructionRow } from '../../core/instruction.ts';
import { R } from '../registers/index.ts';

const WORDS = 16;

/** The one or two registers that word `part` of sixteen transfers: x0 and x1, …, x30. */
const FIRST = Array.from({ length: WORDS }, (_, part) => R.x0 + 2 * part);
const OFFSETS = Array.from({ length: WORDS }, (_, part) => BigInt(16 * part));
const isPair = (part: number) => part < WORDS - 1;

const pointer = { name: 'context', kind: 'value' } as const;

export const CONTEXT_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'save_gprs',
    summary: 'Stores x0 to x30 at consecutive addresses, 8 bytes each: 248 bytes.',
    section: 'Arm ARM C6.2, STP and STR',
    operands: [pointer],
    words: WORDS,
    execute(core, args, part) {
      const at = args[0] + OFFSETS[part];
      core.store(at, 8, core.regs[FIRST[part]]);
      if (isPair(part)) core.store(at + 8n, 8, core.regs[FIRST[part] + 1]);
      return undefined;
    },
  },
  {
    name: 'restore_gprs',
    summary: 'Loads x0 to x30 from consecutive addresses, 8 bytes each: 248 bytes.',
    section: 'Arm ARM C6.2, LDP and LDR',
    operands: [pointer],
    words: WORDS,
    execute(core, args, part) {
      const at = args[0] + OFFSETS[part];
      const first = core.load(at, 8);
      const second = isPair(part) ? core.load(at + 8n, 8) : 0n;
      if (core.fault !== null) return undefined;
      core.set(FIRST[part], first);
      if (isPair(part)) core.set(FIRST[part] + 1, second);
      return undefined;
    },
  },
];
