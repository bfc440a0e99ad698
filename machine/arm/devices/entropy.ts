/**
 * The source of random numbers behind RNDR. A run is a pure function of what was loaded, so the numbers are drawn from the
 * machine's seed: firmware cannot foresee them, a repeated run repeats them. Arm ARM DDI0487 M.a.a, D24.2 (RNDR, FEAT_RNG).
 */
import type { Machine } from '../../core/machine.ts';
import { Unmapped } from './mmio.ts';

const GOLDEN = 0x9e37_79b9_7f4a_7c15n;

/** splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators): value number `index` of the seed's sequence. */
export function splitmix64(seed: bigint, index: bigint): bigint {
  const u64 = (value: bigint) => BigInt.asUintN(64, value);
  let z = u64(seed + (index + 1n) * GOLDEN);
  z = u64((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
  return z ^ (z >> 31n);
}

export class EntropySource extends Unmapped {
  readonly id = 'entropy';
  readonly name = 'Entropy source';
  private drawn = 0;

  constructor(private readonly machine: Machine) {
    super();
  }

  /** The next number; drawing is told apart so that a word which faults draws none. */
  get next(): bigint {
    return splitmix64(BigInt(this.machine.options.seed ?? 0), BigInt(this.drawn));
  }

  draw(): void {
    this.drawn++;
  }

  save(): number {
    return this.drawn;
  }

  restore(state: unknown): void {
    this.drawn = state as number;
  }
}
