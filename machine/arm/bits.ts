/** Bit fields of 64-bit values, named as manuals name them: inclusive ranges, high bit first. */

/** Bits [high:low] as a number; at most 52 bits wide. */
export function bits(value: bigint, high: number, low: number): number {
    return Number(BigInt.asUintN(high - low + 1, value >> BigInt(low)));
}

export function bit(value: bigint, at: number): boolean {
    return ((value >> BigInt(at)) & 1n) === 1n;
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
