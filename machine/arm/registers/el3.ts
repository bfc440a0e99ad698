/** Registers that only EL3 may use. Arm ARM DDI0487 M.a.a, D24.2 and C5.2. */
import type { FieldRow } from '../../core/architecture.ts';
import { PSTATE_FIELDS } from './process-state.ts';
import { FROM_EL3, field, flag, NOWHERE, registers } from './row.ts';
import { ESR_FIELDS } from './syndrome-fields.ts';
import { CACHEABILITY, SCTLR_FIELDS, SHAREABILITY, TCR_FIELDS, TTBR_FIELDS, VBAR_FIELDS } from './translation-fields.ts';

const SCR_FIELDS: readonly FieldRow[] = [
  flag('NSE', 62, 'With NS, the Security state of EL2 and below: {NSE, NS} 00 Secure, 01 Non-secure, 11 Realm, 10 reserved.'),
  flag('MECEn', 49, 'EL2 may use the registers of FEAT_MEC.'),
  flag('GPF', 48, 'Granule protection faults of EL2 and below become GPC exceptions taken to EL3.'),
  flag('FIEN', 21, 'Fault injection enable.'),
  flag('NMEA', 20, 'SError is not masked at EL3 by PSTATE.A.'),
  flag('EASE', 19, 'Synchronous external aborts taken to EL3 use the SError vector.'),
  flag('EEL2', 18, 'Secure EL2 is enabled.'),
  flag('TERR', 15, 'Accesses below EL3 to error records are trapped.'),
  flag('API', 17, 'Pointer authentication instructions are not trapped.'),
  flag('APK', 16, 'Pointer authentication keys are not trapped.'),
  flag('TWE', 13, 'WFE below EL3 is trapped to EL3.'),
  flag('TWI', 12, 'WFI below EL3 is trapped to EL3.'),
  flag('ST', 11, 'Secure EL1 may use the secure timer.'),
  flag('RW', 10, 'The next lower level uses AArch64; always 1 on this PE.', { readOnly: true }),
  flag('SIF', 9, 'Secure state may not execute from Non-secure memory.'),
  flag('HCE', 8, 'HVC is enabled.'),
  flag('SMD', 7, 'SMC is disabled.'),
  flag('EA', 3, 'SError and synchronous external aborts are taken to EL3.'),
  flag('FIQ', 2, 'FIQ is taken to EL3.'),
  flag('IRQ', 1, 'IRQ is taken to EL3.'),
  flag('NS', 0, 'With NSE, the Security state of EL2 and below.'),
];

const PPS = { PPS_4GB: 0b000, PPS_64GB: 0b001, PPS_1TB: 0b010, PPS_4TB: 0b011, PPS_16TB: 0b100, PPS_256TB: 0b101, PPS_4PB: 0b110 };
/** Not the order of TG0: 64 KB is 01, 16 KB is 10. */
const PGS = { PGS_4KB: 0b00, PGS_64KB: 0b01, PGS_16KB: 0b10 };

export const GPCCR_FIELDS: readonly FieldRow[] = [
  flag('APPSAA', 24, 'Accesses above the protected size are allowed in every physical address space.'),
  field(
    'L0GPTSZ',
    23,
    20,
    'Address range of a level 0 entry.',
    { L0GPTSZ_1GB: 0b0000, L0GPTSZ_16GB: 0b0100, L0GPTSZ_64GB: 0b0110, L0GPTSZ_512GB: 0b1001 },
    { readOnly: true },
  ),
  flag('NSO', 19, 'GPI 1101, Non-secure only, is legal.'),
  flag('TBGPCD', 18, 'Trace buffer behaviour while GPC is 0.'),
  flag('GPCP', 17, 'Checks of stage 2 table fetches may be skipped.'),
  flag('GPC', 16, 'Granule protection checks are enabled.'),
  field('PGS', 15, 14, 'Physical granule size.', PGS),
  field('SH', 13, 12, 'Shareability of granule table walks.', SHAREABILITY),
  field('ORGN', 11, 10, 'Outer cacheability of granule table walks.', CACHEABILITY),
  field('IRGN', 9, 8, 'Inner cacheability of granule table walks.', CACHEABILITY),
  flag('SPAD', 7, 'Every access to the Secure physical address space faults.'),
  flag('NSPAD', 6, 'Every access to the Non-secure physical address space faults.'),
  flag('RLPAD', 5, 'Every access to the Realm physical address space faults.'),
  field('PPS', 2, 0, 'Protected physical address size.', PPS),
];

const MFAR_FIELDS: readonly FieldRow[] = [
  flag('NS', 63, 'With NSE, the physical address space of the access.'),
  flag('NSE', 62, 'With NS, the physical address space of the access: {NSE, NS} 00 Secure, 01 Non-secure, 10 Root, 11 Realm.'),
  field('FPA', 51, 12, 'Faulting physical address bits [51:12].'),
];

const CPTR_FIELDS: readonly FieldRow[] = [flag('TCPAC', 31, 'Accesses below EL3 to CPACR_EL1 and CPTR_EL2 are trapped.')];

const MDCR_FIELDS: readonly FieldRow[] = [
  flag('TDA', 9, 'Accesses below EL3 to debug registers are trapped.'),
  flag('TPM', 6, 'Accesses below EL3 to performance monitors are trapped.'),
];

const el3 = registers('EL3', FROM_EL3);

export const EL3_REGISTERS = [
  el3('SCR_EL3', 'Secure Configuration Register: the world below EL3, and what is routed to EL3.', 'D24.2, SCR_EL3', {
    encoding: [3, 6, 1, 1, 0],
    fields: SCR_FIELDS,
    reset: 1n << 10n,
    context: true,
  }),
  el3('ELR_EL3', 'Exception Link Register: where an exception return from EL3 goes.', 'C5.2, ELR_EL3', { encoding: [3, 6, 4, 0, 1] }),
  el3('SPSR_EL3', 'Saved Program Status Register: PSTATE as it was, and as a return restores it.', 'C5.2, SPSR_EL3', {
    encoding: [3, 6, 4, 0, 0],
    fields: PSTATE_FIELDS,
  }),
  el3('ESR_EL3', 'Exception Syndrome Register.', 'D24.2.47', { encoding: [3, 6, 5, 2, 0], fields: ESR_FIELDS }),
  el3('FAR_EL3', 'Fault Address Register: the faulting virtual address.', 'D24.2, FAR_EL3', { encoding: [3, 6, 6, 0, 0] }),
  el3('MFAR_EL3', 'Physical Fault Address Register: the physical address that a granule protection check refused.', 'D24.2.136', {
    encoding: [3, 6, 6, 0, 5],
    fields: MFAR_FIELDS,
  }),
  el3('VBAR_EL3', 'Vector Base Address Register.', 'D24.2, VBAR_EL3', { encoding: [3, 6, 12, 0, 0], fields: VBAR_FIELDS }),
  el3('GPCCR_EL3', 'Granule Protection Check Control Register.', 'D24.2.56', {
    encoding: [3, 6, 2, 1, 6],
    fields: GPCCR_FIELDS,
    context: true,
  }),
  el3('GPTBR_EL3', 'Granule Protection Table Base Register.', 'D24.2.57', {
    encoding: [3, 6, 2, 1, 4],
    fields: [field('BADDR', 39, 0, 'Level 0 table address bits [51:12].')],
    context: true,
  }),
  el3('SCTLR_EL3', 'System Control Register.', 'D24.2, SCTLR_EL3', { encoding: [3, 6, 1, 0, 0], fields: SCTLR_FIELDS, context: true }),
  el3('TCR_EL3', 'Translation Control Register.', 'D24.2, TCR_EL3', { encoding: [3, 6, 2, 0, 2], fields: TCR_FIELDS, context: true }),
  el3('TTBR0_EL3', 'Translation Table Base Register.', 'D24.2, TTBR0_EL3', {
    encoding: [3, 6, 2, 0, 0],
    fields: TTBR_FIELDS,
    context: true,
  }),
  el3('MAIR_EL3', 'Memory Attribute Indirection Register.', 'D24.2, MAIR_EL3', { encoding: [3, 6, 10, 2, 0] }),
  el3('AMAIR_EL3', 'Auxiliary Memory Attribute Indirection Register.', 'D24.2, AMAIR_EL3', { encoding: [3, 6, 10, 3, 0] }),
  el3('TPIDR_EL3', 'Software Thread ID Register.', 'D24.2, TPIDR_EL3', { encoding: [3, 6, 13, 0, 2] }),
  el3('CPTR_EL3', 'Architectural Feature Trap Register.', 'D24.2, CPTR_EL3', { encoding: [3, 6, 1, 1, 2], fields: CPTR_FIELDS }),
  el3('MDCR_EL3', 'Monitor Debug Configuration Register.', 'D24.3, MDCR_EL3', { encoding: [3, 6, 1, 3, 1], fields: MDCR_FIELDS }),
  el3('ACTLR_EL3', 'Auxiliary Control Register.', 'D24.2, ACTLR_EL3', { encoding: [3, 6, 1, 0, 1] }),
  el3('AFSR0_EL3', 'Auxiliary Fault Status Register 0.', 'D24.2, AFSR0_EL3', { encoding: [3, 6, 5, 1, 0] }),
  el3('AFSR1_EL3', 'Auxiliary Fault Status Register 1.', 'D24.2, AFSR1_EL3', { encoding: [3, 6, 5, 1, 1] }),
  el3('RVBAR_EL3', 'Reset Vector Base Address Register.', 'D24.2, RVBAR_EL3', { encoding: [3, 6, 12, 0, 1], writable: NOWHERE }),
];
