/**
 * Load-exclusive and store-exclusive. The monitor of a core reserves one granule (CTR_EL0.ERG) by physical address; a store
 * of any other core to it, an exception return and CLREX take the reservation away. Accesses take effect in program order
 * here, so acquire and release forms (LDAXR, STLXR) are the same word. Arm ARM DDI0487 M.a.a, B2.17 and C6.2.
 */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { isAligned, loadAligned, sizeOf } from './atomics.ts';

/** Physical address of what was just loaded or may be stored to. */
function physical(core: Core, va: bigint, size: number): number {
  const access: Access = { kind: 'read', purpose: 'debug', va, size, pa: 0, space: 0 };
  core.translate(access, { core, view: core, tlb: true, peek: true });
  return access.pa;
}

const pointer = { name: 'pointer', kind: 'value' } as const;
const STORED = 0n;
const REFUSED = 1n;

export const EXCLUSIVES: readonly InstructionRow[] = [
  {
    name: 'ldxr',
    summary: 'Load exclusive: gives a value from memory and reserves its granule for this core.',
    section: 'Arm ARM C6.2, LDXR and LDAXR',
    operands: [pointer],
    produces: true,
    sized: true,
    execute(core, [va, bytes]) {
      const size = sizeOf(bytes);
      const value = loadAligned(core, va, size);
      if (core.fault === null) {
        const pa = physical(core, va, size);
        core.after(() => core.reserve(pa));
      }
      return value;
    },
  },
  {
    name: 'stxr',
    summary: 'Store exclusive: stores a value if the granule is still reserved for this core. Gives 0 if it was stored, else 1.',
    section: 'Arm ARM C6.2, STXR and STLXR',
    operands: [pointer, { name: 'value', kind: 'value' }],
    produces: true,
    sized: 'operands',
    execute(core, [va, value, bytes]) {
      const size = sizeOf(bytes);
      // Whether a fault or the monitor is looked at first is IMPLEMENTATION DEFINED: the fault. B2.17.
      if (!isAligned(core, 'write', va, size) || !core.mayStore(va, size)) return REFUSED;
      const reserved = core.reserves(physical(core, va, size));
      if (reserved) core.store(va, size, value);
      core.after(() => core.clearReservation());
      return reserved ? STORED : REFUSED;
    },
  },
  {
    name: 'clrex',
    summary: 'Clears the exclusive monitor: the next store exclusive of this core fails.',
    section: 'Arm ARM C6.2, CLREX',
    operands: [],
    execute(core) {
      core.clearReservation();
      return undefined;
    },
  },
];
