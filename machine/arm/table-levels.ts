/** Levels of translation tables with the 4 KB granule: 512 descriptors of 8 bytes each. Arm ARM DDI0487 M.a.a, D8.2. */

/** Bits of an input address that one entry of `level` maps: 12 at level 3, 39 at level 0. */
export function levelShift(level: number): number {
  return 12 + 9 * (3 - level);
}

/** What one block or page of each level maps, in words. */
export const LEVEL_NAMES: readonly string[] = ['block of 512 GB', 'block of 1 GB', 'block of 2 MB', 'page'];
