/** Bit fields of 64-bit values, named as manuals name them: inclusive ranges, high bit first. */

/** Reading through a view splits a value into halves (low first) without allocating a BigInt. */
const wide = new BigUint64Array(1);
const half = new Uint32Array(wide.buffer);

/** Bits [high:low] as a number; at most 52 bits wide. */
export function bits(value: bigint, high: number, low: number): number {
  wide[0] = value;
  if (high < 32) return low === 0 && high === 31 ? half[0] : (half[0] >>> low) & (2 ** (high - low + 1) - 1);
  if (low >= 32) return low === 32 && high === 63 ? half[1] : (half[1] >>> (low - 32)) & (2 ** (high - low + 1) - 1);
  const upper = high === 63 ? half[1] : half[1] & (2 ** (high - 31) - 1);
  return (half[0] >>> low) + upper * 2 ** (32 - low);
}

export function bit(value: bigint, at: number): boolean {
  wide[0] = value;
  return ((half[at >>> 5] >>> (at & 31)) & 1) === 1;
}

/** A value with ones in bits [high:low]. */
export function mask(high: number, low: number): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

/** `value` with bits [high:low] replaced. */
export function insert(value: bigint, high: number, low: number, field: bigint | number): bigint {
  const ones = mask(high, low);
  return (value & ~ones) | ((BigInt(field) << BigInt(low)) & ones);
}
