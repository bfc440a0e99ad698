/**
 * Pages that a core found by the full access path, so that the next access to them is a table look-up. One cache belongs
 * to one translation context; it holds nothing that the hardware's own TLBs would not still answer, and is compared with
 * the memory's epoch, so it is unobservable.
 */
import type { Page } from './memory.ts';

export const CACHE_SLOTS = 64;

export class PageCache {
  readonly fetchTag = new Float64Array(CACHE_SLOTS).fill(-1);
  readonly fetchEpoch = new Float64Array(CACHE_SLOTS);
  readonly fetchPages: Page[] = [];
  readonly readTag = new Float64Array(CACHE_SLOTS).fill(-1);
  readonly readEpoch = new Float64Array(CACHE_SLOTS);
  readonly readPages: Page[] = [];
  readonly writeTag = new Float64Array(CACHE_SLOTS).fill(-1);
  readonly writeEpoch = new Float64Array(CACHE_SLOTS);
  /** Physical page numbers. */
  readonly writeNumbers = new Float64Array(CACHE_SLOTS);
  readonly writePages: Page[] = [];

  /** The context translates differently now. */
  forget(): void {
    this.fetchTag.fill(-1);
    this.readTag.fill(-1);
    this.writeTag.fill(-1);
  }
}
