/** Builds stage 1 and stage 2 tables of EL1&0 in a test machine's memory. */
import type { Access, AccessKind } from '../core/access.ts';
import type { AbortFault, AbortStatus } from './fault.ts';
import type { RegisterName } from './registers/index.ts';
import type { Bench } from './test-support.ts';
import { WORLDS } from './worlds.ts';

/** Stage 2 tables: 39-bit intermediate addresses, so that walks start at level 1. */
export const S2_TABLE_1 = 0x80_0000;
export const S2_TABLE_2 = 0x80_1000;
export const S2_TABLE_3 = 0x80_2000;
/** Stage 1 tables of EL1, intermediate addresses that stage 2 maps to themselves: one for each half. */
export const EL1_TABLE_1 = 0x90_0000;
export const EL1_TABLE_2 = 0x90_1000;
export const EL1_TABLE_3 = 0x90_2000;
export const EL1_UPPER_1 = 0x90_4000;

/** T0SZ = 25, SL0 = level 1, PS = 48 bits, 16-bit VMIDs. */
export const VTCR = 25n | (0b01n << 6n) | (0b101n << 16n) | (1n << 19n);
/** T0SZ = T1SZ = 25, IPS = 48 bits, 16-bit ASIDs. */
export const TCR_EL1 = 25n | (25n << 16n) | (0b101n << 32n) | (1n << 36n);
/** First page of the last 2 MB of the first GB, of either stage. */
export const LAST_2MB = 0x3fe0_0000;
/** Start of the upper half when T1SZ is 25. */
export const UPPER_HALF = 0xffff_ff80_0000_0000n;

export const S2 = { PAGE: 0b11n, BLOCK: 0b01n, TABLE: 0b11n, AF: 1n << 10n, READ: 1n << 6n, WRITE: 1n << 7n, NS: 1n << 55n } as const;
/** A leaf that allows everything but AF and type. */
export const S2_RW = S2.AF | S2.READ | S2.WRITE | (0b1111n << 2n);
export const s2xn = (xn: bigint) => xn << 53n;

export const S1 = {
  PAGE: 0b11n,
  BLOCK: 0b01n,
  TABLE: 0b11n,
  AF: 1n << 10n,
  NG: 1n << 11n,
  EL0: 1n << 6n,
  READ_ONLY: 1n << 7n,
  PXN: 1n << 53n,
  UXN: 1n << 54n,
} as const;

export class Stages {
  constructor(private readonly bench: Bench) {
    const { memory } = bench.machine;
    // Both stages: the first GB by blocks of 2 MB to itself, of which the last is mapped by pages.
    memory.write(S2_TABLE_1, 8, BigInt(S2_TABLE_2) | S2.TABLE);
    memory.write(EL1_TABLE_1, 8, BigInt(EL1_TABLE_2) | S1.TABLE);
    memory.write(EL1_UPPER_1, 8, BigInt(EL1_TABLE_2) | S1.TABLE);
    for (let i = 0; i < 511; i++) {
      memory.write(S2_TABLE_2 + 8 * i, 8, BigInt(i * 0x20_0000) | S2_RW | S2.BLOCK);
      memory.write(EL1_TABLE_2 + 8 * i, 8, BigInt(i * 0x20_0000) | S1.AF | S1.BLOCK);
    }
    memory.write(S2_TABLE_2 + 8 * 511, 8, BigInt(S2_TABLE_3) | S2.TABLE);
    memory.write(EL1_TABLE_2 + 8 * 511, 8, BigInt(EL1_TABLE_3) | S1.TABLE);
  }

  /** Stage 1 page `index` of the last 2 MB, of both halves. */
  page1(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(EL1_TABLE_3 + 8 * index, 8, descriptor);
    return this;
  }

  /** Stage 2 page `index` of the last 2 MB. */
  page2(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(S2_TABLE_3 + 8 * index, 8, descriptor);
    return this;
  }

  /** Stage 2 descriptor `index` of level 2: 2 MB each. */
  block2(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(S2_TABLE_2 + 8 * index, 8, descriptor);
    return this;
  }

  /** Stage 1 descriptor `index` of level 2, of both halves. */
  block1(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(EL1_TABLE_2 + 8 * index, 8, descriptor);
    return this;
  }

  /** Virtual address of stage 1 page `index`, and intermediate address of stage 2 page `index`. */
  at(index: number): bigint {
    return BigInt(LAST_2MB + 0x1000 * index);
  }

  /** Turns stage 1 of EL1&0 on, with further bits of SCTLR_EL1. */
  stage1(sctlr = 0n, tcr = TCR_EL1, asid = 1n): this {
    return this.set('TCR_EL1', tcr)
      .set('TTBR0_EL1', BigInt(EL1_TABLE_1) | (asid << 48n))
      .set('TTBR1_EL1', BigInt(EL1_UPPER_1) | ((asid + 1n) << 48n))
      .set('SCTLR_EL1', 1n | sctlr);
  }

  /** Turns stage 2 on for `vmid`. */
  stage2(vmid = 1n, vtcr = VTCR, hcr = 1n): this {
    return this.set('VTCR_EL2', vtcr)
      .set('VTTBR_EL2', BigInt(S2_TABLE_1) | (vmid << 48n))
      .set('HCR_EL2', hcr | (1n << 31n));
  }

  private set(name: RegisterName, value: bigint): this {
    this.bench.set(name, value);
    return this;
  }
}

/** Where an access arrives, or the fault that it makes, without what does not matter to tests. */
type Arrival = { readonly pa: number; readonly space: string } | Pick<AbortFault, 'status' | 'level' | 'stage' | 'walk' | 's1ptw' | 'ipa'>;

/** Translates one access in the bench's present state, through all stages of the platform. */
export function arrive(bench: Bench, va: bigint, kind: AccessKind = 'read', tlb = false): Arrival {
  const { core } = bench;
  const access: Access = { kind, purpose: kind === 'fetch' ? 'fetch' : 'data', va, size: kind === 'fetch' ? 4 : 8, pa: 0, space: 0 };
  const fault = core.translate(access, { core, view: core, tlb }) as AbortFault | null;
  if (fault === null) return { pa: access.pa, space: WORLDS[access.space].name };
  const { status, level, stage, walk, s1ptw, ipa } = fault;
  return { status, level, stage, walk, s1ptw, ipa };
}

/** A stage 1 fault at `level`. */
export const fault1 = (status: AbortStatus, level: number): Arrival => ({
  status,
  level,
  stage: 1,
  walk: false,
  s1ptw: false,
  ipa: undefined,
});

/** A stage 2 fault of `ipa` at `level`; `s1ptw`: on a stage 1 table walk. */
export const fault2 = (status: AbortStatus, level: number, ipa: bigint | number, s1ptw = false): Arrival => ({
  status,
  level,
  stage: 2,
  walk: s1ptw,
  s1ptw,
  ipa: Number(ipa),
});
