/** Seeded random numbers for tests that try many cases: a failure names its seed and case, and comes again. */
export class Random {
  constructor(private state: number) {}

  /** mulberry32: 32 random bits. */
  bits32(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor((this.bits32() / 2 ** 32) * end);
  }

  chance(probability: number): boolean {
    return this.bits32() / 2 ** 32 < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** `width` random bits. */
  wide(width: number): bigint {
    return BigInt.asUintN(width, (BigInt(this.bits32()) << 32n) | BigInt(this.bits32()));
  }
}
