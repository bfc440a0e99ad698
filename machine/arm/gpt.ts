/**
 * The granule protection table: its configuration, its descriptors and the walk that finds the GPI of an address.
 * Arm ARM DDI0487 M.a.a, D9.3 to D9.5, D24.2.56 (GPCCR_EL3), D24.2.57 (GPTBR_EL3).
 */
import { bit, bits } from './bits.ts';
import { GPI_NSO, GPIS } from './gpi.ts';
import { L0GPTSZ_BITS, PA_BITS, PA_SIZES } from './implementation.ts';
import type { Tlb } from './tlb.ts';
import { NON_SECURE, REALM, ROOT, SECURE } from './worlds.ts';

export interface GptConfig {
  readonly enabled: boolean;
  /** Field of GPCCR_EL3 that makes the configuration invalid; empty if it is valid. */
  readonly invalid: string;
  /** Protected physical addresses have `t` bits, a level 0 entry covers `s`, a granule `p`: the names of D9.4. */
  readonly t: number;
  readonly s: number;
  readonly p: number;
  /** First address above the protected size. */
  readonly limit: number;
  /** Level 0 table, aligned to its size. */
  readonly base: number;
  /** Whether GPTBR_EL3.BADDR itself is above the protected size. */
  readonly baseAbove: boolean;
  /** GPIs that are legal in a descriptor: bit i for value i. */
  readonly legal: number;
  /** Field that denies each physical address space altogether (FEAT_RME_GPC2), or empty. */
  readonly denied: readonly string[];
  /** Whether any physical address space may reach beyond the protected size (FEAT_RME_GPC2). */
  readonly appsaa: boolean;
}

const GRANULE_BITS: readonly (number | undefined)[] = [12, 16, 14, undefined];
const ALWAYS_LEGAL = GPIS.filter((row) => row.value !== GPI_NSO).reduce((set, row) => set | (1 << row.value), 0);

/** Which field of GPCCR_EL3 has a value that no configuration may have. D9.3, D24.2.56. */
function invalidField(gpccr: bigint): string {
  if ((PA_SIZES[bits(gpccr, 2, 0)] ?? Number.POSITIVE_INFINITY) > PA_BITS) return 'PPS';
  if (GRANULE_BITS[bits(gpccr, 15, 14)] === undefined) return 'PGS';
  if (bits(gpccr, 13, 12) === 0b01) return 'SH';
  // Non-cacheable walks must be outer shareable.
  if (bits(gpccr, 11, 8) === 0 && bits(gpccr, 13, 12) !== 0b10) return 'SH';
  return '';
}

export function decodeGptConfig(gpccr: bigint, gptbr: bigint): GptConfig {
  const t = PA_SIZES[bits(gpccr, 2, 0)] ?? PA_BITS;
  const p = GRANULE_BITS[bits(gpccr, 15, 14)] ?? 12;
  const s = L0GPTSZ_BITS;
  const limit = 2 ** t;
  const written = bits(gptbr, 39, 0) * 4096;
  const alignment = 2 ** Math.max(t - s + 3, 12);
  const denied = ['', '', '', ''];
  if (bit(gpccr, 7)) denied[SECURE] = 'SPAD';
  if (bit(gpccr, 6)) denied[NON_SECURE] = 'NSPAD';
  if (bit(gpccr, 5)) denied[REALM] = 'RLPAD';
  return {
    enabled: bit(gpccr, 16),
    invalid: invalidField(gpccr),
    t,
    s,
    p,
    limit,
    base: Math.floor(written / alignment) * alignment,
    baseAbove: written >= limit,
    legal: bit(gpccr, 19) ? ALWAYS_LEGAL | (1 << GPI_NSO) : ALWAYS_LEGAL,
    denied,
    appsaa: bit(gpccr, 24),
  };
}

export interface InvalidDescriptor {
  readonly kind: 'invalid';
  /** Field that makes it invalid. */
  readonly field: string;
}
export type Level0Descriptor =
  | { readonly kind: 'block'; readonly gpi: number }
  | { readonly kind: 'table'; readonly table: number; readonly above: boolean }
  | InvalidDescriptor;
export type Level1Descriptor =
  | { readonly kind: 'contiguous'; readonly gpi: number; readonly contig: number }
  | { readonly kind: 'granules' }
  | InvalidDescriptor;

const invalid = (field: string): InvalidDescriptor => ({ kind: 'invalid', field });
const isLegal = (config: GptConfig, gpi: number) => ((config.legal >> gpi) & 1) === 1;

const TYPE_LEAF = 0b0001;
const TYPE_TABLE = 0b0011;

/** GPT Block and GPT Table descriptors. D9.4.2. */
export function decodeLevel0(value: bigint, config: GptConfig): Level0Descriptor {
  const type = bits(value, 3, 0);
  if (type === TYPE_LEAF) {
    if (value >> 8n !== 0n) return invalid('RES0');
    const gpi = bits(value, 7, 4);
    return isLegal(config, gpi) ? { kind: 'block', gpi } : invalid('GPI');
  }
  if (type !== TYPE_TABLE) return invalid('Type');
  if (bits(value, 11, 4) !== 0 || bits(value, 63, 52) !== 0) return invalid('RES0');
  // The table is aligned to its size: bits [s - p - 2:12] are 0.
  const table = bits(value, 51, 12) * 4096;
  if (table % 2 ** (config.s - config.p - 1) !== 0) return invalid('Address');
  return { kind: 'table', table, above: table >= config.limit };
}

/** GPT Contiguous and GPT Granules descriptors. D9.4.3: one reserved GPI makes all sixteen invalid. */
export function decodeLevel1(value: bigint, config: GptConfig): Level1Descriptor {
  if (bits(value, 3, 0) === TYPE_LEAF) {
    if (value >> 10n !== 0n) return invalid('RES0');
    const contig = bits(value, 9, 8);
    if (contig === 0) return invalid('Contig');
    const gpi = bits(value, 7, 4);
    return isLegal(config, gpi) ? { kind: 'contiguous', gpi, contig } : invalid('GPI');
  }
  for (let i = 0; i < 16; i++) if (!isLegal(config, bits(value, 4 * i + 3, 4 * i))) return invalid(`GPI${i}`);
  return { kind: 'granules' };
}

/** Physical address of the level 0 entry for `pa`, which is below the protected size. D9.4.1. */
export function level0Address(pa: number, config: GptConfig): number {
  return config.base + 8 * (config.t <= config.s ? 0 : Math.floor(pa / 2 ** config.s));
}

/** Physical address of the level 1 entry for `pa` in the table at `table`. D9.4.1. */
export function level1Address(pa: number, table: number, config: GptConfig): number {
  return table + 8 * Math.floor((pa % 2 ** config.s) / 2 ** (config.p + 4));
}

/** Which of the sixteen GPIs of a Granules descriptor belongs to `pa`. */
export function granuleIndex(pa: number, config: GptConfig): number {
  return Math.floor(pa / 2 ** config.p) % 16;
}

/** One descriptor that a walk looked at, for explanations. */
export interface GptRead {
  readonly level: 0 | 1;
  readonly from: number;
  readonly value: bigint;
  readonly descriptor: Level0Descriptor | Level1Descriptor;
  /** Whether it came from the TLB. */
  readonly cached: boolean;
}

export type GptOutcome =
  | { readonly kind: 'gpi'; readonly gpi: number; readonly level: 0 | 1 }
  | {
      readonly kind: 'fault';
      readonly code: 'addressSize' | 'walk' | 'external';
      readonly level: 0 | 1;
      readonly from: number;
      readonly field: string;
    };

/** Memory as the walk reads it: always the Root physical address space, never checked itself. D9.3. */
export interface GptMemory {
  answers(pa: number, size: number): boolean;
  readAs(space: number, pa: number, size: number, peek?: boolean): bigint;
}

export interface GptWalk {
  readonly memory: GptMemory;
  readonly config: GptConfig;
  /** Consulted if present, for the state that makes the access; valid entries are kept in it unless `peek`. */
  readonly cache?: { readonly tlb: Tlb; readonly state: number };
  readonly peek?: boolean;
  readonly reads?: GptRead[];
}

/** The GPI of `pa`, which is below the protected size and whose configuration is valid. D9.2, steps of "GPT walk". */
export function walkGpt(pa: number, walk: GptWalk): GptOutcome {
  const { config, cache, reads } = walk;
  const known = cache?.tlb.granule(cache.state, pa, config.p);
  if (known) {
    if (reads) {
      const descriptor = known.level === 0 ? decodeLevel0(known.descriptor, config) : decodeLevel1(known.descriptor, config);
      reads.push({ level: known.level, from: known.from, value: known.descriptor, descriptor, cached: true });
    }
    return { kind: 'gpi', gpi: known.gpi, level: known.level };
  }
  const size = 2 ** config.s;
  const knownTable = cache?.tlb.gptTable(pa, size);
  let table: number;
  if (knownTable) {
    const descriptor = { kind: 'table', table: knownTable.table, above: false } as const;
    reads?.push({ level: 0, from: knownTable.from, value: knownTable.descriptor, descriptor, cached: true });
    table = knownTable.table;
  } else {
    const from = level0Address(pa, config);
    if (!walk.memory.answers(from, 8)) return { kind: 'fault', code: 'external', level: 0, from, field: '' };
    const value = walk.memory.readAs(ROOT, from, 8, walk.peek);
    const descriptor = decodeLevel0(value, config);
    reads?.push({ level: 0, from, value, descriptor, cached: false });
    if (descriptor.kind === 'invalid') return { kind: 'fault', code: 'walk', level: 0, from, field: descriptor.field };
    if (descriptor.kind === 'block') return found(pa, walk, descriptor.gpi, 0, value, from);
    if (descriptor.above) return { kind: 'fault', code: 'addressSize', level: 0, from, field: 'Address' };
    if (!walk.peek) cache?.tlb.keepGptTable({ base: Math.floor(pa / size) * size, size, table: descriptor.table, descriptor: value, from });
    table = descriptor.table;
  }
  return walkLevel1(pa, table, walk);
}

function walkLevel1(pa: number, table: number, walk: GptWalk): GptOutcome {
  const { config, memory, reads, peek } = walk;
  const from = level1Address(pa, table, config);
  if (!memory.answers(from, 8)) return { kind: 'fault', code: 'external', level: 1, from, field: '' };
  const value = memory.readAs(ROOT, from, 8, peek);
  const descriptor = decodeLevel1(value, config);
  reads?.push({ level: 1, from, value, descriptor, cached: false });
  if (descriptor.kind === 'invalid') return { kind: 'fault', code: 'walk', level: 1, from, field: descriptor.field };
  const i = granuleIndex(pa, config);
  const gpi = descriptor.kind === 'contiguous' ? descriptor.gpi : bits(value, 4 * i + 3, 4 * i);
  return found(pa, walk, gpi, 1, value, from);
}

function found(pa: number, walk: GptWalk, gpi: number, level: 0 | 1, descriptor: bigint, from: number): GptOutcome {
  const size = 2 ** walk.config.p;
  const { cache, config } = walk;
  if (cache && !walk.peek) {
    cache.tlb.keepGranule(cache.state, config.p, { base: Math.floor(pa / size) * size, size, gpi, level, descriptor, from });
  }
  return { kind: 'gpi', gpi, level };
}
