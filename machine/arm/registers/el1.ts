/**
 * Registers of EL1 and EL0. Nothing runs there yet; they hold what firmware stores in them.
 * Arm ARM DDI0487 M.a.a, D24 and C5.2.
 */
import { PSTATE_FIELDS } from './process-state.ts';
import { FROM_EL0, FROM_EL1, registers } from './row.ts';
import { ESR_FIELDS } from './syndrome-fields.ts';
import { SCTLR_FIELDS, TCR_EL1_FIELDS, TTBR_EL1_FIELDS, VBAR_FIELDS } from './translation-fields.ts';

const el1 = registers('EL1', FROM_EL1);

export const EL1_REGISTERS = [
  el1('ELR_EL1', 'Exception Link Register.', 'C5.2, ELR_EL1'),
  el1('SPSR_EL1', 'Saved Program Status Register.', 'C5.2, SPSR_EL1', { fields: PSTATE_FIELDS }),
  el1('ESR_EL1', 'Exception Syndrome Register.', 'D24.2, ESR_EL1', { fields: ESR_FIELDS }),
  el1('FAR_EL1', 'Fault Address Register.', 'D24.2, FAR_EL1'),
  el1('VBAR_EL1', 'Vector Base Address Register.', 'D24.2, VBAR_EL1', { fields: VBAR_FIELDS }),
  el1('SCTLR_EL1', 'System Control Register.', 'D24.2, SCTLR_EL1', { fields: SCTLR_FIELDS, context: true }),
  el1('TCR_EL1', 'Translation Control Register.', 'D24.2, TCR_EL1', { fields: TCR_EL1_FIELDS, context: true }),
  el1('TTBR0_EL1', 'Translation Table Base Register 0.', 'D24.2, TTBR0_EL1', { fields: TTBR_EL1_FIELDS, context: true }),
  el1('TTBR1_EL1', 'Translation Table Base Register 1.', 'D24.2, TTBR1_EL1', { fields: TTBR_EL1_FIELDS, context: true }),
  el1('MAIR_EL1', 'Memory Attribute Indirection Register.', 'D24.2, MAIR_EL1'),
  el1('TPIDR_EL1', 'Software Thread ID Register.', 'D24.2, TPIDR_EL1'),
  el1('TPIDR_EL0', 'Software Thread ID Register of EL0.', 'D24.2, TPIDR_EL0', { readable: FROM_EL0, writable: FROM_EL0 }),
  el1('PMCR_EL0', 'Performance Monitors Control Register.', 'D24.5, PMCR_EL0', { readable: FROM_EL0, writable: FROM_EL0 }),
];
