/** Numbers as explanations and problems print them. */

/** `0x8800_0000`: hexadecimal, in groups of four digits from the right. */
export function hex(value: bigint | number, digits = 1): string {
  const text = value.toString(16).padStart(digits, '0');
  return `0x${text.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`;
}

/** `47:12`, or `5` for a single bit. */
export function range(high: number, low: number): string {
  return high === low ? `${high}` : `${high}:${low}`;
}
