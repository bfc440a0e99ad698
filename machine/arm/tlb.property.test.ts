/**
 * TLBs of EL1&0 under random maintenance: whatever an access finds, the tables said so at some time since the last
 * invalidation that reaches it, and the next access finds the same.
 */
import { describe, expect, it } from 'vitest';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { Random } from './random.test-support.ts';
import { arrive, S1, S2_RW, Stages, TCR_EL1, VTCR } from './stage2-tables.test-support.ts';
import { Bench } from './test-support.ts';

/** `npm run test:long` multiplies the runs. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const RUNS = 40 * EFFORT;
const STEPS = 300;
const PAGES = 4;
const FRAMES = [0x800_0000, 0x900_0000, 0xa00_0000, 0xb00_0000];
const WORLDS = ['NS', 'Realm'] as const;

/** What a table entry held, and since when. */
interface Version<T> {
  readonly value: T;
  readonly from: number;
}

/** The values that held at some time in [since, now]. */
function valuesSince<T>(versions: readonly Version<T>[], since: number): T[] {
  return versions.filter((_, i) => (versions[i + 1]?.from ?? Number.POSITIVE_INFINITY) > since).map(({ value }) => value);
}

interface Stage1Value {
  /** Stage 2 page that it maps to. */
  readonly page: number;
  readonly global: boolean;
}

/** The tables are shared by all worlds, VMIDs and ASIDs: what differs is what each remembers of them. */
class Model {
  time = 0;
  readonly stage1: Version<Stage1Value>[][] = Array.from({ length: PAGES }, () => []);
  readonly stage2: Version<number>[][] = Array.from({ length: PAGES }, () => []);
  /** When translations of both stages were invalidated last, by world, VMID, ASID (or `global`) and page. */
  private readonly merged = new Map<string, number>();
  /** When stage 2 alone was, by world, VMID and page; and the times before, since older values may be merged. */
  private readonly alone = new Map<string, number[]>();

  invalidateMerged(worlds: readonly string[], vmids: readonly number[], asids: readonly string[], pages: readonly number[]): void {
    for (const world of worlds)
      for (const vmid of vmids)
        for (const asid of asids) for (const page of pages) this.merged.set(`${world} ${vmid} ${asid} ${page}`, this.time);
  }

  invalidateStage2(worlds: readonly string[], vmids: readonly number[], pages: readonly number[]): void {
    for (const world of worlds)
      for (const vmid of vmids)
        for (const page of pages) {
          const key = `${world} ${vmid} ${page}`;
          this.alone.set(key, [...(this.alone.get(key) ?? []), this.time]);
        }
  }

  /** Frames where an access to `page` may arrive. */
  possible(world: string, vmid: number, asid: number, page: number): Set<number> {
    const frames = new Set<number>();
    for (const [owner, isGlobal] of [
      [String(asid), false],
      ['global', true],
    ] as const) {
      const since = this.merged.get(`${world} ${vmid} ${owner} ${page}`) ?? 0;
      // A merged entry that was made after `since` may hold a stage 2 value as old as the last invalidation before.
      for (const { page: ipa, global } of valuesSince(this.stage1[page], since)) {
        if (global !== isGlobal) continue;
        const times = this.alone.get(`${world} ${vmid} ${ipa}`) ?? [];
        const oldest = times.filter((time) => time <= since).at(-1) ?? 0;
        for (const frame of valuesSince(this.stage2[ipa], oldest)) frames.add(frame);
      }
    }
    return frames;
  }
}

const ALL = [...Array(PAGES).keys()];
const ASIDS = ['1', '2'];
const EVERY = [...ASIDS, 'global'];
const VMIDS = [1, 2];

interface Here {
  readonly world: string;
  readonly vmid: number;
  readonly page: number;
  readonly asid: number;
}

/** What each operation must have dropped afterwards; the operand is that of the page and ASID in `here`. */
const EFFECTS: Readonly<Record<string, (model: Model, here: Here) => void>> = {
  VMALLE1: (model, { world, vmid }) => model.invalidateMerged([world], [vmid], EVERY, ALL),
  VAE1: (model, { world, vmid, asid, page }) => model.invalidateMerged([world], [vmid], [String(asid), 'global'], [page]),
  VALE1: (model, { world, vmid, asid, page }) => model.invalidateMerged([world], [vmid], [String(asid), 'global'], [page]),
  VAAE1: (model, { world, vmid, page }) => model.invalidateMerged([world], [vmid], EVERY, [page]),
  ASIDE1: (model, { world, vmid, asid }) => model.invalidateMerged([world], [vmid], [String(asid)], ALL),
  IPAS2E1: (model, { world, vmid, page }) => model.invalidateStage2([world], [vmid], [page]),
  IPAS2LE1: (model, { world, vmid, page }) => model.invalidateStage2([world], [vmid], [page]),
  VMALLS12E1: (model, { world, vmid }) => {
    model.invalidateStage2([world], [vmid], ALL);
    model.invalidateMerged([world], [vmid], EVERY, ALL);
  },
  ALLE1: (model, { world }) => {
    model.invalidateStage2([world], VMIDS, ALL);
    model.invalidateMerged([world], VMIDS, EVERY, ALL);
  },
};

describe('TLBs of EL1&0', () => {
  it(`hold only what tables said since the last invalidation, in ${RUNS} runs of ${STEPS} random steps`, () => {
    let [stale, fresh] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const random = new Random(0x71b + run);
      const bench = new Bench();
      const model = new Model();
      bench.enter('NS.EL1');
      const stages = new Stages(bench);
      const setStage1 = (page: number) => {
        const value = { page: random.below(PAGES), global: random.chance(0.5) };
        model.stage1[page].push({ value, from: model.time });
        stages.page1(page, stages.at(value.page) | S1.AF | S1.PAGE | (value.global ? 0n : S1.NG));
      };
      const setStage2 = (page: number) => {
        const value = random.pick(FRAMES);
        model.stage2[page].push({ value, from: model.time });
        stages.page2(page, BigInt(value) | S2_RW | 0b11n);
      };
      for (const page of ALL) {
        setStage1(page);
        setStage2(page);
      }
      let here: Here = { world: 'NS', vmid: 1, asid: 1, page: 0 };
      stages.stage1(0n, TCR_EL1).stage2(1n, VTCR);
      for (let step = 0; step < STEPS; step++) {
        model.time++;
        const page = random.below(PAGES);
        const choice = random.below(10);
        if (choice === 0) setStage1(page);
        else if (choice === 1) setStage2(page);
        else if (choice === 2) {
          const name = random.pick(Object.keys(EFFECTS));
          const target = { ...here, page, asid: random.pick([1, 2]) };
          const scoped = `${name}${random.pick(['', 'IS', 'OS'])}`;
          const operation = TLB_OPERATIONS.find((row) => row.name === scoped);
          if (operation === undefined) throw new Error(`no operation ${scoped}`);
          bench.enter(`${here.world}.EL2`);
          operation.drop(bench.core, bench.core, (stages.at(page) >> 12n) | (BigInt(target.asid) << 48n));
          EFFECTS[name](model, target);
        } else {
          here = { world: random.pick(WORLDS), vmid: random.pick(VMIDS), asid: random.pick([1, 2]), page };
          bench.enter(`${here.world}.EL1`);
          stages.stage1(0n, TCR_EL1, BigInt(here.asid)).stage2(BigInt(here.vmid), VTCR);
          const arrival = arrive(bench, stages.at(page), random.pick(['read', 'write']), true);
          const possible = model.possible(here.world, here.vmid, here.asid, page);
          const text = `run ${run}, step ${step}: ${JSON.stringify(here)}`;
          expect('pa' in arrival && possible.has(arrival.pa), `${text} gives ${JSON.stringify(arrival)}, not ${[...possible]}`).toBe(true);
          const again = arrive(bench, stages.at(page), 'read', true);
          expect(again, `${text}, again`).toEqual(arrival);
          const now = model.stage2[model.stage1[page].at(-1)?.value.page ?? 0].at(-1)?.value;
          if ('pa' in arrival && arrival.pa === now) fresh++;
          else stale++;
        }
      }
    }
    // The test would prove nothing if the TLBs never held anything, or never let go.
    expect(stale).toBeGreaterThan(RUNS * 5);
    expect(fresh).toBeGreaterThan(RUNS * 20);
  });
});
