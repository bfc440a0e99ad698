/**
 * 64-bit values in two halves, as signed 32-bit integers: what words compute with, since numbers of that size are never
 * allocated and a BigInt is at every step. Whoever makes a value returns its low half and leaves the high one in `high`.
 */

/** Where the high half of the last value made is found. */
export interface Halves {
  high: number;
}

const wide = new BigUint64Array(1);
const half = new Int32Array(wide.buffer);

/** Makes `value`, modulo 2^64, the last value of `to`; returns its low half. */
export function split(to: Halves, value: bigint): number {
  wide[0] = value;
  to.high = half[1];
  return half[0];
}

export function join(low: number, high: number): bigint {
  half[0] = low;
  half[1] = high;
  return wide[0];
}

/** Bits of a value of `bits` bits in each half. */
export const lowMask = (bits: number): number => (bits >= 32 ? -1 : 2 ** bits - 1);
export const highMask = (bits: number): number => (bits >= 64 ? -1 : bits <= 32 ? 0 : 2 ** (bits - 32) - 1);

/** What the low halves carry into the high half of a sum: `low` is the sum's, `term` one of the terms'. */
export const carry = (low: number, term: number): number => (low >>> 0 < term >>> 0 ? 1 : 0);

export function isBelow(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high === otherHigh ? low >>> 0 < otherLow >>> 0 : high >>> 0 < otherHigh >>> 0;
}
