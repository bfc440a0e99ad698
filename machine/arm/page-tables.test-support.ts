/** Builds stage 1 tables in a test machine's memory: 39-bit addresses, so that walks start at level 1. */
import { R } from './registers/index.ts';
import type { Bench } from './test-support.ts';

export const TABLE_1 = 0x70_0000;
export const TABLE_2 = 0x70_1000;
export const TABLE_3 = 0x70_2000;
/** T0SZ = 25, PS = 48 bits. */
export const TCR = 25n | (0b101n << 16n);

export const PAGE = 0b11n;
export const BLOCK = 0b01n;
export const TABLE = 0b11n;
export const AF = 1n << 10n;
export const NS = 1n << 5n;
export const NSE = 1n << 11n;
export const READ_ONLY = 1n << 7n;
export const XN = 1n << 54n;

/** Identity attributes of the state's own space at EL3 (Root) and elsewhere. */
export const ownSpace = (el: 2 | 3) => (el === 3 ? NSE : 0n);

export class Stage1Tables {
  constructor(
    private readonly bench: Bench,
    private readonly el: 2 | 3,
  ) {
    const { memory } = bench.machine;
    // The first GB is mapped by a table of 2 MB blocks to itself; the fifth 2 MB by pages.
    memory.write(TABLE_1, 8, BigInt(TABLE_2) | TABLE);
    for (let i = 0; i < 512; i++) memory.write(TABLE_2 + 8 * i, 8, BigInt(i * 0x20_0000) | AF | BLOCK | ownSpace(el));
  }

  /** Where the page that `page` maps lies. */
  static readonly PAGES = 0x4000_0000n - 0x20_0000n;

  /** Maps page `index` of the last 2 MB of the first GB by a level 3 descriptor. */
  page(index: number, descriptor: bigint): this {
    const { memory } = this.bench.machine;
    memory.write(TABLE_2 + 8 * 511, 8, BigInt(TABLE_3) | TABLE);
    memory.write(TABLE_3 + 8 * index, 8, descriptor);
    return this;
  }

  at(index: number): bigint {
    return Stage1Tables.PAGES + BigInt(index * 0x1000);
  }

  level1(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(TABLE_1 + 8 * index, 8, descriptor);
    return this;
  }

  level2(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(TABLE_2 + 8 * index, 8, descriptor);
    return this;
  }

  /** Points the registers at the tables and turns translation on, with further bits of SCTLR. */
  on(sctlr = 0n, tcr = TCR): this {
    const { core } = this.bench;
    const three = this.el === 3;
    core.write(three ? R.TCR_EL3 : R.TCR_EL2, tcr);
    core.write(three ? R.TTBR0_EL3 : R.TTBR0_EL2, BigInt(TABLE_1));
    core.write(three ? R.SCTLR_EL3 : R.SCTLR_EL2, 1n | sctlr);
    return this;
  }
}
