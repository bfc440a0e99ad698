/** What protection units tell the debugger about themselves; no access ever consults this. */
import type { DirtyPage } from './memory.ts';

/** A half-open range of physical addresses that carries one tag. */
export interface TagRange {
  readonly from: number;
  readonly to: number;
  /** Value of the tag, an entry of `Architecture.tags`. */
  readonly tag: number;
}

/** Where the tag of an address comes from: these bytes of memory and these registers decide it. */
export interface TagSource {
  readonly cells: readonly { readonly pa: number; readonly size: number; readonly name: string }[];
  readonly registers: readonly string[];
}

/** A core's cached copy of a tag that no longer agrees with the tables. */
export interface StaleTag {
  readonly core: number;
  readonly from: number;
  readonly to: number;
  readonly cached: number;
  readonly table: number;
}

export interface ProtectionUnit {
  readonly id: string;
  readonly name: string;
  /** Bytes that one tag covers at least. */
  readonly granule: number;
  /** Coalesced ranges from the live tables, ascending, clipped to [from, to). */
  ranges(from: number, to: number): TagRange[];
  tagAt(pa: number): number;
  source(pa: number): TagSource;
  stale(): StaleTag[];
}

/** Whether a store to a dirty page may have touched [pa, pa + size). */
export function touches(dirty: DirtyPage, pa: number, size: number): boolean {
  const start = dirty.page * 4096;
  if (pa + size <= start || pa >= start + 4096) return false;
  const first = Math.max(0, pa - start) >>> 6;
  const last = Math.min(4095, pa + size - 1 - start) >>> 6;
  for (let line = first; line <= last; line++) {
    if (((line < 32 ? dirty.lo >>> line : dirty.hi >>> (line - 32)) & 1) === 1) return true;
  }
  return false;
}
