/** What stage 1 allows and refuses, and the exact syndrome that a refusal makes. */
import { describe, expect, it } from 'vitest';
import { GPI_NO_ACCESS, GPI_NS } from './gpi.ts';
import { GPCCR_ON, Gpt } from './gpt.test-support.ts';
import {
  AF,
  NS,
  NSE,
  ownSpace,
  PAGE,
  READ_ONLY,
  Stage1Tables,
  TABLE,
  TABLE_1,
  TABLE_2,
  TABLE_3,
  TCR,
  XN,
} from './page-tables.test-support.ts';
import { R } from './registers/index.ts';
import { Bench, CODE, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';
import { NON_SECURE, REALM, ROOT, SECURE } from './worlds.ts';

const TARGET = 0x800_0000;

/** A bench in `state` whose page 0 of the last 2 MB is mapped by `descriptor`. */
function mapped(state: string, descriptor: bigint, sctlr = 0n): { bench: Bench; tables: Stage1Tables; va: bigint } {
  const bench = new Bench();
  bench.enter(state);
  const el = state === 'Root.EL3' ? 3 : 2;
  const tables = new Stage1Tables(bench, el).page(0, descriptor | ownSpace(el)).on(sctlr);
  return { bench, tables, va: tables.at(0) };
}

function fetchFrom(bench: Bench, va: bigint): void {
  bench.core.jump(va);
  bench.core.step();
}

describe('a page', () => {
  it('translates reads, writes and fetches to its output address', () => {
    const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE);
    expect(bench.store(va + 8n, 42n)).toBe(true);
    expect(bench.machine.memory.read(TARGET + 8, 8)).toBe(42n);
    expect(bench.load(va + 8n)).toBe(42n);
    bench.word(TARGET, (core) => {
      core.set(R.x0, 7n);
      core.complete();
    });
    fetchFrom(bench, va);
    expect(bench.reg('x0')).toBe(7n);
  });

  it('that is read-only answers reads and refuses writes with a permission fault at level 3', () => {
    const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE | READ_ONLY);
    expect(bench.load(va)).toBe(0n);
    expect(bench.store(va, 1n)).toBe(false);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_004fn);
    expect(bench.reg('FAR_EL2')).toBe(va);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL2) + 0x200n);
    expect(bench.of('translation_fault')[0]).toMatchObject({ access: 'write', problem: 'permission fault at level 3', level: 3 });
  });

  it('that is execute-never refuses fetches with a permission fault at level 3', () => {
    const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE | XN);
    expect(bench.load(va)).toBe(0n);
    fetchFrom(bench, va);
    expect(bench.reg('ESR_EL2')).toBe(0x8600_000fn);
    expect(bench.reg('ELR_EL2')).toBe(va);
  });

  it('that is writable refuses fetches only while SCTLR.WXN is 1', () => {
    for (const [sctlr, readOnly, executes] of [
      [0n, 0n, true],
      [1n << 19n, 0n, false],
      [1n << 19n, READ_ONLY, true],
    ] as const) {
      const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE | readOnly);
      bench.word(TARGET, (core) => core.complete());
      bench.set('SCTLR_EL2', 1n | sctlr);
      fetchFrom(bench, va);
      expect(bench.core.pc === va + 4n).toBe(executes);
      if (!executes) expect(bench.reg('ESR_EL2')).toBe(0x8600_000fn);
    }
  });

  it('whose access flag is 0 faults at its level', () => {
    const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | PAGE);
    expect(bench.load(va)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_000bn);
  });

  it('whose descriptor is invalid or reserved faults at level 3', () => {
    for (const type of [0b00n, 0b01n, 0b10n]) {
      const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | type);
      expect(bench.load(va)).toBeUndefined();
      expect(bench.reg('ESR_EL2')).toBe(0x9600_0007n);
    }
  });

  it('whose output is larger than TCR.PS allows faults with an address size fault at level 3', () => {
    const { bench, tables, va } = mapped('NS.EL2', 0x1_0000_0000n | AF | PAGE);
    tables.on(0n, 25n);
    expect(bench.load(va)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0003n);
  });
});

describe('the output address space', () => {
  const of: readonly [string, bigint, number][] = [
    ['Root.EL3', 0n, SECURE],
    ['Root.EL3', NS, NON_SECURE],
    ['Root.EL3', NSE, ROOT],
    ['Root.EL3', NSE | NS, REALM],
    ['Realm.EL2', 0n, REALM],
    ['Realm.EL2', NS, NON_SECURE],
    ['Secure.EL2', 0n, SECURE],
    ['Secure.EL2', NS, NON_SECURE],
    ['NS.EL2', NS, NON_SECURE],
    ['NS.EL2', 0n, NON_SECURE],
  ];
  for (const [state, attributes, space] of of) {
    it(`of a page with NSE:NS = ${(attributes >> 11n) & 1n}${(attributes >> 5n) & 1n} in ${state} is ${['Non-secure', 'Secure', 'Realm', 'Root'][space]}`, () => {
      const bench = new Bench();
      bench.enter(state);
      const el = state === 'Root.EL3' ? 3 : 2;
      const tables = new Stage1Tables(bench, el).page(0, BigInt(TARGET) | AF | PAGE | attributes).on();
      const access = { kind: 'read', purpose: 'data', va: tables.at(0), size: 8, pa: 0, space: 0 } as const;
      const refined = { ...access };
      expect(bench.core.translate(refined, { core: bench.core, view: bench.core, tlb: false })).toBeNull();
      expect(refined).toMatchObject({ pa: TARGET, space });
    });
  }
});

describe('an instruction fetch from another physical address space', () => {
  it('is refused to Root state with a permission fault, and allowed from Root memory', () => {
    for (const [attributes, allowed] of [
      [NSE, true],
      [NS, false],
      [NSE | NS, false],
      [0n, false],
    ] as const) {
      const bench = new Bench();
      const tables = new Stage1Tables(bench, 3).page(0, BigInt(TARGET) | AF | PAGE | attributes).on();
      bench.word(TARGET, (core) => core.complete());
      fetchFrom(bench, tables.at(0));
      expect(bench.core.pc === tables.at(0) + 4n).toBe(allowed);
      if (!allowed) expect(bench.reg('ESR_EL3')).toBe(0x8600_000fn);
    }
  });

  it('is refused to Realm EL2 with a permission fault, and allowed from Realm memory', () => {
    for (const [attributes, allowed] of [
      [0n, true],
      [NS, false],
    ] as const) {
      const { bench, va } = mapped('Realm.EL2', BigInt(TARGET) | AF | PAGE | attributes);
      bench.word(TARGET, (core) => core.complete());
      fetchFrom(bench, va);
      expect(bench.core.pc === va + 4n).toBe(allowed);
      if (!allowed) expect(bench.reg('ESR_EL2')).toBe(0x8600_000fn);
    }
  });
});

describe('a walk', () => {
  it('reports the level of the entry that is missing', () => {
    const { bench, tables } = mapped('NS.EL2', 0n);
    tables.level1(1, 0n).level2(5, 0n);
    expect(bench.load(0x4000_0000n)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0005n);
    expect(bench.load(0xa0_0000n)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0006n);
  });

  it('faults at level 0 for addresses that T0SZ does not reach, or a T0SZ that is not implemented', () => {
    const { bench, tables } = mapped('NS.EL2', 0n);
    expect(bench.load(1n << 39n)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0004n);
    for (const t0sz of [15n, 49n]) {
      tables.on(0n, t0sz | (5n << 16n));
      bench.core.jump(BigInt(CODE));
      bench.core.step();
      expect(bench.reg('ESR_EL2')).toBe(0x8600_0004n);
    }
  });

  it('inherits read-only and execute-never from its tables, unless TCR.HPD is 1', () => {
    const { bench, tables } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE);
    tables.level2(511, BigInt(TABLE_3) | TABLE | (1n << 62n) | (1n << 60n));
    expect(bench.store(tables.at(0), 1n)).toBe(false);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_004fn);
    fetchFrom(bench, tables.at(0));
    expect(bench.reg('ESR_EL2')).toBe(0x8600_000fn);
    bench.execute('nop');
    bench.core.tlb.dropRegime(bench.core.state);
    tables.on(0n, TCR | (1n << 24n));
    expect(bench.store(tables.at(0), 1n)).toBe(true);
  });

  it('is checked by the granule protection check, whose fault has the translation level in DFSC', () => {
    for (const [table, esr] of [
      [TABLE_1, 0x9600_0025n],
      [TABLE_2, 0x9600_0026n],
      [TABLE_3, 0x9600_0027n],
    ] as const) {
      const { bench, va } = mapped('NS.EL2', BigInt(TARGET) | AF | PAGE);
      bench.execute('nop'); // the code's own page is in the TLB from here on
      new Gpt(bench).set(table, GPI_NO_ACCESS).on();
      expect(bench.load(va)).toBeUndefined();
      expect(bench.reg('ESR_EL2')).toBe(esr);
      expect(bench.reg('FAR_EL2')).toBe(va);
      expect(bench.of('gpc_fault')[0]).toMatchObject({ access: 'table walk for read', gpi: GPI_NO_ACCESS, va });
    }
  });

  it('becomes a GPC exception with the address of the table entry in MFAR_EL3 while SCR_EL3.GPF is 1', () => {
    const { bench, va } = mapped('Realm.EL2', BigInt(TARGET) | AF | PAGE);
    bench.execute('nop');
    new Gpt(bench).set(TABLE_3, GPI_NS).on(GPCCR_ON);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | (1n << 48n));
    expect(bench.store(va, 1n)).toBe(false);
    expect(bench.reg('ESR_EL3')).toBe(0x7a03_4067n);
    expect(bench.reg('MFAR_EL3')).toBe((0b11n << 62n) | BigInt(TABLE_3));
    expect(bench.reg('FAR_EL3')).toBe(va);
  });

  it('to where nothing answers is an external abort on a walk at its level', () => {
    const { bench, tables } = mapped('NS.EL2', 0n);
    tables.level2(511, 0x20_0000_0000n | TABLE);
    expect(bench.load(tables.at(0))).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0017n);
  });
});

describe('an access to where nothing answers', () => {
  const NOWHERE = 0x20_0000_0000n;

  it('is a synchronous external abort with DFSC 0x10 at its own level', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    expect(bench.load(NOWHERE)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0010n);
    expect(bench.of('translation_fault')[0]).toMatchObject({ problem: 'synchronous external abort', access: 'read' });
  });

  it('is taken to EL3 while SCR_EL3.EA is 1, at the SError vector if SCR_EL3.EASE is 1', () => {
    for (const [scr, offset] of [
      [1n << 3n, 0x400n],
      [(1n << 3n) | (1n << 19n), 0x580n],
    ] as const) {
      const bench = new Bench();
      bench.enter('NS.EL2');
      bench.set('SCR_EL3', bench.reg('SCR_EL3') | scr);
      expect(bench.load(NOWHERE)).toBeUndefined();
      expect(bench.reg('ESR_EL3')).toBe(0x9200_0010n);
      expect(bench.reg('FAR_EL3')).toBe(NOWHERE);
      expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + offset);
    }
  });
});

describe('translation off', () => {
  it('gives the address itself in the space of the state', () => {
    const spaces: readonly [string, number][] = [
      ['Root.EL3', ROOT],
      ['NS.EL2', NON_SECURE],
      ['Realm.EL2', REALM],
      ['Secure.EL2', SECURE],
    ];
    for (const [state, space] of spaces) {
      const bench = new Bench();
      bench.enter(state);
      const access = { kind: 'read' as const, purpose: 'data' as const, va: 0x1234n, size: 1, pa: 0, space: -1 };
      expect(bench.core.translate(access, { core: bench.core, view: bench.core, tlb: true })).toBeNull();
      expect(access).toMatchObject({ pa: 0x1234, space });
    }
  });

  it('faults with an address size fault at level 0 beyond 48 bits', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    expect(bench.load(1n << 48n)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0000n);
  });
});

describe('alignment', () => {
  it('of data is not demanded while SCTLR.A is 0, also across pages', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    expect(bench.store(BigInt(TARGET) + 0xffdn, 0x1122_3344_5566_7788n)).toBe(true);
    expect(bench.load(BigInt(TARGET) + 0xffdn)).toBe(0x1122_3344_5566_7788n);
    expect(bench.machine.memory.read(TARGET + 0x1000, 4)).toBe(0x2233_4455n);
  });

  it('of data is demanded while SCTLR.A is 1, also on pages that were used before', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SCTLR_EL2', 2n);
    expect(bench.load(BigInt(TARGET))).toBe(0n);
    for (const offset of [1n, 4n, 0xffdn]) {
      expect(bench.load(BigInt(TARGET) + offset)).toBeUndefined();
      expect(bench.reg('ESR_EL2')).toBe(0x9600_0021n);
      expect(bench.reg('FAR_EL2')).toBe(BigInt(TARGET) + offset);
      expect(bench.store(BigInt(TARGET) + offset, 0n)).toBe(false);
      expect(bench.reg('ESR_EL2')).toBe(0x9600_0061n);
    }
    expect(bench.load(BigInt(TARGET) + 4n, 4)).toBe(0n);
  });

  it('of PC is always demanded: EC 0x22 with the address in FAR', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    fetchFrom(bench, BigInt(CODE) + 2n);
    expect(bench.reg('ESR_EL2')).toBe(0x8a00_0000n);
    expect(bench.reg('FAR_EL2')).toBe(BigInt(CODE) + 2n);
    expect(bench.reg('ELR_EL2')).toBe(BigInt(CODE) + 2n);
  });

  it('of SP is demanded of frames while SCTLR.SA is 1: EC 0x26', () => {
    for (const [sctlr, faults] of [
      [0n, false],
      [8n, true],
    ] as const) {
      const bench = new Bench();
      bench.enter('NS.EL2');
      bench.set('SCTLR_EL2', sctlr);
      for (const sp of [0x30_0000n, 0x30_0008n]) {
        bench.core.setSp(sp);
        bench.run((core) => {
          core.local(24);
          core.complete();
        });
      }
      expect(bench.events.length > 0).toBe(faults);
      if (faults) expect(bench.reg('ESR_EL2')).toBe(0x9a00_0000n);
    }
  });
});

describe('an unknown word', () => {
  it('is an undefined instruction: EC 0', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.machine.memory.write(CODE, 4, 0x1234_5678n);
    fetchFrom(bench, BigInt(CODE));
    expect(bench.reg('ESR_EL2')).toBe(0x0200_0000n);
    expect(bench.of('undefined_instruction')[0]).toMatchObject({ word: 0x1234_5678, pc: BigInt(CODE) });
  });
});
