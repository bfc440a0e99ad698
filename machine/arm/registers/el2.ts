/**
 * Registers of EL2: one set, which EL3 saves and restores for each world (TF-A's EL2 context).
 * Arm ARM DDI0487 M.a.a, D24 and C5.2.
 */
import type { FieldRow } from '../../core/architecture.ts';
import { ROOT_EL3, SECURE_EL2 } from '../states.ts';
import { PSTATE_FIELDS } from './process-state.ts';
import { FROM_EL2, field, flag, registers } from './row.ts';
import { ESR_FIELDS } from './syndrome-fields.ts';
import { SCTLR_FIELDS, TCR_FIELDS, TTBR_FIELDS, VBAR_FIELDS, VSTCR_FIELDS, VTCR_FIELDS, VTTBR_FIELDS } from './translation-fields.ts';

const HCR_FIELDS: readonly FieldRow[] = [
  flag('GPF', 48, 'Granule protection faults of EL1 and EL0 are taken to EL2.'),
  flag('TTLBOS', 55, 'Outer Shareable TLB maintenance at EL1 is trapped.'),
  flag('TTLBIS', 54, 'Inner Shareable TLB maintenance at EL1 is trapped.'),
  flag('TOCU', 52, 'Cache maintenance to the point of unification at EL1 and EL0 is trapped.'),
  flag('TID4', 49, 'Accesses of EL1 to the registers that describe caches are trapped.'),
  flag('FIEN', 47, 'Fault injection enable.'),
  flag('FWB', 46, 'Stage 2 cacheability overrides stage 1.'),
  flag('API', 41, 'Pointer authentication instructions are not trapped.'),
  flag('APK', 40, 'Pointer authentication keys are not trapped.'),
  flag('TEA', 37, 'Synchronous external aborts of EL1 and EL0 are taken to EL2.'),
  flag('TERR', 36, 'Error record accesses of EL1 are trapped.'),
  flag('E2H', 34, 'EL2 hosts an operating system; not modelled.'),
  flag('RW', 31, 'EL1 uses AArch64.'),
  flag('ID', 33, 'Stage 2 makes instruction fetches non-cacheable.'),
  flag('CD', 32, 'Stage 2 makes data accesses non-cacheable.'),
  flag('TRVM', 30, 'Reads of EL1 translation registers are trapped.'),
  flag('HCD', 29, 'Would disable HVC if there were no EL3; SCR_EL3.HCE does here.'),
  flag('TDZ', 28, 'DC ZVA at EL1 and EL0 is trapped.'),
  flag('TGE', 27, 'Exceptions of EL0 are taken to EL2.'),
  flag('TVM', 26, 'Writes to EL1 translation registers are trapped.'),
  flag('TTLB', 25, 'TLB maintenance at EL1 is trapped.'),
  flag('TPU', 24, 'Cache maintenance to the point of unification at EL1 and EL0 is trapped.'),
  flag('TPCP', 23, 'Cache maintenance to the point of coherency at EL1 and EL0 is trapped.'),
  flag('TSW', 22, 'Cache maintenance by set and way at EL1 is trapped; this PE has none.'),
  flag('TACR', 21, 'Accesses to auxiliary control registers are trapped.'),
  flag('TSC', 19, 'SMC at EL1 is trapped to EL2.'),
  flag('TID3', 18, 'Reads of ID group 3 at EL1 are trapped.'),
  flag('TID2', 17, 'Accesses of EL1 and EL0 to ID group 2, which describes caches, are trapped.'),
  flag('TID1', 16, 'Reads of ID group 1 at EL1 are trapped.'),
  flag('TWE', 14, 'WFE below EL2 is trapped.'),
  flag('TWI', 13, 'WFI below EL2 is trapped.'),
  flag('DC', 12, 'Default cacheability.'),
  field('BSU', 11, 10, 'Barrier shareability upgrade.'),
  flag('FB', 9, 'TLB and instruction cache maintenance of EL1 is broadcast.'),
  flag('VSE', 8, 'A virtual SError is pending.'),
  flag('VI', 7, 'A virtual IRQ is pending.'),
  flag('VF', 6, 'A virtual FIQ is pending.'),
  flag('AMO', 5, 'SError is taken to EL2.'),
  flag('IMO', 4, 'IRQ is taken to EL2.'),
  flag('FMO', 3, 'FIQ is taken to EL2.'),
  flag('PTW', 2, 'Protected table walk.'),
  flag('SWIO', 1, 'Set/way invalidation override.'),
  flag('VM', 0, 'Stage 2 translation is enabled.'),
];

const CPTR_FIELDS: readonly FieldRow[] = [flag('TCPAC', 31, 'Accesses of EL1 to CPACR_EL1 are trapped.')];

const MDCR_FIELDS: readonly FieldRow[] = [
  flag('TDA', 9, 'Accesses of EL1 and EL0 to debug registers are trapped.'),
  flag('TDE', 8, 'Debug exceptions of EL1 and EL0 are taken to EL2.'),
  flag('TPM', 6, 'Accesses of EL1 and EL0 to performance monitors are trapped.'),
  flag('TPMCR', 5, 'Accesses of EL1 and EL0 to PMCR_EL0 are trapped.'),
];

const el2 = registers('EL2', FROM_EL2);
/** Registers of Secure EL2: undefined at EL2 of the other worlds. */
const SECURE_ONLY = { readable: (1 << ROOT_EL3) | (1 << SECURE_EL2), writable: (1 << ROOT_EL3) | (1 << SECURE_EL2) };

export const EL2_REGISTERS = [
  el2('HCR_EL2', 'Hypervisor Configuration Register.', 'D24.2, HCR_EL2', { encoding: [3, 4, 1, 1, 0], fields: HCR_FIELDS, context: true }),
  el2('ELR_EL2', 'Exception Link Register: where an exception return from EL2 goes.', 'C5.2, ELR_EL2', { encoding: [3, 4, 4, 0, 1] }),
  el2('SPSR_EL2', 'Saved Program Status Register: PSTATE as it was, and as a return restores it.', 'C5.2, SPSR_EL2', {
    encoding: [3, 4, 4, 0, 0],
    fields: PSTATE_FIELDS,
  }),
  el2('ESR_EL2', 'Exception Syndrome Register.', 'D24.2, ESR_EL2', { encoding: [3, 4, 5, 2, 0], fields: ESR_FIELDS }),
  el2('FAR_EL2', 'Fault Address Register: the faulting virtual address.', 'D24.2, FAR_EL2', { encoding: [3, 4, 6, 0, 0] }),
  el2('HPFAR_EL2', 'Hypervisor IPA Fault Address Register.', 'D24.2, HPFAR_EL2', {
    encoding: [3, 4, 6, 0, 4],
    fields: [flag('NS', 63, 'The faulting IPA is Non-secure.'), field('FIPA', 47, 4, 'Faulting IPA bits [55:12].')],
  }),
  el2('VBAR_EL2', 'Vector Base Address Register.', 'D24.2, VBAR_EL2', { encoding: [3, 4, 12, 0, 0], fields: VBAR_FIELDS }),
  el2('SCTLR_EL2', 'System Control Register.', 'D24.2, SCTLR_EL2', { encoding: [3, 4, 1, 0, 0], fields: SCTLR_FIELDS, context: true }),
  el2('TCR_EL2', 'Translation Control Register.', 'D24.2, TCR_EL2', { encoding: [3, 4, 2, 0, 2], fields: TCR_FIELDS, context: true }),
  el2('TTBR0_EL2', 'Translation Table Base Register.', 'D24.2, TTBR0_EL2', {
    encoding: [3, 4, 2, 0, 0],
    fields: TTBR_FIELDS,
    context: true,
  }),
  el2('MAIR_EL2', 'Memory Attribute Indirection Register.', 'D24.2, MAIR_EL2', { encoding: [3, 4, 10, 2, 0] }),
  el2('AMAIR_EL2', 'Auxiliary Memory Attribute Indirection Register.', 'D24.2, AMAIR_EL2', { encoding: [3, 4, 10, 3, 0] }),
  el2('TPIDR_EL2', 'Software Thread ID Register.', 'D24.2, TPIDR_EL2', { encoding: [3, 4, 13, 0, 2] }),
  el2('VTTBR_EL2', 'Virtualization Translation Table Base Register.', 'D24.2, VTTBR_EL2', {
    encoding: [3, 4, 2, 1, 0],
    fields: VTTBR_FIELDS,
  }),
  el2('VTCR_EL2', 'Virtualization Translation Control Register.', 'D24.2, VTCR_EL2', { encoding: [3, 4, 2, 1, 2], fields: VTCR_FIELDS }),
  el2('VSTTBR_EL2', 'Virtualization Secure Translation Table Base Register.', 'D24.2, VSTTBR_EL2', {
    ...SECURE_ONLY,
    encoding: [3, 4, 2, 6, 0],
    fields: TTBR_FIELDS,
  }),
  el2('VSTCR_EL2', 'Virtualization Secure Translation Control Register.', 'D24.2, VSTCR_EL2', {
    ...SECURE_ONLY,
    encoding: [3, 4, 2, 6, 2],
    fields: VSTCR_FIELDS,
  }),
  el2('VPIDR_EL2', 'Virtualization Processor ID Register.', 'D24.2, VPIDR_EL2', { encoding: [3, 4, 0, 0, 0] }),
  el2('VMPIDR_EL2', 'Virtualization Multiprocessor ID Register.', 'D24.2, VMPIDR_EL2', { encoding: [3, 4, 0, 0, 5] }),
  el2('VSESR_EL2', 'Virtual SError Exception Syndrome Register: ESR_EL1 of a virtual SError.', 'D24.2, VSESR_EL2', {
    encoding: [3, 4, 5, 2, 3],
  }),
  el2('VDISR_EL2', 'Virtual Deferred Interrupt Status Register: the virtual SError that ESB deferred.', 'D24.2, VDISR_EL2', {
    encoding: [3, 4, 12, 1, 1],
  }),
  el2('CPTR_EL2', 'Architectural Feature Trap Register.', 'D24.2, CPTR_EL2', { encoding: [3, 4, 1, 1, 2], fields: CPTR_FIELDS }),
  el2('HSTR_EL2', 'Hypervisor System Trap Register.', 'D24.2, HSTR_EL2', { encoding: [3, 4, 1, 1, 3] }),
  el2('HACR_EL2', 'Hypervisor Auxiliary Control Register.', 'D24.2, HACR_EL2', { encoding: [3, 4, 1, 1, 7] }),
  el2('ACTLR_EL2', 'Auxiliary Control Register.', 'D24.2, ACTLR_EL2', { encoding: [3, 4, 1, 0, 1] }),
  el2('AFSR0_EL2', 'Auxiliary Fault Status Register 0.', 'D24.2, AFSR0_EL2', { encoding: [3, 4, 5, 1, 0] }),
  el2('AFSR1_EL2', 'Auxiliary Fault Status Register 1.', 'D24.2, AFSR1_EL2', { encoding: [3, 4, 5, 1, 1] }),
  el2('MDCR_EL2', 'Monitor Debug Configuration Register.', 'D24.3, MDCR_EL2', { encoding: [3, 4, 1, 1, 1], fields: MDCR_FIELDS }),
  el2('DBGVCR32_EL2', 'Debug Vector Catch Register.', 'D24.3, DBGVCR32_EL2', { encoding: [2, 4, 0, 7, 0] }),
  el2('PMSCR_EL2', 'Statistical Profiling Control Register.', 'D24.7, PMSCR_EL2', { encoding: [3, 4, 9, 9, 0] }),
];
