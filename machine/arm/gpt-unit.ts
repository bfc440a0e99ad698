/**
 * The granule protection table as the debugger sees it: what it holds as coalesced ranges, where a tag comes from, and
 * which cores remember something else. No access consults it. Arm ARM DDI0487 M.a.a, D9.4.
 */
import type { Machine } from '../core/machine.ts';
import { PAGE_SIZE } from '../core/memory.ts';
import type { ProtectionUnit, StaleTag, TagRange, TagSource } from '../core/protection.ts';
import type { ArmCore } from './core.ts';
import { gptConfigOf } from './gpc.ts';
import { GPI_ANY, GPI_NS, TAG_INVALID } from './gpi.ts';
import { decodeLevel0, decodeLevel1, type GptConfig, level0Address, level1Address, walkGpt } from './gpt.ts';
import { PA_BITS } from './implementation.ts';
import { ROOT } from './worlds.ts';

/** A descriptor from the data cache, where there is one, in halves. */
const wide = new BigUint64Array(1);
const half = new Uint32Array(wide.buffer);

const GRANULE = 4096;
const END = 2 ** PA_BITS;

/** Collects ranges in ascending order and joins neighbours of one tag. */
class Ranges {
  readonly list: TagRange[] = [];

  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {}

  add(from: number, to: number, tag: number): void {
    const start = Math.max(from, this.from);
    const end = Math.min(to, this.to);
    if (start >= end) return;
    const last = this.list.at(-1);
    if (last !== undefined && last.to === start && last.tag === tag) this.list[this.list.length - 1] = { from: last.from, to: end, tag };
    else this.list.push({ from: start, to: end, tag });
  }
}

export class GptUnit implements ProtectionUnit {
  readonly id = 'gpt';
  readonly name = 'Granule Protection Table';
  readonly granule = GRANULE;

  constructor(private readonly machine: Machine) {}

  /** The configuration of the first core whose checks are on, else of core 0. */
  private get config(): GptConfig {
    const configs = this.machine.cores.map((core) => gptConfigOf(core.regs));
    return configs.find((config) => config.enabled) ?? configs[0];
  }

  ranges(from: number, to: number): TagRange[] {
    const { config } = this;
    const ranges = new Ranges(Math.max(0, from), Math.min(to, END));
    if (!config.enabled) ranges.add(0, END, GPI_ANY);
    else if (config.invalid !== '' || config.baseAbove) ranges.add(0, END, TAG_INVALID);
    else {
      this.addLevel0(ranges, from, Math.min(to, config.limit), config);
      // Above the protected size nothing is looked up: Non-secure accesses are allowed, and with APPSAA all.
      ranges.add(config.limit, END, config.appsaa ? GPI_ANY : GPI_NS);
    }
    return ranges.list;
  }

  private addLevel0(ranges: Ranges, from: number, to: number, config: GptConfig): void {
    const size = 2 ** config.s;
    for (let base = Math.floor(Math.max(0, from) / size) * size; base < to; base += size) {
      const end = Math.min(base + size, config.limit);
      const at = level0Address(base, config);
      const descriptor = this.machine.answers(at, 8)
        ? decodeLevel0(this.machine.readAs(ROOT, at, 8, true), config)
        : ({ kind: 'invalid' } as const);
      if (descriptor.kind === 'block') ranges.add(base, end, descriptor.gpi);
      else if (descriptor.kind === 'invalid' || descriptor.above) ranges.add(base, end, TAG_INVALID);
      else this.addLevel1(ranges, Math.max(base, from), Math.min(end, to), descriptor.table, config);
    }
  }

  /**
   * One descriptor after the other; equal neighbours, which contiguous regions are made of, are decoded once. Of a page of
   * the table that is known to repeat one value, one: a machine with terabytes is looked through at every stop.
   */
  private addLevel1(ranges: Ranges, from: number, to: number, table: number, config: GptConfig): void {
    const covered = 2 ** (config.p + 4);
    let low = -1;
    let high = -1;
    let uniform = TAG_INVALID;
    for (let base = Math.floor(from / covered) * covered; base < to; base += covered) {
      const at = level1Address(base, table, config);
      if (!this.machine.answers(at, 8)) {
        ranges.add(base, base + covered, TAG_INVALID);
        continue;
      }
      const cached = this.machine.lines !== undefined;
      if (!cached && at % PAGE_SIZE === 0 && this.machine.memory.page(at / PAGE_SIZE).repeats && this.machine.isMemory(at, PAGE_SIZE)) {
        const tag = uniformTag(this.machine.readAs(ROOT, at, 8, true), config);
        if (tag >= 0) {
          const size = (PAGE_SIZE / 8) * covered;
          ranges.add(base, Math.min(base + size, to), tag);
          base += size - covered;
          continue;
        }
      }
      if (cached) wide[0] = this.machine.readAs(ROOT, at, 8, true);
      const words = cached ? half : this.machine.memory.page(Math.floor(at / PAGE_SIZE)).u32;
      const index = cached ? 0 : (at % PAGE_SIZE) >>> 2;
      if (words[index] !== low || words[index + 1] !== high) {
        [low, high] = [words[index], words[index + 1]];
        uniform = uniformTag(this.machine.readAs(ROOT, at, 8, true), config);
      }
      if (uniform >= 0) ranges.add(base, base + covered, uniform);
      else for (let i = 0; i < 16; i++) ranges.add(base + i * 2 ** config.p, base + (i + 1) * 2 ** config.p, nibble(low, high, i));
    }
  }

  tagAt(pa: number): number {
    const { config } = this;
    if (!config.enabled) return GPI_ANY;
    if (config.invalid !== '' || config.baseAbove) return TAG_INVALID;
    if (pa >= config.limit) return config.appsaa ? GPI_ANY : GPI_NS;
    const outcome = walkGpt(pa, { memory: this.machine, config, peek: true });
    return outcome.kind === 'gpi' ? outcome.gpi : TAG_INVALID;
  }

  source(pa: number): TagSource {
    const { config } = this;
    const registers = ['GPCCR_EL3', 'GPTBR_EL3'];
    if (!config.enabled || config.invalid !== '' || config.baseAbove || pa >= config.limit) return { cells: [], registers };
    const level0 = level0Address(pa, config);
    const cells = [{ pa: level0, size: 8, name: 'GPT level 0 descriptor' }];
    if (this.machine.answers(level0, 8)) {
      const descriptor = decodeLevel0(this.machine.readAs(ROOT, level0, 8, true), config);
      if (descriptor.kind === 'table' && !descriptor.above) {
        cells.push({ pa: level1Address(pa, descriptor.table, config), size: 8, name: 'GPT level 1 descriptor' });
      }
    }
    return { cells, registers };
  }

  stale(): StaleTag[] {
    return (this.machine.cores as readonly ArmCore[]).flatMap((core) => {
      const stale: StaleTag[] = [];
      // Several states of a core may remember the same of a granule; one row says so.
      const entries = [...core.tlb.cachedGranules()].sort((a, b) => a.gpi - b.gpi || a.base - b.base);
      for (const { base, size, gpi } of entries) {
        const table = this.tagAt(base);
        if (table === gpi) continue;
        const last = stale.at(-1);
        const joins = last !== undefined && base <= last.to && last.cached === gpi && last.table === table;
        if (joins) stale[stale.length - 1] = { ...last, to: Math.max(last.to, base + size) };
        else stale.push({ core: core.id, from: base, to: base + size, cached: gpi, table });
      }
      return stale.sort((a, b) => a.from - b.from);
    });
  }
}

/** The one tag of everything that a level 1 descriptor covers, or -1 if its granules differ. */
function uniformTag(value: bigint, config: GptConfig): number {
  const descriptor = decodeLevel1(value, config);
  if (descriptor.kind === 'invalid') return TAG_INVALID;
  if (descriptor.kind === 'contiguous') return descriptor.gpi;
  const first = Number(value & 0xfn);
  return value === BigInt(first) * 0x1111_1111_1111_1111n ? first : -1;
}

const nibble = (low: number, high: number, i: number) => ((i < 8 ? low >>> (4 * i) : high >>> (4 * (i - 8))) & 0xf) as number;
