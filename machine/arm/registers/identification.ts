/** Registers that say what the PE is; none can be written. Arm ARM DDI0487 M.a.a, D24.2. */
import { FROM_EL1, field, flag, NOWHERE, registers } from './row.ts';

const id = registers('Identification', FROM_EL1, { writable: NOWHERE });

export const IDENTIFICATION = [
  id('MPIDR_EL1', 'Multiprocessor Affinity Register: Aff0 is the number of the core.', 'D24.2, MPIDR_EL1', {
    fields: [
      field('Aff3', 39, 32, 'Affinity level 3.'),
      flag('MT', 24, 'Whether the lowest level is threads of one core.'),
      field('Aff2', 23, 16, 'Affinity level 2.'),
      field('Aff1', 15, 8, 'Affinity level 1.'),
      field('Aff0', 7, 0, 'Affinity level 0: the number of the core.'),
    ],
    reset: 1n << 31n, // bit 31 is RES1
  }),
  id('MIDR_EL1', 'Main ID Register: architecture by ID registers, no real implementer.', 'D24.2, MIDR_EL1', {
    fields: [
      field('Implementer', 31, 24, 'Implementer; 0 is reserved for software use.'),
      field('Variant', 23, 20, 'Variant.'),
      field('Architecture', 19, 16, '1111: described by the ID registers.'),
      field('PartNum', 15, 4, 'Part number.'),
      field('Revision', 3, 0, 'Revision.'),
    ],
    reset: 0xfn << 16n,
  }),
  id('ID_AA64PFR0_EL1', 'Processor Feature Register 0.', 'D24.2, ID_AA64PFR0_EL1', {
    fields: [
      field('RME', 55, 52, '1: FEAT_RME; 2: with FEAT_RME_GPC2.'),
      field('SEL2', 39, 36, '1: Secure EL2.'),
      field('AdvSIMD', 23, 20, '1111: no Advanced SIMD.'),
      field('FP', 19, 16, '1111: no floating point.'),
      field('EL3', 15, 12, '1: EL3 in AArch64 only.'),
      field('EL2', 11, 8, '1: EL2 in AArch64 only.'),
      field('EL1', 7, 4, '1: EL1 in AArch64 only.'),
      field('EL0', 3, 0, '1: EL0 in AArch64 only.'),
    ],
    reset: (2n << 52n) | (1n << 36n) | 0xff1111n,
  }),
  id('ID_AA64MMFR0_EL1', 'Memory Model Feature Register 0.', 'D24.2, ID_AA64MMFR0_EL1', {
    fields: [
      field('TGran4', 31, 28, '0: 4 KB granule.'),
      field('TGran64', 27, 24, '1111: no 64 KB granule.'),
      field('TGran16', 23, 20, '0: no 16 KB granule.'),
      field('PARange', 3, 0, '0101: 48 bits.'),
    ],
    reset: (0xfn << 24n) | 0b0101n,
  }),
  id('ID_AA64MMFR1_EL1', 'Memory Model Feature Register 1.', 'D24.2, ID_AA64MMFR1_EL1', {
    fields: [
      field('VH', 11, 8, '0: no virtualization host extensions.'),
      field('HAFDBS', 3, 0, '0: access flag and dirty state are managed by software.'),
    ],
    reset: 0n,
  }),
  id('ID_AA64ISAR0_EL1', 'Instruction Set Attribute Register 0.', 'D24.2, ID_AA64ISAR0_EL1', {
    fields: [
      field('TLB', 59, 56, '1: TLB maintenance of the Outer Shareable domain.'),
      field('Atomic', 23, 20, '2: atomic instructions (FEAT_LSE).'),
    ],
    reset: (1n << 56n) | (2n << 20n),
  }),
  id('ID_AA64MMFR2_EL1', 'Memory Model Feature Register 2.', 'D24.2, ID_AA64MMFR2_EL1', {
    fields: [field('ST', 31, 28, '1: small translation tables, T0SZ up to 48.')],
    reset: 1n << 28n,
  }),
];
