/**
 * What a core remembers of tables that it walked. Entries are filled by walks and dropped by TLBI only, never evicted:
 * the longest lifetime that the architecture allows, so that a forgotten invalidation always shows.
 * Arm ARM DDI0487 M.a.a, D8.16 (stage 1) and D9.6 (granule protection information).
 */
import { STATES } from './states.ts';

/** A stage 1 translation that a walk found; the attributes are those of its descriptors, checked again at every use. */
export interface Stage1Entry {
  /** Level of the block or page descriptor: it maps 2^(12 + 9 * (3 - level)) bytes. */
  readonly level: number;
  readonly descriptor: bigint;
  /** Physical address that the descriptor was read from. */
  readonly from: number;
  /** Output address of the block or page. */
  readonly base: number;
  readonly space: number;
  readonly readOnly: boolean;
  readonly executeNever: boolean;
}

/** The GPI of one granule, denied or not. */
export interface GpiEntry {
  readonly base: number;
  readonly size: number;
  readonly gpi: number;
  /** GPT level of the descriptor that held it. */
  readonly level: 0 | 1;
  readonly descriptor: bigint;
  readonly from: number;
}

/** A level 0 GPT entry that points to a level 1 table. */
export interface GptTableEntry {
  readonly base: number;
  readonly size: number;
  readonly table: number;
  readonly descriptor: bigint;
  readonly from: number;
}

export interface TlbSnapshot {
  readonly stage1: ReadonlyMap<number, Stage1Entry>;
  readonly granules: ReadonlyMap<number, GpiEntry>;
  readonly tables: ReadonlyMap<number, GptTableEntry>;
}

/** A map whose content a snapshot can keep: the first change afterwards copies it. */
class Shared<V> {
  private content = new Map<number, V>();
  private shared = false;

  get size(): number {
    return this.content.size;
  }

  get(key: number): V | undefined {
    return this.content.get(key);
  }

  values(): IterableIterator<V> {
    return this.content.values();
  }

  set(key: number, value: V): void {
    this.own().set(key, value);
  }

  delete(key: number): number {
    return this.content.has(key) && this.own().delete(key) ? 1 : 0;
  }

  /** Drops what `matches`; returns how many entries that were. */
  drop(matches: (value: V, key: number) => boolean): number {
    const keys = [...this.content].filter(([key, value]) => matches(value, key)).map(([key]) => key);
    for (const key of keys) this.own().delete(key);
    return keys.length;
  }

  clear(): number {
    const { size } = this.content;
    if (size > 0) {
      this.content = new Map();
      this.shared = false;
    }
    return size;
  }

  save(): ReadonlyMap<number, V> {
    this.shared = true;
    return this.content;
  }

  restore(content: ReadonlyMap<number, V>): void {
    this.content = content as Map<number, V>;
    this.shared = true;
  }

  private own(): Map<number, V> {
    if (this.shared) {
      this.content = new Map(this.content);
      this.shared = false;
    }
    return this.content;
  }
}

/** Bits of a virtual address that one entry of `level` maps. */
export function stage1Shift(level: number): number {
  return 12 + 9 * (3 - level);
}

const REGIME_STRIDE = 2 ** 42;
const LEVEL_STRIDE = 2 ** 40;

/** Blocks are kept whole under a key of their own level, so that invalidating any address in one drops all of it. D8.16. */
function stage1Key(state: number, level: number, va: number): number {
  return state * REGIME_STRIDE + level * LEVEL_STRIDE + Math.floor(va / 2 ** stage1Shift(level));
}

const STATE_STRIDE = 2 ** 43;

/**
 * GPIs are kept with the regime whose access looked them up, as entries merged with its translations would be (D9.6): what
 * one state found stays with it, and only a TLBI by physical address reaches all of them. Granule numbers of the three
 * granule sizes do not meet: software may change GPCCR_EL3.PGS without invalidating.
 */
function granuleKey(state: number, pa: number, granuleBits: number): number {
  return state * STATE_STRIDE + Math.floor(pa / 2 ** granuleBits) * 4 + (granuleBits - 12) / 2;
}

const GRANULE_BITS: readonly number[] = [12, 14, 16];

export class Tlb {
  private readonly stage1 = new Shared<Stage1Entry>();
  private readonly granules = new Shared<GpiEntry>();
  private readonly tables = new Shared<GptTableEntry>();

  /** `state`: index of the state whose regime it is; `va`: at most 48 bits. */
  stage1Entry(state: number, va: number): Stage1Entry | undefined {
    return this.stage1.get(stage1Key(state, 3, va)) ?? this.stage1.get(stage1Key(state, 2, va)) ?? this.stage1.get(stage1Key(state, 1, va));
  }

  keepStage1(state: number, va: number, entry: Stage1Entry): void {
    this.stage1.set(stage1Key(state, entry.level, va), entry);
  }

  /** The GPI of the granule of 2^`granuleBits` bytes that holds `pa`, as accesses of `state` found it. */
  granule(state: number, pa: number, granuleBits: number): GpiEntry | undefined {
    return this.granules.get(granuleKey(state, pa, granuleBits));
  }

  keepGranule(state: number, granuleBits: number, entry: GpiEntry): void {
    this.granules.set(granuleKey(state, entry.base, granuleBits), entry);
  }

  /** The level 1 table of the region of `size` bytes that holds `pa`. */
  gptTable(pa: number, size: number): GptTableEntry | undefined {
    return this.tables.get(Math.floor(pa / size));
  }

  keepGptTable(entry: GptTableEntry): void {
    this.tables.set(Math.floor(entry.base / entry.size), entry);
  }

  /** What is cached about granules, for the debugger's eyes. */
  cachedGranules(): Iterable<GpiEntry> {
    return this.granules.values();
  }

  // ------------------------------------------------------------------ invalidation; each returns how many entries went

  dropRegime(state: number): number {
    return this.stage1.drop((_, key) => Math.floor(key / REGIME_STRIDE) === state);
  }

  /** Table descriptors of stage 1 are not cached, so that "last level only" makes no difference. */
  dropAddress(state: number, va: number): number {
    return [1, 2, 3].reduce((dropped, level) => dropped + this.stage1.delete(stage1Key(state, level, va)), 0);
  }

  dropGranules(): number {
    return this.granules.clear() + this.tables.clear();
  }

  /** Drops what concerns [from, to): granules, and unless `lastLevelOnly` the level 0 entries on the way to them. */
  dropGranuleRange(from: number, to: number, lastLevelOnly: boolean): number {
    const within = (entry: { readonly base: number; readonly size: number }) => entry.base < to && from < entry.base + entry.size;
    return this.dropGranuleLeaves(from, to, within) + (lastLevelOnly ? 0 : this.tables.drop(within));
  }

  private dropGranuleLeaves(from: number, to: number, within: (entry: GpiEntry) => boolean): number {
    if (((to - from) / 4096) * STATES.length > this.granules.size) return this.granules.drop(within);
    let dropped = 0;
    for (const granuleBits of GRANULE_BITS) {
      const size = 2 ** granuleBits;
      for (let pa = Math.floor(from / size) * size; pa < to; pa += size) {
        for (let state = 0; state < STATES.length; state++) dropped += this.granules.delete(granuleKey(state, pa, granuleBits));
      }
    }
    return dropped;
  }

  // ------------------------------------------------------------------ snapshots

  save(): TlbSnapshot {
    return { stage1: this.stage1.save(), granules: this.granules.save(), tables: this.tables.save() };
  }

  restore(snapshot: TlbSnapshot): void {
    this.stage1.restore(snapshot.stage1);
    this.granules.restore(snapshot.granules);
    this.tables.restore(snapshot.tables);
  }
}
