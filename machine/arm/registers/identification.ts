/**
 * Registers that say what the PE is; none can be written. Their values are what the model has, no more.
 * Arm ARM DDI0487 M.a.a, D24.2; groups of identification registers, as HCR_EL2 traps them, in D1.5.
 */
import type { FieldRow } from '../../core/architecture.ts';
import type { Core } from '../../core/core.ts';
import type { ArmCore } from '../core.ts';
import { FROM_EL0, FROM_EL1, FROM_EL2, field, flag, NOWHERE, registers } from './row.ts';

const id = registers('Identification', FROM_EL1, { writable: NOWHERE });

/** EL1 reads what EL2 has put in its place. D24.2, VPIDR_EL2 and VMPIDR_EL2. */
const virtual = (physical: 'MIDR_EL1' | 'MPIDR_EL1') => ({
  read: (core: Core) => (core as ArmCore).identity(physical),
  stored: FROM_EL2,
});

type Feature = readonly [field: string, high: number, low: number, value: number, summary: string];

/** A register of four-bit fields whose values say what there is. */
function features(list: readonly Feature[]): { readonly fields: readonly FieldRow[]; readonly reset: bigint } {
  return {
    fields: list.map(([name, high, low, , summary]) => field(name, high, low, summary)),
    reset: list.reduce((all, [, , low, value]) => all | (BigInt(value) << BigInt(low)), 0n),
  };
}

/** What an identification register reads as while nothing that it describes is modelled. */
const NOTHING = features([]);

export const IDENTIFICATION = [
  id('MPIDR_EL1', 'Multiprocessor Affinity Register: Aff0 is the number of the core.', 'D24.2, MPIDR_EL1', {
    encoding: [3, 0, 0, 0, 5],
    fields: [
      field('Aff3', 39, 32, 'Affinity level 3.'),
      flag('MT', 24, 'Whether the lowest level is threads of one core.'),
      field('Aff2', 23, 16, 'Affinity level 2.'),
      field('Aff1', 15, 8, 'Affinity level 1.'),
      field('Aff0', 7, 0, 'Affinity level 0: the number of the core.'),
    ],
    reset: 1n << 31n, // bit 31 is RES1
    live: virtual('MPIDR_EL1'),
  }),
  id('MIDR_EL1', 'Main ID Register: architecture by ID registers, no real implementer.', 'D24.2, MIDR_EL1', {
    encoding: [3, 0, 0, 0, 0],
    fields: [
      field('Implementer', 31, 24, 'Implementer; 0 is reserved for software use.'),
      field('Variant', 23, 20, 'Variant.'),
      field('Architecture', 19, 16, '1111: described by the ID registers.'),
      field('PartNum', 15, 4, 'Part number.'),
      field('Revision', 3, 0, 'Revision.'),
    ],
    reset: 0xfn << 16n,
    live: virtual('MIDR_EL1'),
  }),
  id('REVIDR_EL1', 'Revision ID Register.', 'D24.2, REVIDR_EL1', { encoding: [3, 0, 0, 0, 6] }),
  id('AIDR_EL1', 'Auxiliary ID Register.', 'D24.2, AIDR_EL1', { encoding: [3, 1, 0, 0, 7] }),
  id('CCSIDR_EL1', 'Current Cache Size ID Register; the cache is not described.', 'D24.2, CCSIDR_EL1', { encoding: [3, 1, 0, 0, 0] }),
  id('CLIDR_EL1', 'Cache Level ID Register: no cache level is described.', 'D24.2, CLIDR_EL1', { encoding: [3, 1, 0, 0, 1] }),
  id('CTR_EL0', 'Cache Type Register: lines of 64 bytes.', 'D24.2, CTR_EL0', {
    encoding: [3, 3, 0, 0, 1],
    readable: FROM_EL0,
    fields: [
      field('CWG', 27, 24, 'Cache writeback granule: log2 of words.'),
      field('ERG', 23, 20, 'Exclusives reservation granule: log2 of words.'),
      field('DminLine', 19, 16, 'Smallest data cache line: log2 of words.'),
      field('L1Ip', 15, 14, '11: physically indexed, physically tagged.'),
      field('IminLine', 3, 0, 'Smallest instruction cache line: log2 of words.'),
    ],
    reset: (1n << 31n) | (4n << 24n) | (4n << 20n) | (4n << 16n) | (3n << 14n) | 4n, // bit 31 is RES1
  }),
  id('DCZID_EL0', 'Data Cache Zero ID Register: DC ZVA zeroes 64 bytes.', 'D24.2, DCZID_EL0', {
    encoding: [3, 3, 0, 0, 7],
    readable: FROM_EL0,
    fields: [flag('DZP', 4, 'DC ZVA is prohibited.'), field('BS', 3, 0, 'Block size: log2 of words.')],
    reset: 4n,
  }),
  id('ERRIDR_EL1', 'Error Record ID Register: no error records.', 'D24.6, ERRIDR_EL1', { encoding: [3, 0, 5, 3, 0] }),
  id('ID_AA64PFR0_EL1', 'Processor Feature Register 0.', 'D24.2, ID_AA64PFR0_EL1', {
    encoding: [3, 0, 0, 4, 0],
    ...features([
      ['RME', 55, 52, 2, '1: FEAT_RME; 2: with FEAT_RME_GPC2.'],
      ['SEL2', 39, 36, 1, '1: Secure EL2.'],
      ['RAS', 31, 28, 1, '1: FEAT_RAS: ESB and virtual SError syndromes.'],
      ['GIC', 27, 24, 1, '1: system registers of GICv3.'],
      ['AdvSIMD', 23, 20, 15, '1111: no Advanced SIMD.'],
      ['FP', 19, 16, 15, '1111: no floating point.'],
      ['EL3', 15, 12, 1, '1: EL3 in AArch64 only.'],
      ['EL2', 11, 8, 1, '1: EL2 in AArch64 only.'],
      ['EL1', 7, 4, 1, '1: EL1 in AArch64 only.'],
      ['EL0', 3, 0, 1, '1: EL0 in AArch64 only.'],
    ]),
  }),
  id('ID_AA64PFR1_EL1', 'Processor Feature Register 1.', 'D24.2, ID_AA64PFR1_EL1', { encoding: [3, 0, 0, 4, 1], ...NOTHING }),
  id('ID_AA64PFR2_EL1', 'Processor Feature Register 2.', 'D24.2, ID_AA64PFR2_EL1', { encoding: [3, 0, 0, 4, 2], ...NOTHING }),
  id('ID_AA64ZFR0_EL1', 'SVE Feature Register 0.', 'D24.2, ID_AA64ZFR0_EL1', { encoding: [3, 0, 0, 4, 4], ...NOTHING }),
  id('ID_AA64SMFR0_EL1', 'SME Feature Register 0.', 'D24.2, ID_AA64SMFR0_EL1', { encoding: [3, 0, 0, 4, 5], ...NOTHING }),
  id('ID_AA64DFR0_EL1', 'Debug Feature Register 0; the debug registers are absent.', 'D24.2, ID_AA64DFR0_EL1', {
    encoding: [3, 0, 0, 5, 0],
    ...features([
      ['CTX_CMPs', 31, 28, 0, 'Context-aware breakpoints, minus one.'],
      ['WRPs', 23, 20, 3, 'Watchpoints, minus one.'],
      ['BRPs', 15, 12, 5, 'Breakpoints, minus one.'],
      ['PMUVer', 11, 8, 0, '0: no performance monitors.'],
      ['DebugVer', 3, 0, 0, 'Debug architecture; 0: none is modelled.'],
    ]),
  }),
  id('ID_AA64DFR1_EL1', 'Debug Feature Register 1.', 'D24.2, ID_AA64DFR1_EL1', { encoding: [3, 0, 0, 5, 1], ...NOTHING }),
  id('ID_AA64AFR0_EL1', 'Auxiliary Feature Register 0.', 'D24.2, ID_AA64AFR0_EL1', { encoding: [3, 0, 0, 5, 4], ...NOTHING }),
  id('ID_AA64AFR1_EL1', 'Auxiliary Feature Register 1.', 'D24.2, ID_AA64AFR1_EL1', { encoding: [3, 0, 0, 5, 5], ...NOTHING }),
  id('ID_AA64ISAR0_EL1', 'Instruction Set Attribute Register 0.', 'D24.2, ID_AA64ISAR0_EL1', {
    encoding: [3, 0, 0, 6, 0],
    ...features([
      ['RNDR', 63, 60, 1, '1: random numbers (FEAT_RNG).'],
      ['TLB', 59, 56, 2, '2: TLB maintenance of the Outer Shareable domain and by range.'],
      ['Atomic', 23, 20, 2, '2: atomic instructions (FEAT_LSE).'],
    ]),
  }),
  id('ID_AA64ISAR1_EL1', 'Instruction Set Attribute Register 1.', 'D24.2, ID_AA64ISAR1_EL1', { encoding: [3, 0, 0, 6, 1], ...NOTHING }),
  id('ID_AA64ISAR2_EL1', 'Instruction Set Attribute Register 2.', 'D24.2, ID_AA64ISAR2_EL1', { encoding: [3, 0, 0, 6, 2], ...NOTHING }),
  id('ID_AA64MMFR0_EL1', 'Memory Model Feature Register 0.', 'D24.2, ID_AA64MMFR0_EL1', {
    encoding: [3, 0, 0, 7, 0],
    ...features([
      ['TGran4_2', 43, 40, 0, '0: stage 2 as stage 1, 4 KB granule.'],
      ['TGran64_2', 39, 36, 1, '1: no 64 KB granule at stage 2.'],
      ['TGran16_2', 35, 32, 1, '1: no 16 KB granule at stage 2.'],
      ['TGran4', 31, 28, 0, '0: 4 KB granule.'],
      ['TGran64', 27, 24, 15, '1111: no 64 KB granule.'],
      ['TGran16', 23, 20, 0, '0: no 16 KB granule.'],
      ['SNSMem', 15, 12, 1, '1: Secure and Non-secure memory are told apart.'],
      ['ASIDBits', 7, 4, 2, '2: ASIDs of 16 bits.'],
      ['PARange', 3, 0, 5, '0101: 48 bits.'],
    ]),
  }),
  id('ID_AA64MMFR1_EL1', 'Memory Model Feature Register 1.', 'D24.2, ID_AA64MMFR1_EL1', {
    encoding: [3, 0, 0, 7, 1],
    ...features([
      ['VH', 11, 8, 0, '0: no virtualization host extensions.'],
      ['VMIDBits', 7, 4, 2, '2: VMIDs of 16 bits.'],
      ['HAFDBS', 3, 0, 0, '0: access flag and dirty state are managed by software.'],
    ]),
  }),
  id('ID_AA64MMFR2_EL1', 'Memory Model Feature Register 2.', 'D24.2, ID_AA64MMFR2_EL1', {
    encoding: [3, 0, 0, 7, 2],
    ...features([
      ['EVT', 59, 56, 2, '2: HCR_EL2.{TTLBOS, TTLBIS, TOCU, TID4} trap.'],
      ['FWB', 43, 40, 1, '1: HCR_EL2.FWB.'],
      ['IDS', 39, 36, 1, '1: reads of these registers at EL0 are trapped with EC 0x18 (FEAT_IDST).'],
      ['ST', 31, 28, 1, '1: small translation tables, TnSZ up to 48.'],
    ]),
  }),
  id('ID_AA64MMFR3_EL1', 'Memory Model Feature Register 3.', 'D24.2, ID_AA64MMFR3_EL1', { encoding: [3, 0, 0, 7, 3], ...NOTHING }),
  id('ID_AA64MMFR4_EL1', 'Memory Model Feature Register 4.', 'D24.2, ID_AA64MMFR4_EL1', { encoding: [3, 0, 0, 7, 4], ...NOTHING }),
];
