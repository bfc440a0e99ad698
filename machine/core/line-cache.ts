/**
 * A data cache between all requesters and memory. It tells the same address in two physical address spaces apart, as two
 * lines: so what one space has stored may be unknown to another until it is cleaned. Platforms without one have one memory.
 */
export interface LineCache {
  /** Little-endian, 1, 2, 4 or 8 bytes; may cross a line. Allocates. */
  load(space: number, pa: number, size: number): bigint;
  store(space: number, pa: number, size: number, value: bigint): void;
  /** What a load would give, without any change: the debugger's eyes. */
  peek(space: number, pa: number, size: number): bigint;
}
