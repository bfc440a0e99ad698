/** Fields of the registers that control translation: stage 1 of EL1&0, EL2 (HCR_EL2.E2H = 0) and EL3, and stage 2. Arm ARM DDI0487 M.a.a, D24.2. */
import type { FieldRow } from '../../core/architecture.ts';
import { field, flag } from './row.ts';

export const SCTLR_FIELDS: readonly FieldRow[] = [
  flag('EE', 25, 'Endianness of data accesses; 1 is not modelled.'),
  flag('WXN', 19, 'Write permission implies execute-never.'),
  flag('I', 12, 'Instruction caches are enabled.'),
  flag('SA', 3, 'Stack pointer alignment is checked.'),
  flag('C', 2, 'Data caches are enabled.'),
  flag('A', 1, 'Alignment of data accesses is checked.'),
  flag('M', 0, 'Stage 1 translation is enabled.'),
];

const CACHEABILITY = { RGN_NC: 0b00, RGN_WB_RAWA: 0b01, RGN_WT_RANWA: 0b10, RGN_WB_RANWA: 0b11 };
const SHAREABILITY = { SH_NON_SHAREABLE: 0b00, SH_OUTER: 0b10, SH_INNER: 0b11 };
const GRANULES = { TG0_4KB: 0b00, TG0_64KB: 0b01, TG0_16KB: 0b10 };
const SIZES = { PS_4GB: 0b000, PS_64GB: 0b001, PS_1TB: 0b010, PS_4TB: 0b011, PS_16TB: 0b100, PS_256TB: 0b101, PS_4PB: 0b110 };

/** Layout that TCR_EL3 and, while E2H is 0, TCR_EL2 share. */
export const TCR_FIELDS: readonly FieldRow[] = [
  flag('HPD', 24, 'Hierarchical permissions are disabled.'),
  flag('TBI', 20, 'The top byte of addresses is ignored.'),
  field('PS', 18, 16, 'Physical address size.', SIZES),
  field('TG0', 15, 14, 'Granule size; this PE has 4 KB only.', GRANULES),
  field('SH0', 13, 12, 'Shareability of table walks.', SHAREABILITY),
  field('ORGN0', 11, 10, 'Outer cacheability of table walks.', CACHEABILITY),
  field('IRGN0', 9, 8, 'Inner cacheability of table walks.', CACHEABILITY),
  field('T0SZ', 5, 0, 'The region holds 2^(64 - T0SZ) bytes.'),
];

export const TTBR_FIELDS: readonly FieldRow[] = [
  field('BADDR', 47, 1, 'Table base address bits [47:1].'),
  flag('CnP', 0, 'Entries are common to all PEs of the inner shareable domain.'),
];

/** TCR_EL1 controls two address ranges, which VA[55] selects. */
export const TCR_EL1_FIELDS: readonly FieldRow[] = [
  flag('HPD1', 42, 'Hierarchical permissions of the upper range are disabled.'),
  flag('HPD0', 41, 'Hierarchical permissions of the lower range are disabled.'),
  flag('TBI1', 38, 'The top byte of upper addresses is ignored.'),
  flag('TBI0', 37, 'The top byte of lower addresses is ignored.'),
  flag('AS', 36, 'ASIDs have 16 bits; 0: 8 bits.'),
  field('IPS', 34, 32, 'Output address size.', SIZES),
  field('TG1', 31, 30, 'Granule size of the upper range; this PE has 4 KB only.', { TG1_16KB: 0b01, TG1_4KB: 0b10, TG1_64KB: 0b11 }),
  field('SH1', 29, 28, 'Shareability of walks from TTBR1_EL1.', SHAREABILITY),
  field('ORGN1', 27, 26, 'Outer cacheability of walks from TTBR1_EL1.', CACHEABILITY),
  field('IRGN1', 25, 24, 'Inner cacheability of walks from TTBR1_EL1.', CACHEABILITY),
  flag('EPD1', 23, 'Walks from TTBR1_EL1 are disabled.'),
  flag('A1', 22, 'The ASID is that of TTBR1_EL1; 0: of TTBR0_EL1.'),
  field('T1SZ', 21, 16, 'The upper range holds 2^(64 - T1SZ) bytes.'),
  field('TG0', 15, 14, 'Granule size of the lower range; this PE has 4 KB only.', GRANULES),
  field('SH0', 13, 12, 'Shareability of walks from TTBR0_EL1.', SHAREABILITY),
  field('ORGN0', 11, 10, 'Outer cacheability of walks from TTBR0_EL1.', CACHEABILITY),
  field('IRGN0', 9, 8, 'Inner cacheability of walks from TTBR0_EL1.', CACHEABILITY),
  flag('EPD0', 7, 'Walks from TTBR0_EL1 are disabled.'),
  field('T0SZ', 5, 0, 'The lower range holds 2^(64 - T0SZ) bytes.'),
];

export const TTBR_EL1_FIELDS: readonly FieldRow[] = [field('ASID', 63, 48, 'Address space identifier.'), ...TTBR_FIELDS];
export const VTTBR_FIELDS: readonly FieldRow[] = [field('VMID', 63, 48, 'Virtual machine identifier.'), ...TTBR_FIELDS];

/** Start levels with the 4 KB granule. */
const SL0 = { SL0_LEVEL2: 0b00, SL0_LEVEL1: 0b01, SL0_LEVEL0: 0b10, SL0_LEVEL3: 0b11 };

export const VTCR_FIELDS: readonly FieldRow[] = [
  flag('NSA', 30, 'Secure state: the output of Non-secure intermediate addresses is Non-secure.'),
  flag('NSW', 29, 'Secure state: stage 2 tables of Non-secure intermediate addresses are Non-secure.'),
  flag('VS', 19, 'VMIDs have 16 bits; 0: 8 bits.'),
  field('PS', 18, 16, 'Physical address size.', SIZES),
  field('TG0', 15, 14, 'Granule size; this PE has 4 KB only.', GRANULES),
  field('SH0', 13, 12, 'Shareability of table walks.', SHAREABILITY),
  field('ORGN0', 11, 10, 'Outer cacheability of table walks.', CACHEABILITY),
  field('IRGN0', 9, 8, 'Inner cacheability of table walks.', CACHEABILITY),
  field('SL0', 7, 6, 'Start level of walks.', SL0),
  field('T0SZ', 5, 0, 'Intermediate addresses have 64 - T0SZ bits.'),
];

export const VSTCR_FIELDS: readonly FieldRow[] = [
  flag('SA', 30, 'The output of stage 2 is Non-secure.'),
  flag('SW', 29, 'Stage 2 tables are Non-secure, and so is all output.'),
  field('TG0', 15, 14, 'Granule size; this PE has 4 KB only.', GRANULES),
  field('SL0', 7, 6, 'Start level of walks.', SL0),
  field('T0SZ', 5, 0, 'Secure intermediate addresses have 64 - T0SZ bits.'),
];

export const VBAR_FIELDS: readonly FieldRow[] = [field('VBA', 63, 11, 'Vector base address bits [63:11].')];

export { CACHEABILITY, SHAREABILITY };
