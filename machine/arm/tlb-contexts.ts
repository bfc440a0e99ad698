/**
 * Cached translations by context: the regime, what was enabled, VMID and ASID. Arm ARM DDI0487 M.a.a, D8.16.
 * A context is a number, so that a look-up allocates nothing.
 */
import { SharedMap } from './shared-map.ts';
import { levelShift } from './table-levels.ts';

/** In place of an ASID: entries that serve every ASID, and those of regimes without any. */
export const GLOBAL = 0x1_0000;

export interface Tags {
  /** Index of the state that the regime is kept by. */
  readonly state: number;
  /** What distinguishes translations of one regime further: which stages made them, or the space of the input address. */
  readonly kind: number;
  readonly vmid: number;
  /** An ASID or `GLOBAL`. */
  readonly asid: number;
}

const ASIDS = 2 ** 17;
const VMIDS = 2 ** 16;
const KINDS = 4;

export function contextOf(state: number, kind: number, vmid: number, asid: number): number {
  return ((state * KINDS + kind) * VMIDS + vmid) * ASIDS + asid;
}

function tagsOf(context: number): Tags {
  const rest = Math.floor(context / ASIDS);
  const regime = Math.floor(rest / VMIDS);
  return { state: Math.floor(regime / KINDS), kind: regime % KINDS, vmid: rest % VMIDS, asid: context % ASIDS };
}

/** Input addresses have 49 bits at most: 48, and one for the upper address range. */
const LEVEL_STRIDE = 2 ** 40;
const LEVELS: readonly number[] = [3, 2, 1];

/** Blocks are kept whole under a key of their own level, so that invalidating any address in one drops all of it. D8.16. */
function keyOf(level: number, address: number): number {
  return level * LEVEL_STRIDE + Math.floor(address / 2 ** levelShift(level));
}

/** First address that an entry under this key translates. */
function addressOf(key: number): number {
  return (key % LEVEL_STRIDE) * 2 ** levelShift(Math.floor(key / LEVEL_STRIDE));
}

export type TranslationSnapshot<V> = ReadonlyMap<number, ReadonlyMap<number, V>>;

/** `V`: what is kept of one block or page. */
export class Contexts<V> {
  private contexts = new Map<number, SharedMap<V>>();

  get(context: number, address: number): V | undefined {
    const entries = this.contexts.get(context);
    if (entries === undefined) return undefined;
    return entries.get(keyOf(3, address)) ?? entries.get(keyOf(2, address)) ?? entries.get(keyOf(1, address));
  }

  keep(context: number, level: number, address: number, entry: V): void {
    let entries = this.contexts.get(context);
    if (entries === undefined) {
      entries = new SharedMap();
      this.contexts.set(context, entries);
    }
    entries.set(keyOf(level, address), entry);
  }

  // ------------------------------------------------------------------ invalidation; each returns how many entries went

  dropContexts(matches: (tags: Tags) => boolean): number {
    let dropped = 0;
    for (const [context, entries] of this.contexts) if (matches(tagsOf(context))) dropped += entries.clear();
    return dropped;
  }

  /** Drops entries whose block or page meets [from, to); `shiftOf` says how much of the input its descriptor mapped. */
  dropRange(matches: (tags: Tags) => boolean, from: number, to: number, shiftOf?: (entry: V) => number): number {
    let dropped = 0;
    for (const [context, entries] of this.contexts) {
      if (!matches(tagsOf(context))) continue;
      if (shiftOf === undefined && to - from === 4096) {
        for (const level of LEVELS) dropped += entries.delete(keyOf(level, from));
        continue;
      }
      dropped += entries.drop((entry, key) => {
        const size = 2 ** (shiftOf?.(entry) ?? levelShift(Math.floor(key / LEVEL_STRIDE)));
        const base = Math.floor(addressOf(key) / size) * size;
        return base < to && from < base + size;
      });
    }
    return dropped;
  }

  // ------------------------------------------------------------------ snapshots

  save(): TranslationSnapshot<V> {
    const saved = new Map<number, ReadonlyMap<number, V>>();
    for (const [context, entries] of this.contexts) if (entries.size > 0) saved.set(context, entries.save());
    return saved;
  }

  restore(snapshot: TranslationSnapshot<V>): void {
    this.contexts = new Map();
    for (const [context, content] of snapshot) {
      const entries = new SharedMap<V>();
      entries.restore(content);
      this.contexts.set(context, entries);
    }
  }
}
