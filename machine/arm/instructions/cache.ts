/**
 * Cache maintenance. No cache is modelled yet: the operations check and announce, so that their absence can be seen.
 * Arm ARM DDI0487 M.a.a, C5.3.
 */
import type { Access } from '../../core/access.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import type { ArmCore } from '../core.ts';
import type { AbortFault } from '../fault.ts';
import { fromLevel, REALM_EL2 } from '../states.ts';

interface CacheOperation {
  readonly name: string;
  /** States (bit i: state i) where it is defined. */
  readonly states: number;
  /** By virtual address: it is translated, and may fault like a read of it. */
  readonly translated: boolean;
}

const EL1_UP = fromLevel(1);
const EL3_ONLY = fromLevel(3);

/** `args[0]` is the index here. Operand by physical address: address | NSE2 << 61 | NSE << 62 | NS << 63. */
export const CACHE_OPERATIONS: readonly CacheOperation[] = [
  { name: 'IVAC', states: EL1_UP, translated: true },
  { name: 'CVAC', states: EL1_UP, translated: true },
  { name: 'CVAU', states: EL1_UP, translated: true },
  { name: 'CIVAC', states: EL1_UP, translated: true },
  { name: 'CIPAPA', states: EL3_ONLY, translated: false },
  { name: 'CIGDPAPA', states: EL3_ONLY, translated: false },
  { name: 'CIPAE', states: EL3_ONLY | (1 << REALM_EL2), translated: false },
];

/** Sets the fault of translating the operand: an abort with CM set. */
function checkAddress(core: ArmCore, va: bigint): void {
  const access: Access = { kind: 'read', purpose: 'data', va, size: 1, pa: 0, space: 0 };
  const fault = core.translate(access, { core, view: core, tlb: true, explanation: core.explanation });
  if (fault === null) return;
  const marked: AbortFault = { ...(fault as AbortFault), maintenance: true };
  core.fault ??= marked;
}

export const CACHE_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'dc',
    summary: 'Data cache maintenance, by virtual address (CIVAC, …) or by physical address to the point of physical aliasing (CIPAPA).',
    section: 'Arm ARM C5.3, DC',
    operands: [
      { name: 'operation', kind: 'option', options: Object.fromEntries(CACHE_OPERATIONS.map((row, i) => [row.name, i])) },
      { name: 'operand', kind: 'value' },
    ],
    execute(core, args) {
      const operation = CACHE_OPERATIONS[Number(args[0])];
      if (((operation.states >> core.state) & 1) === 0) {
        core.fault ??= core.undefinedFault(`DC ${operation.name} is undefined in ${core.architecture.states[core.state].name}`);
        return undefined;
      }
      if (operation.translated) checkAddress(core as ArmCore, args[1]);
      if (core.fault === null) core.emit({ kind: 'cache_maintenance', operation: operation.name, from: core.state, operand: args[1] });
      return undefined;
    },
  },
];
