/** What survives in the TLBs, and what each invalidation drops. */
import { describe, expect, it } from 'vitest';
import { GPI_ANY, GPI_NS } from './gpi.ts';
import { GPCCR_ON, GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { AF, BLOCK, PAGE, Stage1Tables } from './page-tables.test-support.ts';
import { R } from './registers/index.ts';
import { Bench } from './test-support.ts';

const GPI_REALM = 0b1011;
const PAGE_A = 0x800_0000;
const PAGE_B = 0x900_0000;
const OUT_A = 0xa00_0000;
const OUT_B = 0xb00_0000;

const operation = (name: string) => BigInt(TLB_OPERATIONS.findIndex((row) => row.name === name));

/** Executes a TLBI in `state` on core 0 and returns to the state before. */
function tlbi(bench: Bench, state: string, name: string, operand = 0n): void {
  const pstate = bench.reg('PSTATE');
  const scr = bench.reg('SCR_EL3');
  bench.enter(state);
  bench.execute('tlbi', operation(name), operand);
  bench.core.regs[R.SCR_EL3] = scr;
  bench.set('PSTATE', pstate);
}

/** A bench that has read PAGE_A and PAGE_B as Non-secure EL2 before their granules became Realm's. */
function staleGranules(cores = 1): Bench {
  const bench = new Bench({ cores });
  const gpt = new Gpt(bench, GPI_ANY).set(PAGE_A, GPI_NS).set(PAGE_B, GPI_NS).on();
  bench.enter('NS.EL2');
  for (const page of [PAGE_A, PAGE_B]) bench.load(BigInt(page));
  gpt.set(PAGE_A, GPI_REALM).set(PAGE_B, GPI_REALM);
  // What a page cache of the simulator might remember must not decide: only the TLB may.
  bench.machine.memory.epoch++;
  return bench;
}

const reads = (bench: Bench, page: number) => bench.load(BigInt(page)) !== undefined;
/** Operand of RPAOS and RPALOS. */
const range = (pa: number, size: bigint) => (BigInt(pa) >> 12n) | (size << 44n);

describe('cached granule protection information', () => {
  it('still permits an access after the table was changed, until it is invalidated', () => {
    const bench = staleGranules();
    expect(reads(bench, PAGE_A)).toBe(true);
    tlbi(bench, 'Root.EL3', 'PAALL');
    expect(reads(bench, PAGE_A)).toBe(false);
  });

  it('still denies an access after the table was changed to permit it, until it is invalidated', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench).set(PAGE_A, GPI_REALM).on();
    bench.enter('NS.EL2');
    expect(reads(bench, PAGE_A)).toBe(false);
    gpt.set(PAGE_A, GPI_NS);
    expect(reads(bench, PAGE_A)).toBe(false);
    tlbi(bench, 'Root.EL3', 'PAALLOS');
    expect(reads(bench, PAGE_A)).toBe(true);
  });

  it('never holds an invalid descriptor', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench).on();
    bench.enter('NS.EL2');
    bench.execute('nop');
    gpt.level1(PAGE_A, 2n);
    expect(reads(bench, PAGE_A)).toBe(false);
    bench.enter('NS.EL2');
    gpt.level1(PAGE_A, ~0n);
    expect(reads(bench, PAGE_A)).toBe(true);
  });

  it('survives GPCCR_EL3.GPC being turned off and on again', () => {
    const bench = staleGranules();
    const gpccr = bench.reg('GPCCR_EL3');
    bench.set('GPCCR_EL3', gpccr & ~(1n << 16n));
    bench.set('GPCCR_EL3', gpccr);
    expect(reads(bench, PAGE_A)).toBe(true);
  });

  it('is dropped by a range operation only within the range', () => {
    for (const name of ['RPAOS', 'RPALOS']) {
      const bench = staleGranules();
      tlbi(bench, 'Root.EL3', name, range(PAGE_A, 0n));
      expect(reads(bench, PAGE_A), name).toBe(false);
      expect(reads(bench, PAGE_B), name).toBe(true);
    }
  });

  it('is dropped by range operations of every size that the SIZE field encodes, aligned to it', () => {
    const sizes = [12, 14, 16, 21, 25, 29, 30, 34, 36, 39];
    for (const [encoded, bits] of sizes.entries()) {
      const start = Math.floor(PAGE_A / 2 ** bits) * 2 ** bits;
      const bench = staleGranules();
      tlbi(bench, 'Root.EL3', 'RPALOS', range(PAGE_A, BigInt(encoded)));
      expect(reads(bench, PAGE_A), `${bits} bits`).toBe(false);
      expect(reads(bench, PAGE_B), `${bits} bits`).toBe(PAGE_B >= start + 2 ** bits);
    }
  });

  it('is dropped for a whole granule at least, also if SIZE is smaller or reserved', () => {
    for (const size of [0n, 10n, 15n]) {
      const bench = new Bench();
      const entry = GPT_LEVEL1 + 8 * (PAGE_A / 0x10_0000);
      new Gpt(bench, GPI_ANY).on(GPCCR_ON | (1n << 14n));
      bench.enter('NS.EL2');
      // The last 4 KB of a granule of 64 KB.
      const last = PAGE_A + 0xf000;
      reads(bench, last);
      bench.machine.memory.write(entry, 8, 0xffff_ffff_ffff_fffbn);
      tlbi(bench, 'Root.EL3', 'RPALOS', range(PAGE_A, size));
      expect(reads(bench, last), `SIZE ${size}`).toBe(false);
    }
  });

  it('keeps the level 0 entry on RPALOS and drops it on RPAOS', () => {
    for (const [name, follows] of [
      ['RPALOS', false],
      ['RPAOS', true],
    ] as const) {
      const bench = new Bench();
      const gpt = new Gpt(bench).on();
      bench.enter('NS.EL2');
      reads(bench, PAGE_A);
      // Level 0 points to a second level 1 table from now on, in which the page is Realm's.
      const second = GPT_LEVEL1 + 0x2_0000;
      for (let i = 0; i < 2 ** 14; i++) bench.machine.memory.write(second + 8 * i, 8, ~0n);
      bench.machine.memory.write(second + 8 * (PAGE_A / 0x1_0000), 8, 0xffff_ffff_ffff_fffbn);
      gpt.level0(0, BigInt(second) | 3n);
      tlbi(bench, 'Root.EL3', name, range(PAGE_A, 0n));
      expect(reads(bench, PAGE_A), name).toBe(!follows);
    }
  });

  it('is dropped on every core by an Outer Shareable operation, and on the issuing core only by PAALL', () => {
    for (const [name, everywhere] of [
      ['PAALL', false],
      ['PAALLOS', true],
      ['RPAOS', true],
      ['RPALOS', true],
    ] as const) {
      const bench = staleGranules(2);
      const other = bench.coreAt(1);
      other.status = 'running';
      bench.enter('NS.EL2', other);
      new Gpt(bench, GPI_ANY).set(PAGE_A, GPI_NS);
      let value: bigint | undefined;
      bench.word(0x11_0000, (core) => {
        const loaded = core.load(BigInt(PAGE_A), 8);
        value = core.fault === null ? loaded : undefined;
        core.complete();
      });
      const loadElsewhere = () => {
        other.jump(0x11_0000n);
        other.step();
        return value !== undefined;
      };
      expect(loadElsewhere()).toBe(true);
      new Gpt(bench, GPI_ANY).set(PAGE_A, GPI_REALM);
      tlbi(bench, 'Root.EL3', name, range(PAGE_A, 0n));
      expect(reads(bench, PAGE_A), name).toBe(false);
      expect(loadElsewhere(), name).toBe(!everywhere);
    }
  });

  it('cannot be invalidated below EL3', () => {
    for (const name of ['PAALL', 'PAALLOS', 'RPAOS', 'RPALOS']) {
      const bench = staleGranules();
      bench.execute('tlbi', operation(name), 0n);
      expect(bench.reg('ESR_EL2'), name).toBe(0x0200_0000n);
      bench.enter('NS.EL2');
      expect(reads(bench, PAGE_A), name).toBe(true);
    }
  });

  it('is of no use to the granule of another size', () => {
    const bench = staleGranules();
    // PGS = 64 KB: the level 1 entry covers 1 MB now, and the granule is looked up anew.
    bench.set('GPCCR_EL3', bench.reg('GPCCR_EL3') | (1n << 14n));
    bench.machine.memory.write(GPT_LEVEL1 + 8 * (PAGE_A / 0x10_0000), 8, 0xbbbb_bbbb_bbbb_bbbbn);
    expect(reads(bench, PAGE_A)).toBe(false);
  });
});

describe('cached stage 1 translations', () => {
  function staleTranslations(state = 'NS.EL2'): { bench: Bench; tables: Stage1Tables } {
    const bench = new Bench();
    bench.machine.memory.write(OUT_A, 8, 0xaan);
    bench.machine.memory.write(OUT_B, 8, 0xbbn);
    bench.enter(state);
    const el = state === 'Root.EL3' ? 3 : 2;
    const root = el === 3 ? 1n << 11n : 0n;
    const tables = new Stage1Tables(bench, el)
      .page(0, BigInt(OUT_A) | AF | PAGE | root)
      .page(1, BigInt(OUT_A) | AF | PAGE | root)
      .on();
    for (const page of [0, 1]) expect(bench.load(tables.at(page))).toBe(0xaan);
    tables.page(0, BigInt(OUT_B) | AF | PAGE | root).page(1, BigInt(OUT_B) | AF | PAGE | root);
    bench.machine.memory.epoch++;
    return { bench, tables };
  }

  it('survive a change of the tables until an invalidation reaches them', () => {
    const { bench, tables } = staleTranslations();
    expect(bench.load(tables.at(0))).toBe(0xaan);
    bench.execute('tlbi', operation('ALLE2'));
    expect(bench.load(tables.at(0))).toBe(0xbbn);
  });

  it('are dropped by address, and leave their neighbours', () => {
    for (const name of ['VAE2', 'VAE2IS', 'VAE2OS', 'VALE2', 'VALE2IS']) {
      const { bench, tables } = staleTranslations();
      bench.execute('tlbi', operation(name), tables.at(0) >> 12n);
      expect(bench.load(tables.at(0)), name).toBe(0xbbn);
      expect(bench.load(tables.at(1)), name).toBe(0xaan);
    }
  });

  it('of a block go as a whole, by any address in it', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).level2(100, BigInt(OUT_A) | AF | BLOCK).on();
    const va = 100n * 0x20_0000n;
    bench.load(va);
    tables.level2(100, BigInt(OUT_B) | AF | BLOCK);
    bench.machine.memory.write(OUT_B, 8, 0xbbn);
    bench.execute('tlbi', operation('VAE2'), (va + 0x12_3000n) >> 12n);
    expect(bench.load(va)).toBe(0xbbn);
  });

  it('of EL3 are dropped by EL3 operations only', () => {
    for (const [name, dropped] of [
      ['ALLE2', false],
      ['ALLE3', true],
      ['ALLE3IS', true],
      ['VAE3', true],
      ['VAE3OS', true],
    ] as const) {
      const { bench, tables } = staleTranslations('Root.EL3');
      bench.execute('tlbi', operation(name), tables.at(0) >> 12n);
      expect(bench.load(tables.at(0)), name).toBe(dropped ? 0xbbn : 0xaan);
    }
  });

  it('of one world are left alone by another world, and dropped by EL3 for the world that SCR_EL3 selects', () => {
    const { bench, tables } = staleTranslations('Realm.EL2');
    tlbi(bench, 'NS.EL2', 'ALLE2');
    bench.enter('Realm.EL2');
    expect(bench.load(tables.at(0))).toBe(0xaan);
    bench.set('PSTATE', 0x3cdn); // EL3, SCR_EL3 still selects Realm
    bench.execute('tlbi', operation('ALLE2'));
    bench.enter('Realm.EL2');
    expect(bench.load(tables.at(0))).toBe(0xbbn);
  });

  it('never hold a descriptor whose access flag is 0', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(OUT_A) | PAGE).on();
    expect(bench.load(tables.at(0))).toBeUndefined();
    tables.page(0, BigInt(OUT_A) | AF | PAGE);
    expect(bench.load(tables.at(0))).toBe(0n);
  });

  it('do not match once TCR.PS was reduced below their output', () => {
    const bench = new Bench({ memory: [{ name: 'dram', from: 0, to: 2 ** 36 }] });
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, 0x8_0000_0000n | AF | PAGE).on();
    expect(bench.load(tables.at(0))).toBe(0n);
    tables.on(0n, 25n);
    expect(bench.load(tables.at(0))).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0003n);
  });

  it('are checked against the permissions that hold at their use', () => {
    const { bench, tables } = staleTranslations();
    bench.word(OUT_A, (core) => core.complete());
    bench.set('SCTLR_EL2', 1n | (1n << 19n));
    bench.core.jump(tables.at(0));
    bench.core.step();
    expect(bench.reg('ESR_EL2')).toBe(0x8600_000fn);
  });
});

describe('a TLB maintenance event', () => {
  it('names the operation, its operand and how many entries went', () => {
    const bench = staleGranules();
    tlbi(bench, 'Root.EL3', 'RPALOS', range(PAGE_A, 0n));
    expect(bench.of('tlb_maintenance')).toMatchObject([{ operation: 'RPALOS', operand: range(PAGE_A, 0n), dropped: 1 }]);
  });
});
