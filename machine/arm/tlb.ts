/**
 * What a core remembers of tables that it walked. Entries are filled by walks and dropped by TLBI only, never evicted:
 * the longest lifetime that the architecture allows, so that a forgotten invalidation always shows.
 * Arm ARM DDI0487 M.a.a, D8.16 (translations) and D9.6 (granule protection information).
 */
import { REGIMES } from './regimes.ts';
import { SharedMap } from './shared-map.ts';
import type { Stage1Entry } from './stage1.ts';
import type { Stage2Entry } from './stage2.ts';
import { levelShift } from './table-levels.ts';
import { Contexts, contextOf, GLOBAL, type Tags, type TranslationSnapshot } from './tlb-contexts.ts';

/**
 * A translation as a whole: both stages merged where both were on, so that invalidating one by IPA leaves it (D8.16); each
 * keeps what its own descriptor said. `stage1` is absent where stage 1 was off.
 */
export interface TranslationEntry {
  readonly stage1?: Stage1Entry;
  readonly stage2?: Stage2Entry;
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
  readonly translations: TranslationSnapshot<TranslationEntry>;
  readonly stage2: TranslationSnapshot<Stage2Entry>;
  readonly granules: ReadonlyMap<number, GpiEntry>;
  readonly tables: ReadonlyMap<number, GptTableEntry>;
}

const STATE_STRIDE = 2 ** 43;

/**
 * GPIs are kept with the regime whose access looked them up, as entries merged with its translations would be (D9.6): what
 * one state found stays with it, and only a TLBI by physical address reaches all of them. Granule numbers of the three
 * granule sizes do not meet: software may change GPCCR_EL3.PGS without invalidating.
 */
function granuleKey(state: number, pa: number, granuleBits: number): number {
  return REGIMES[state].state * STATE_STRIDE + Math.floor(pa / 2 ** granuleBits) * 4 + (granuleBits - 12) / 2;
}

const GRANULE_BITS: readonly number[] = [12, 14, 16];
const REGIME_STATES: readonly number[] = [...new Set(REGIMES.map((regime) => regime.state))];

export class Tlb {
  private readonly translations = new Contexts<TranslationEntry>();
  private readonly stage2 = new Contexts<Stage2Entry>();
  private readonly granules = new SharedMap<GpiEntry>();
  private readonly tables = new SharedMap<GptTableEntry>();

  /** `va`: 48 bits, and bit 48 for the upper address range. */
  translation(tags: Tags, va: number): TranslationEntry | undefined {
    const { state, kind, vmid, asid } = tags;
    const own = asid === GLOBAL ? undefined : this.translations.get(contextOf(state, kind, vmid, asid), va);
    return own ?? this.translations.get(contextOf(state, kind, vmid, GLOBAL), va);
  }

  /** The smaller of what both stages map is kept. */
  keepTranslation({ state, kind, vmid, asid }: Tags, va: number, entry: TranslationEntry): void {
    const { stage1, stage2 } = entry;
    const global = stage1 === undefined || stage1.global;
    const level = Math.max(stage1?.level ?? 0, stage2?.level ?? 0);
    this.translations.keep(contextOf(state, kind, vmid, global ? GLOBAL : asid), level, va, entry);
  }

  /** A translation of stage 2 alone: `ipa` in address space `space`. */
  stage2Entry(state: number, vmid: number, space: number, ipa: number): Stage2Entry | undefined {
    return this.stage2.get(contextOf(state, space, vmid, GLOBAL), ipa);
  }

  keepStage2(state: number, vmid: number, space: number, ipa: number, entry: Stage2Entry): void {
    this.stage2.keep(contextOf(state, space, vmid, GLOBAL), entry.level, ipa, entry);
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

  /** Everything that a regime has, of any VMID and both stages. */
  dropRegime(state: number): number {
    const own = (tags: Tags) => tags.state === state;
    return this.translations.dropContexts(own) + this.stage2.dropContexts(own);
  }

  /** Translations of stage 1 or of both stages: of one VMID, and of one ASID, without global ones, if it is given. */
  dropVmid(state: number, vmid: number, asid?: number): number {
    return this.translations.dropContexts(
      (tags) => tags.state === state && tags.vmid === vmid && (asid === undefined || tags.asid === asid),
    );
  }

  /**
   * Translations of stage 1 or of both stages of [from, to), of one ASID and global, or of any if none is given. Table
   * descriptors of stage 1 are not cached, so that "last level only" makes no difference.
   */
  dropAddresses(state: number, vmid: number, asid: number | undefined, from: number, to: number): number {
    return this.translations.dropRange(
      (tags) => tags.state === state && tags.vmid === vmid && (asid === undefined || tags.asid === asid || tags.asid === GLOBAL),
      from,
      to,
      // A block of stage 1 may be kept in pieces of what stage 2 maps: all of them go.
      REGIMES[state].unprivileged ? (entry) => levelShift(entry.stage1?.level ?? entry.stage2?.level ?? 3) : undefined,
    );
  }

  /** Translations of stage 2 alone, of one VMID. */
  dropStage2(state: number, vmid: number): number {
    return this.stage2.dropContexts((tags) => tags.state === state && tags.vmid === vmid);
  }

  /** Translations of stage 2 alone of [from, to) in intermediate address space `space`; merged ones stay. */
  dropIpas(state: number, vmid: number, space: number, from: number, to: number): number {
    return this.stage2.dropRange((tags) => tags.state === state && tags.vmid === vmid && tags.kind === space, from, to);
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
    if (((to - from) / 4096) * REGIME_STATES.length > this.granules.size) return this.granules.drop(within);
    let dropped = 0;
    for (const granuleBits of GRANULE_BITS) {
      const size = 2 ** granuleBits;
      for (let pa = Math.floor(from / size) * size; pa < to; pa += size) {
        for (const state of REGIME_STATES) dropped += this.granules.delete(granuleKey(state, pa, granuleBits));
      }
    }
    return dropped;
  }

  // ------------------------------------------------------------------ snapshots

  save(): TlbSnapshot {
    return {
      translations: this.translations.save(),
      stage2: this.stage2.save(),
      granules: this.granules.save(),
      tables: this.tables.save(),
    };
  }

  restore(snapshot: TlbSnapshot): void {
    this.translations.restore(snapshot.translations);
    this.stage2.restore(snapshot.stage2);
    this.granules.restore(snapshot.granules);
    this.tables.restore(snapshot.tables);
  }
}
