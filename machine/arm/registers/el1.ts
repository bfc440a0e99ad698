/**
 * Registers of EL1 and EL0. There is one set: EL2 firmware saves and restores it for each virtual machine.
 * Arm ARM DDI0487 M.a.a, D24 and C5.2.
 */
import type { FieldRow } from '../../core/architecture.ts';
import type { ArmCore } from '../core.ts';
import { PSTATE_FIELDS } from './process-state.ts';
import { FROM_EL0, FROM_EL1, field, flag, NOWHERE, registers } from './row.ts';
import { ESR_FIELDS } from './syndrome-fields.ts';
import { SCTLR_FIELDS, TCR_EL1_FIELDS, TTBR_EL1_FIELDS, VBAR_FIELDS } from './translation-fields.ts';

const SCTLR_EL1_FIELDS: readonly FieldRow[] = [
  ...SCTLR_FIELDS,
  flag('UCI', 26, 'Cache maintenance at EL0 is not trapped.'),
  flag('E0E', 24, 'Endianness of data accesses at EL0; 1 is not modelled.'),
  flag('nTWE', 18, 'WFE at EL0 is not trapped.'),
  flag('nTWI', 16, 'WFI at EL0 is not trapped.'),
  flag('DZE', 14, 'DC ZVA at EL0 is not trapped.'),
  flag('UCT', 15, 'CTR_EL0 at EL0 is not trapped.'),
  flag('UMA', 9, 'Accesses to DAIF at EL0 are not trapped.'),
  flag('SA0', 4, 'Stack pointer alignment is checked at EL0.'),
];

const CPACR_FIELDS: readonly FieldRow[] = [
  field('FPEN', 21, 20, 'Floating point at EL1 and EL0 is not trapped; this PE has none.'),
  field('ZEN', 17, 16, 'SVE at EL1 and EL0 is not trapped; this PE has none.'),
];

const PAR_FIELDS: readonly FieldRow[] = [
  flag('F', 0, 'The translation failed.'),
  field('FST', 6, 1, 'Fault status code, if it failed.'),
  flag('PTW', 8, 'It failed in stage 2 on a stage 1 walk.'),
  flag('S', 9, 'Stage that failed: 0 stage 1, 1 stage 2; the space of the address, if it did not fail.'),
];

const ISR_FIELDS: readonly FieldRow[] = [
  flag('A', 8, 'An SError is pending.'),
  flag('I', 7, 'An IRQ is pending.'),
  flag('F', 6, 'An FIQ is pending.'),
];

const DISR_FIELDS: readonly FieldRow[] = [flag('A', 31, 'An SError was deferred by ESB.'), field('ISS', 24, 0, 'Its syndrome.')];

const el1 = registers('EL1', FROM_EL1);
const el0 = registers('EL1', FROM_EL0);

/** DISR_EL1 is VDISR_EL2 to EL1 while EL2 takes its SErrors. D24.2, DISR_EL1. */
const deferred = (core: ArmCore) => core.deferredErrorRegister;

export const EL1_REGISTERS = [
  el1('ELR_EL1', 'Exception Link Register: where an exception return from EL1 goes.', 'C5.2, ELR_EL1', { encoding: [3, 0, 4, 0, 1] }),
  el1('SPSR_EL1', 'Saved Program Status Register: PSTATE as it was, and as a return restores it.', 'C5.2, SPSR_EL1', {
    encoding: [3, 0, 4, 0, 0],
    fields: PSTATE_FIELDS,
  }),
  el1('ESR_EL1', 'Exception Syndrome Register.', 'D24.2, ESR_EL1', { encoding: [3, 0, 5, 2, 0], fields: ESR_FIELDS }),
  el1('FAR_EL1', 'Fault Address Register: the faulting virtual address.', 'D24.2, FAR_EL1', { encoding: [3, 0, 6, 0, 0] }),
  el1('VBAR_EL1', 'Vector Base Address Register.', 'D24.2, VBAR_EL1', { encoding: [3, 0, 12, 0, 0], fields: VBAR_FIELDS }),
  el1('SCTLR_EL1', 'System Control Register.', 'D24.2, SCTLR_EL1', {
    encoding: [3, 0, 1, 0, 0],
    fields: SCTLR_EL1_FIELDS,
    context: true,
  }),
  el1('ACTLR_EL1', 'Auxiliary Control Register.', 'D24.2, ACTLR_EL1', { encoding: [3, 0, 1, 0, 1] }),
  el1('CPACR_EL1', 'Architectural Feature Access Control Register.', 'D24.2, CPACR_EL1', {
    encoding: [3, 0, 1, 0, 2],
    fields: CPACR_FIELDS,
  }),
  el1('TCR_EL1', 'Translation Control Register.', 'D24.2, TCR_EL1', { encoding: [3, 0, 2, 0, 2], fields: TCR_EL1_FIELDS, context: true }),
  el1('TTBR0_EL1', 'Translation Table Base Register 0.', 'D24.2, TTBR0_EL1', {
    encoding: [3, 0, 2, 0, 0],
    fields: TTBR_EL1_FIELDS,
    context: true,
  }),
  el1('TTBR1_EL1', 'Translation Table Base Register 1.', 'D24.2, TTBR1_EL1', {
    encoding: [3, 0, 2, 0, 1],
    fields: TTBR_EL1_FIELDS,
    context: true,
  }),
  el1('MAIR_EL1', 'Memory Attribute Indirection Register.', 'D24.2, MAIR_EL1', { encoding: [3, 0, 10, 2, 0] }),
  el1('AMAIR_EL1', 'Auxiliary Memory Attribute Indirection Register.', 'D24.2, AMAIR_EL1', { encoding: [3, 0, 10, 3, 0] }),
  el1('AFSR0_EL1', 'Auxiliary Fault Status Register 0.', 'D24.2, AFSR0_EL1', { encoding: [3, 0, 5, 1, 0] }),
  el1('AFSR1_EL1', 'Auxiliary Fault Status Register 1.', 'D24.2, AFSR1_EL1', { encoding: [3, 0, 5, 1, 1] }),
  el1('CONTEXTIDR_EL1', 'Context ID Register.', 'D24.2, CONTEXTIDR_EL1', { encoding: [3, 0, 13, 0, 1] }),
  el1('PAR_EL1', 'Physical Address Register.', 'D24.2, PAR_EL1', { encoding: [3, 0, 7, 4, 0], fields: PAR_FIELDS }),
  el1('CSSELR_EL1', 'Cache Size Selection Register.', 'D24.2, CSSELR_EL1', { encoding: [3, 2, 0, 0, 0] }),
  el1('TPIDR_EL1', 'Software Thread ID Register.', 'D24.2, TPIDR_EL1', { encoding: [3, 0, 13, 0, 4] }),
  el0('TPIDR_EL0', 'Software Thread ID Register of EL0.', 'D24.2, TPIDR_EL0', { encoding: [3, 3, 13, 0, 2] }),
  el0('TPIDRRO_EL0', 'Software Thread ID Register of EL0, which EL0 only reads.', 'D24.2, TPIDRRO_EL0', {
    encoding: [3, 3, 13, 0, 3],
    writable: FROM_EL1,
  }),
  el1('ISR_EL1', 'Interrupt Status Register: what is pending, at EL1 as EL2 shows it.', 'D24.2, ISR_EL1', {
    encoding: [3, 0, 12, 1, 0],
    writable: NOWHERE,
    fields: ISR_FIELDS,
    live: { read: (core) => (core as ArmCore).interruptStatus },
  }),
  el1('DISR_EL1', 'Deferred Interrupt Status Register: the SError that ESB deferred.', 'D24.2, DISR_EL1', {
    encoding: [3, 0, 12, 1, 1],
    fields: DISR_FIELDS,
    live: {
      read: (core) => core.regs[deferred(core as ArmCore)],
      write: (core, value) => core.set(deferred(core as ArmCore), value),
    },
  }),
  el1('MDSCR_EL1', 'Monitor Debug System Control Register.', 'D24.3, MDSCR_EL1', { encoding: [2, 0, 0, 2, 2] }),
  el1('MDCCINT_EL1', 'Monitor Debug Comms Channel Interrupt Enable Register.', 'D24.3, MDCCINT_EL1', { encoding: [2, 0, 0, 2, 0] }),
  el1('PMCR_EL0', 'Performance Monitors Control Register; this PE counts nothing.', 'D24.5, PMCR_EL0', { encoding: [3, 3, 9, 12, 0] }),
];
