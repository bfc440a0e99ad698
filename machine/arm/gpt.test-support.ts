/** Builds granule protection tables in a test machine's memory: the first GB through a level 1 table, the rest as blocks. */
import { GPI_ANY } from './gpi.ts';
import { R } from './registers/index.ts';
import type { Bench } from './test-support.ts';

export const GPT_LEVEL0 = 0x40_0000;
export const GPT_LEVEL1 = 0x60_0000;
const LEVEL1_ENTRIES = 2 ** 14;
/** GPC on, inner shareable write-back walks, 4 KB granules, 4 GB protected. */
export const GPCCR_ON = (1n << 16n) | (0b11n << 12n) | (0b01n << 10n) | (0b01n << 8n);

const repeat = (gpi: number) => BigInt(gpi) * 0x1111_1111_1111_1111n;

export class Gpt {
  constructor(
    private readonly bench: Bench,
    fill = GPI_ANY,
  ) {
    const { memory } = bench.machine;
    memory.write(GPT_LEVEL0, 8, BigInt(GPT_LEVEL1) | 0b0011n);
    for (let i = 1; i < 4; i++) memory.write(GPT_LEVEL0 + 8 * i, 8, (BigInt(fill) << 4n) | 0b0001n);
    for (let i = 0; i < LEVEL1_ENTRIES; i++) memory.write(GPT_LEVEL1 + 8 * i, 8, repeat(fill));
  }

  /** Gives one 4 KB granule of the first GB a GPI, as firmware's store would. */
  set(pa: number, gpi: number): this {
    const entry = GPT_LEVEL1 + 8 * Math.floor(pa / 0x1_0000);
    const shift = BigInt(4 * (Math.floor(pa / 0x1000) % 16));
    const { memory } = this.bench.machine;
    const value = memory.read(entry, 8) & ~(0xfn << shift);
    memory.write(entry, 8, value | (BigInt(gpi) << shift));
    return this;
  }

  level0(index: number, descriptor: bigint): this {
    this.bench.machine.memory.write(GPT_LEVEL0 + 8 * index, 8, descriptor);
    return this;
  }

  level1(pa: number, descriptor: bigint): this {
    this.bench.machine.memory.write(GPT_LEVEL1 + 8 * Math.floor(pa / 0x1_0000), 8, descriptor);
    return this;
  }

  /** Enables the check on every core. */
  on(gpccr = GPCCR_ON): this {
    for (const core of this.bench.machine.cores) {
      core.write(R.GPTBR_EL3, BigInt(GPT_LEVEL0) >> 12n);
      core.write(R.GPCCR_EL3, gpccr);
    }
    return this;
  }
}
