/**
 * Cache maintenance. On a platform without a data cache the operations check and announce, so that their absence can be seen.
 * Arm ARM DDI0487 M.a.a, C5.3.
 */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { bits } from '../bits.ts';
import type { DataCache } from '../cache.ts';
import type { ArmCore } from '../core.ts';
import type { AbortFault } from '../fault.ts';
import { fromLevel, REALM_EL2 } from '../states.ts';
import { trapsInstruction } from '../traps.ts';
import { SPACE_OF_NSE_NS } from '../worlds.ts';

interface CacheOperation {
  readonly name: string;
  /** States (bit i: state i) where it is defined. */
  readonly states: number;
  /** By virtual address: it is translated, and may fault like a read of it. */
  readonly translated: boolean;
  /** What becomes of the line: written back if it is dirty, kept. */
  readonly clean: boolean;
  readonly keep: boolean;
}

const EVERYWHERE = fromLevel(0);
const EL1_UP = fromLevel(1);
const EL3_ONLY = fromLevel(3);

/** `args[0]` is the index here. Operand by physical address: address | NSE2 << 61 | NSE << 62 | NS << 63. */
export const CACHE_OPERATIONS: readonly CacheOperation[] = [
  { name: 'IVAC', states: EL1_UP, translated: true, clean: false, keep: false },
  { name: 'CVAC', states: EVERYWHERE, translated: true, clean: true, keep: true },
  { name: 'CVAU', states: EVERYWHERE, translated: true, clean: true, keep: true },
  { name: 'CIVAC', states: EVERYWHERE, translated: true, clean: true, keep: false },
  { name: 'CIPAPA', states: EL3_ONLY, translated: false, clean: true, keep: false },
  { name: 'CIGDPAPA', states: EL3_ONLY, translated: false, clean: true, keep: false },
  { name: 'CIPAE', states: EL3_ONLY | (1 << REALM_EL2), translated: false, clean: true, keep: false },
  { name: 'ZVA', states: EVERYWHERE, translated: true, clean: false, keep: true },
];

/** Bytes that DC ZVA zeroes: DCZID_EL0.BS. */
const ZERO_BLOCK = 64;

/** Stores zeros to the naturally aligned block around an address. C5.3, DC ZVA. */
function zero(core: Core, va: bigint): void {
  const first = BigInt.asUintN(64, va & ~BigInt(ZERO_BLOCK - 1));
  for (let at = 0n; at < ZERO_BLOCK; at += 8n) core.store(first + at, 8, 0n);
}

/** What is maintained: a physical address, as a physical address space names it. */
type Target = Pick<Access, 'pa' | 'space'>;

/** Translates an operand by virtual address; a fault is an abort with CM set. */
function translated(core: ArmCore, va: bigint): Target {
  const access: Access = { kind: 'read', purpose: 'data', va, size: 1, pa: 0, space: 0 };
  const fault = core.translate(access, { core, view: core, tlb: true, explanation: core.explanation });
  if (fault !== null) {
    const marked: AbortFault = { ...(fault as AbortFault), maintenance: true };
    core.fault ??= marked;
  }
  return access;
}

/** Takes an operand by physical address apart: NS is bit 63, NSE bit 62, the address bits 55:0. C5.3, DC CIPAPA. */
function physical(operand: bigint): Target {
  const nseNs = (bits(operand, 62, 62) << 1) | bits(operand, 63, 63);
  return { pa: Number(BigInt.asUintN(56, operand)), space: SPACE_OF_NSE_NS[nseNs] };
}

const HCR_VM = 1 << 0;
const HCR_DC = 1 << 12;

/** Maintains the line, if there is a cache. For a guest, DC IVAC cleans too, lest it sees what its hypervisor erased. C5.3, DC IVAC. */
function maintain(core: ArmCore, { clean, keep }: CacheOperation, pa: number, space: number): void {
  const cache = core.machine.device('cache') as DataCache | undefined;
  const guarded = core.el === 1 && (core.hcr & (HCR_VM | HCR_DC)) !== 0;
  if (clean || guarded) cache?.clean(space, pa, keep);
  else cache?.invalidate(space, pa);
}

export const CACHE_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'dc',
    summary:
      'Data cache maintenance, by virtual address (CIVAC, …) or by physical address to the point of physical aliasing (CIPAPA); ZVA zeroes 64 bytes.',
    section: 'Arm ARM C5.3, DC',
    operands: [
      { name: 'operation', kind: 'option', options: Object.fromEntries(CACHE_OPERATIONS.map((row, i) => [row.name, i])) },
      { name: 'operand', kind: 'value' },
    ],
    execute(core, args) {
      const operation = CACHE_OPERATIONS[Number(args[0])];
      if (trapsInstruction(core as ArmCore, `DC ${operation.name}`)) return undefined;
      if (((operation.states >> core.state) & 1) === 0) {
        core.fault ??= core.undefinedFault(`DC ${operation.name} is undefined in ${core.architecture.states[core.state].name}`);
        return undefined;
      }
      if (operation.name === 'ZVA') {
        zero(core, args[1]);
        return undefined;
      }
      const { pa, space } = operation.translated ? translated(core as ArmCore, args[1]) : physical(args[1]);
      if (core.fault !== null) return undefined;
      maintain(core as ArmCore, operation, pa, space);
      core.emit({ kind: 'cache_maintenance', operation: operation.name, from: core.state, operand: args[1], pa, space });
      return undefined;
    },
  },
];
