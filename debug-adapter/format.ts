/** How numbers are spelled, everywhere the debugger shows one: hex in groups of four digits, as `.tfw` reads it back. */

/** Numbers below this are shown in decimal where nothing says that they are addresses or bits. */
const DECIMAL_LIMIT = 0x1_0000n;

/** `0x8800_0000`. `digits` pads with zeros, for columns of equal width. */
export function hex(value: bigint | number, digits = 1): string {
  const text = BigInt.asUintN(64, BigInt(value)).toString(16).padStart(digits, '0');
  return `0x${text.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`;
}

/** A number without a meaning of its own: small ones in decimal, large ones, which are mostly addresses and masks, in hex. */
export function integer(value: bigint, asHex = false): string {
  return asHex || value >= DECIMAL_LIMIT ? hex(value) : value.toString();
}

/** The bits [high:low] of `value`. */
export function bits(value: bigint, high: number, low: number): bigint {
  return BigInt.asUintN(high - low + 1, value >> BigInt(low));
}

/** `31:26`, or `5` for a single bit, as manuals write them. */
export function bitRange(high: number, low: number): string {
  return high === low ? `${high}` : `${high}:${low}`;
}

/** Reads what `hex` and `.tfw` write: `0x8800_0000`, `2147483648`. Undefined for anything else. */
export function parseNumber(text: string): bigint | undefined {
  const plain = text.trim().replaceAll('_', '');
  return /^(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.test(plain) ? BigInt(plain) : undefined;
}

/** `1 word`, `2 words`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whether `text` is what `pattern` says; `*` stands for any characters. Case counts only if it is in the pattern's favour. */
export function glob(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(text);
}
