/** Addresses and sizes as people write them: `0x8800_0000`, `2 MiB`. */

const units: readonly (readonly [string, bigint])[] = [
  ['TiB', 1n << 40n],
  ['GiB', 1n << 30n],
  ['MiB', 1n << 20n],
  ['KiB', 1n << 10n],
];

export interface AddressRange {
  readonly from: bigint;
  /** Exclusive. */
  readonly to: bigint;
}

/** Eight digits or more, in groups of four from the right: as the adapter and `.tfw` write it, padded for a column. */
export function spellAddress(value: bigint): string {
  const digits = value.toString(16).padStart(8, '0');
  return `0x${digits.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`;
}

/** In the largest unit that it fills: `4 KiB`; where that does not come out even, `≈ 1.5 GiB`. */
export function spellSize(bytes: bigint): string {
  const [unit, size] = units.find(([, each]) => bytes >= each) ?? [bytes === 1n ? 'byte' : 'bytes', 1n];
  const even = bytes % size === 0n;
  return even ? `${bytes / size} ${unit}` : `≈ ${Math.round(Number((bytes * 10n) / size)) / 10} ${unit}`;
}

/** Hex with or without `0x`, digits grouped by `_` or not. */
export function parseAddress(text: string): bigint | undefined {
  const digits = /^\s*(?:0x)?([0-9a-f](?:_?[0-9a-f])*)\s*$/i.exec(text)?.[1]?.replaceAll('_', '');
  return digits && digits.length <= 16 ? BigInt(`0x${digits}`) : undefined;
}

/** An address, `from-to` with both ends included, or `from+size` with a size in bytes (hex) or in a unit. */
export function parseRange(text: string): AddressRange | undefined {
  const [, first, separator, second] = /^([^-–+]+)(?:([-–+])(.+))?$/.exec(text.trim()) ?? [];
  const from = parseAddress(first ?? '');
  if (from === undefined) return undefined;
  if (!separator) return { from, to: from + 1n };
  const rest = separator === '+' ? parseSize(second) : parseAddress(second);
  if (rest === undefined) return undefined;
  const to = separator === '+' ? from + rest : rest + 1n;
  return to > from ? { from, to } : undefined;
}

function parseSize(text: string): bigint | undefined {
  const [, count, name] = /^\s*(\d+)\s*([KMGT]iB)\s*$/i.exec(text) ?? [];
  const unit = units.find(([known]) => known.toLowerCase() === name?.toLowerCase());
  return unit ? BigInt(count) * unit[1] : parseAddress(text);
}
