/** Fields of the registers that control stage 1 translation at EL2 (with HCR_EL2.E2H = 0) and EL3. Arm ARM DDI0487 M.a.a, D24.2. */
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
const SIZES = { PS_4GB: 0b000, PS_64GB: 0b001, PS_1TB: 0b010, PS_4TB: 0b011, PS_16TB: 0b100, PS_256TB: 0b101, PS_4PB: 0b110 };

/** Layout that TCR_EL3 and, while E2H is 0, TCR_EL2 share. */
export const TCR_FIELDS: readonly FieldRow[] = [
  flag('HPD', 24, 'Hierarchical permissions are disabled.'),
  flag('TBI', 20, 'The top byte of addresses is ignored.'),
  field('PS', 18, 16, 'Physical address size.', SIZES),
  field('TG0', 15, 14, 'Granule size; this PE has 4 KB only.', { TG0_4KB: 0b00, TG0_64KB: 0b01, TG0_16KB: 0b10 }),
  field('SH0', 13, 12, 'Shareability of table walks.', SHAREABILITY),
  field('ORGN0', 11, 10, 'Outer cacheability of table walks.', CACHEABILITY),
  field('IRGN0', 9, 8, 'Inner cacheability of table walks.', CACHEABILITY),
  field('T0SZ', 5, 0, 'The region holds 2^(64 - T0SZ) bytes.'),
];

export const TTBR_FIELDS: readonly FieldRow[] = [
  field('BADDR', 47, 1, 'Table base address bits [47:1].'),
  flag('CnP', 0, 'Entries are common to all PEs of the inner shareable domain.'),
];

export const VBAR_FIELDS: readonly FieldRow[] = [field('VBA', 63, 11, 'Vector base address bits [63:11].')];

export { CACHEABILITY, SHAREABILITY };
