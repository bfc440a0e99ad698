/** Loads of EL1 through both stages of translation and the granule protection check, by what is known of their page. */
import { Gpt } from '../../machine/arm/gpt.test-support.ts';
import { LAST_2MB, S1, S2, S2_RW, Stages } from '../../machine/arm/stage2-tables.test-support.ts';
import { Bench as Machine } from '../../machine/arm/test-support.ts';
import { PAGE_SIZE } from '../../machine/index.ts';
import type { Bench } from './bench.ts';

/** Pages of both stages, all in the last table of each: eight times as many as a core's page cache holds. */
const PAGES = 512;
const ROUNDS = 20;

/** A machine at Non-secure EL1 with both stages and the granule protection check on. */
function machine(): Machine {
  const bench = new Machine();
  const stages = new Stages(bench);
  for (let i = 0; i < PAGES; i++) {
    const page = BigInt(LAST_2MB + PAGE_SIZE * i);
    stages.page1(i, page | S1.AF | S1.PAGE).page2(i, page | S2_RW | S2.PAGE);
  }
  new Gpt(bench).on();
  stages.stage1().stage2();
  bench.enter('NS.EL1');
  return bench;
}

/** Loads `rounds` times from each of `pages` pages; `forget` makes a TLB miss of the next load of each page. */
function loads(name: string, pages: number, forget?: (bench: Machine) => void): Bench {
  const bench = machine();
  const { core } = bench;
  return {
    name,
    unit: 'loads',
    run: () => {
      for (let round = 0; round < ROUNDS; round++) {
        forget?.(bench);
        for (let at = LAST_2MB; at < LAST_2MB + pages * PAGE_SIZE; at += PAGE_SIZE) core.lowLoad(at, 0, 8);
      }
      if (core.fault !== null) throw new Error('a load faulted');
      return ROUNDS * pages;
    },
  };
}

/** What TLBI ALLE1 and TLBI PAALL leave: nothing. */
function dropAll({ core, machine }: Machine): void {
  core.tlb.dropRegime(core.state);
  core.tlb.dropGranules();
  machine.memory.epoch++;
}

export default [
  loads('loads through both stages and GPC, the page known', 32),
  loads('loads through both stages and GPC, TLB hit', PAGES),
  loads('loads through both stages and GPC, TLB miss', PAGES, dropAll),
];
