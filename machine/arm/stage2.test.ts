/** What stage 2 allows and refuses, with the exact stage, level and intermediate address of each fault. */
import { describe, expect, it } from 'vitest';
import type { AccessKind } from '../core/access.ts';
import { GPI_NO_ACCESS, GPI_NS } from './gpi.ts';
import { Gpt } from './gpt.test-support.ts';
import {
  arrive,
  EL1_TABLE_1,
  EL1_TABLE_2,
  EL1_TABLE_3,
  fault1,
  fault2,
  LAST_2MB,
  S1,
  S2,
  S2_RW,
  S2_TABLE_1,
  S2_TABLE_2,
  S2_TABLE_3,
  Stages,
  s2xn,
  VTCR,
} from './stage2-tables.test-support.ts';
import { Bench } from './test-support.ts';

const TARGET = 0x800_0000;
const LEAF = BigInt(TARGET) | S2_RW | S2.PAGE;
const GPI_REALM = 0b1011;

/** A bench with stage 1 off and stage 2 on, whose IPA page 0 is mapped by `descriptor`. */
function staged(state: string, descriptor: bigint): { bench: Bench; stages: Stages; ipa: bigint } {
  const bench = new Bench();
  bench.enter(state);
  const stages = new Stages(bench).page2(0, descriptor).stage2();
  return { bench, stages, ipa: stages.at(0) };
}

/** The same with stage 1 on, which maps page 1 to the intermediate address of page 0. */
function paged(state: string, descriptor: bigint): { bench: Bench; stages: Stages; va: bigint; ipa: bigint } {
  const { bench, stages, ipa } = staged(state, descriptor);
  stages.page1(1, ipa | S1.AF | S1.EL0 | S1.PAGE).stage1();
  return { bench, stages, va: stages.at(1), ipa };
}

describe('stage 2', () => {
  it('translates what stage 1 put out, or the address itself while stage 1 is off', () => {
    for (const state of ['NS.EL1', 'NS.EL0']) {
      const flat = staged(state, LEAF);
      expect(arrive(flat.bench, flat.ipa + 8n)).toEqual({ pa: TARGET + 8, space: 'Non-secure' });
      const both = paged(state, LEAF);
      expect(arrive(both.bench, both.va + 8n)).toEqual({ pa: TARGET + 8, space: 'Non-secure' });
    }
  });

  it('is off while HCR_EL2.VM is 0, and on with HCR_EL2.DC', () => {
    const { bench, ipa } = staged('NS.EL1', LEAF);
    bench.set('HCR_EL2', 0n);
    expect(arrive(bench, ipa)).toEqual({ pa: LAST_2MB, space: 'Non-secure' });
    bench.set('HCR_EL2', 1n << 12n);
    expect(arrive(bench, ipa)).toEqual({ pa: TARGET, space: 'Non-secure' });
  });

  it('does not concern EL2', () => {
    const { bench, ipa } = staged('NS.EL1', 0n);
    expect(arrive(bench, ipa)).toEqual(fault2('translation', 3, ipa));
    bench.enter('NS.EL2');
    expect(arrive(bench, ipa)).toEqual({ pa: LAST_2MB, space: 'Non-secure' });
  });

  it('reports the level of the entry that is missing, and the whole intermediate address', () => {
    const { bench, stages, ipa } = staged('Realm.EL1', 0n);
    stages.block2(5, 0n);
    expect(arrive(bench, ipa + 0x123n, 'write')).toEqual(fault2('translation', 3, ipa + 0x123n));
    expect(arrive(bench, 0xa1_2340n)).toEqual(fault2('translation', 2, 0xa1_2340));
    expect(arrive(bench, 0x4000_0000n)).toEqual(fault2('translation', 1, 0x4000_0000));
  });

  it('maps blocks of 1 GB at level 1 and of 2 MB at level 2, and pages', () => {
    const { bench, stages } = staged('NS.EL1', LEAF);
    bench.machine.memory.write(S2_TABLE_1 + 8, 8, 0x8000_0000n | S2_RW | S2.BLOCK);
    stages.block2(7, 0x2000_0000n | S2_RW | S2.BLOCK);
    expect(arrive(bench, 0x4123_4568n)).toEqual({ pa: 0x8123_4568, space: 'Non-secure' });
    expect(arrive(bench, 0xe1_2348n)).toEqual({ pa: 0x2001_2348, space: 'Non-secure' });
  });

  it('faults if the access flag is 0', () => {
    const { bench, ipa } = staged('NS.EL1', LEAF & ~S2.AF);
    expect(arrive(bench, ipa)).toEqual(fault2('accessFlag', 3, ipa));
  });

  it('faults if the output is larger than VTCR_EL2.PS allows', () => {
    const { bench, stages, ipa } = staged('NS.EL1', 0x1_0000_0000n | S2_RW | S2.PAGE);
    expect(arrive(bench, ipa)).toMatchObject({ status: 'external', stage: 1 });
    stages.stage2(1n, VTCR & ~(7n << 16n));
    expect(arrive(bench, ipa)).toEqual(fault2('addressSize', 3, ipa));
  });

  it('faults at level 0 above the input size', () => {
    const { bench } = staged('NS.EL1', LEAF);
    expect(arrive(bench, (1n << 39n) - 8n)).toEqual(fault2('translation', 1, 2 ** 39 - 8));
    expect(arrive(bench, 1n << 39n)).toEqual(fault2('translation', 0, 2 ** 39));
  });
});

describe('permissions of stage 2', () => {
  const letters: Readonly<Record<AccessKind, string>> = { read: 'r', write: 'w', fetch: 'x' };
  const base = BigInt(TARGET) | S2.AF | S2.PAGE | (0b1111n << 2n);
  const rows: readonly [string, bigint, string, string][] = [
    ['S2AP 00', 0n, 'x', 'x'],
    ['S2AP 01', S2.READ, 'rx', 'rx'],
    ['S2AP 10', S2.WRITE, 'wx', 'wx'],
    ['S2AP 11', S2.READ | S2.WRITE, 'rwx', 'rwx'],
    ['XN 01', S2.READ | s2xn(0b01n), 'r', 'rx'],
    ['XN 10', S2.READ | s2xn(0b10n), 'r', 'r'],
    ['XN 11', S2.READ | s2xn(0b11n), 'rx', 'r'],
  ];
  for (const [name, bits, el1, el0] of rows) {
    it(`${name} let EL1 do ${el1} and EL0 ${el0}, else it is a permission fault of stage 2 at level 3`, () => {
      for (const [state, allowed] of [
        ['Realm.EL1', el1],
        ['Realm.EL0', el0],
      ] as const) {
        const { bench, ipa } = staged(state, base | bits);
        for (const kind of ['read', 'write', 'fetch'] as const) {
          const expected = allowed.includes(letters[kind]) ? { pa: TARGET, space: 'Realm' } : fault2('permission', 3, ipa);
          expect(arrive(bench, ipa, kind), `${kind} in ${state}`).toEqual(expected);
        }
      }
    });
  }

  it('are asked after those of stage 1', () => {
    const { bench, stages, va, ipa } = paged('NS.EL1', base | S2.READ);
    expect(arrive(bench, va, 'write')).toEqual(fault2('permission', 3, ipa));
    stages.page1(1, ipa | S1.AF | S1.READ_ONLY | S1.PAGE);
    expect(arrive(bench, va, 'write')).toEqual(fault1('permission', 3));
  });
});

describe('the output space of stage 2', () => {
  it('of Realm state is what NS in the descriptor says, Non-secure memory being data only', () => {
    const own = staged('Realm.EL1', LEAF);
    expect(arrive(own.bench, own.ipa)).toEqual({ pa: TARGET, space: 'Realm' });
    expect(arrive(own.bench, own.ipa, 'fetch')).toEqual({ pa: TARGET, space: 'Realm' });
    const shared = staged('Realm.EL1', LEAF | S2.NS);
    expect(arrive(shared.bench, shared.ipa)).toEqual({ pa: TARGET, space: 'Non-secure' });
    expect(arrive(shared.bench, shared.ipa, 'fetch')).toEqual(fault2('permission', 3, shared.ipa));
  });

  it('of Non-secure state is Non-secure whatever bit 55 says', () => {
    const { bench, ipa } = staged('NS.EL1', LEAF | S2.NS);
    expect(arrive(bench, ipa, 'fetch')).toEqual({ pa: TARGET, space: 'Non-secure' });
  });

  it('of Secure state depends on VSTCR_EL2 and, for Non-secure intermediate addresses, on VTCR_EL2', () => {
    const SW_SA = [1n << 29n, 1n << 30n] as const;
    const { bench, stages, ipa } = staged('Secure.EL1', LEAF);
    const vstcr = VTCR & 0xffn;
    bench.set('VSTTBR_EL2', BigInt(S2_TABLE_1));
    for (const [secure, nonSecure, ofSecure, ofNonSecure] of [
      [0n, 0n, 'Secure', 'Secure'],
      [SW_SA[1], 0n, 'Non-secure', 'Non-secure'],
      [0n, SW_SA[1], 'Secure', 'Non-secure'],
      [0n, SW_SA[0], 'Secure', 'Non-secure'],
    ] as const) {
      bench.set('VSTCR_EL2', vstcr | secure);
      stages.stage2(1n, VTCR | nonSecure);
      bench.set('SCTLR_EL1', 0n);
      expect(arrive(bench, ipa)).toEqual({ pa: TARGET, space: ofSecure });
      // Stage 1 page 1 has NS = 1: its output is a Non-secure intermediate address.
      stages.page1(1, ipa | S1.AF | S1.PAGE | (1n << 5n)).stage1();
      expect(arrive(bench, stages.at(1))).toEqual({ pa: TARGET, space: ofNonSecure });
    }
  });

  it('is the address itself in Secure state without EL2', () => {
    const { bench, ipa } = staged('Secure.EL1', LEAF);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') & ~(1n << 18n));
    expect(arrive(bench, ipa)).toEqual({ pa: LAST_2MB, space: 'Secure' });
  });
});

describe('start levels and concatenated tables', () => {
  /** T0SZ by bits of the input, SL0 by start level. */
  const vtcr = (bits: number, level: number) => BigInt(64 - bits) | (BigInt([2, 1, 0, 3][level]) << 6n) | (0b101n << 16n);

  for (const [level, least, most] of [
    [3, 13, 25],
    [2, 22, 34],
    [1, 31, 43],
    [0, 40, 48],
  ] as const) {
    it(`walk from level ${level} with ${Math.max(16, least)} to ${most} bits, else it is a translation fault at level 0`, () => {
      const { bench, stages } = staged('Realm.EL1', LEAF);
      const { memory } = bench.machine;
      const shift = 12 + 9 * (3 - level);
      for (const bits of [least - 1, Math.max(16, least), most, most + 1]) {
        if (bits < 16 || bits > 48) continue;
        stages.stage2(1n, vtcr(bits, level));
        // The last address of the input, in the last entry of all concatenated tables.
        const ipa = 2 ** bits - 8;
        const entries = 2 ** Math.max(0, bits - shift);
        const table = 0x100_0000;
        bench.set('VTTBR_EL2', BigInt(table));
        let at = table + 8 * (entries - 1);
        for (let next = level; next < 3; next++) {
          memory.write(at, 8, BigInt(S2_TABLE_3) | S2.TABLE);
          at = S2_TABLE_3 + 8 * 511;
        }
        memory.write(S2_TABLE_3 + 8 * 511, 8, BigInt(level === 3 ? TARGET : S2_TABLE_3) | S2_RW | S2.PAGE);
        memory.write(at, 8, BigInt(level === 3 ? TARGET : S2_TABLE_3) | S2_RW | S2.PAGE);
        const expected =
          bits < least || bits > most
            ? fault2('translation', 0, ipa)
            : { pa: (level === 3 ? TARGET : S2_TABLE_3) + (ipa % 4096), space: 'Realm' };
        expect(arrive(bench, BigInt(ipa)), `${bits} bits`).toEqual(expected);
      }
    });
  }

  it('need a table aligned to the size of all that are concatenated: bits below are ignored', () => {
    const { bench, stages } = staged('NS.EL1', LEAF);
    stages.stage2(1n, vtcr(34, 2));
    const tables = 0x110_0000;
    bench.machine.memory.write(tables + 8 * (2 ** 13 - 1), 8, 0x2000_0000n | S2_RW | S2.BLOCK);
    bench.set('VTTBR_EL2', BigInt(tables + 0x3000));
    expect(arrive(bench, 2n ** 34n - 8n)).toEqual({ pa: 0x201f_fff8, space: 'Non-secure' });
  });

  it('fault at level 0 if T0SZ is not implemented', () => {
    const { bench, stages } = staged('NS.EL1', LEAF);
    for (const t0sz of [15n, 49n]) {
      stages.stage2(1n, (VTCR & ~0xffn) | t0sz | (0b10n << 6n));
      expect(arrive(bench, 0n)).toEqual(fault2('translation', 0, 0));
    }
  });

  it('fault with an address size fault at level 0 if VTTBR_EL2 is larger than PS allows', () => {
    const { bench, stages, ipa } = staged('NS.EL1', LEAF);
    stages.stage2(1n, VTCR & ~(7n << 16n));
    bench.set('VTTBR_EL2', 1n << 32n);
    expect(arrive(bench, ipa)).toEqual(fault2('addressSize', 0, ipa));
  });
});

describe('a walk of stage 1', () => {
  it('is translated by stage 2: a fault there has S1PTW and the intermediate address of the table entry', () => {
    for (const kind of ['read', 'write', 'fetch'] as const) {
      const { bench, stages, va } = paged('Realm.EL1', LEAF);
      expect('pa' in arrive(bench, va)).toBe(true);
      stages.block2(Math.floor(EL1_TABLE_1 / 0x20_0000), 0n);
      expect(arrive(bench, va, kind)).toEqual(fault2('translation', 2, EL1_TABLE_1, true));
    }
  });

  it('reads the tables where stage 2 puts them', () => {
    const { bench, stages, va } = paged('Realm.EL1', LEAF);
    // The 2 MB with the tables of stage 1 move 512 MB up; only the copy holds descriptors.
    const { memory } = bench.machine;
    const index = Math.floor(EL1_TABLE_1 / 0x20_0000);
    for (const table of [EL1_TABLE_1, EL1_TABLE_2, EL1_TABLE_3]) {
      for (let i = 0; i < 512; i++) {
        memory.write(table + 0x2000_0000 + 8 * i, 8, memory.read(table + 8 * i, 8));
        memory.write(table + 8 * i, 8, 0n);
      }
    }
    stages.block2(index, BigInt(index * 0x20_0000 + 0x2000_0000) | S2_RW | S2.BLOCK);
    expect(arrive(bench, va)).toEqual({ pa: TARGET, space: 'Realm' });
  });

  it('needs S2AP to permit reads only', () => {
    const { bench, stages, va } = paged('NS.EL1', LEAF);
    const index = Math.floor(EL1_TABLE_1 / 0x20_0000);
    const block = BigInt(index * 0x20_0000) | S2.AF | S2.BLOCK | (0b1111n << 2n);
    stages.block2(index, block | S2.READ);
    expect('pa' in arrive(bench, va, 'write')).toBe(true);
    stages.block2(index, block | S2.WRITE);
    expect(arrive(bench, va, 'write')).toEqual(fault2('permission', 2, EL1_TABLE_1, true));
  });

  it('is refused in Device memory while HCR_EL2.PTW is 1, by MemAttr with and without FWB', () => {
    const index = Math.floor(EL1_TABLE_1 / 0x20_0000);
    const FWB = 1n << 46n;
    for (const [memAttr, hcr, allowed] of [
      [0b0000n, 1n, true],
      [0b0000n, 0b101n, false],
      [0b1111n, 0b101n, true],
      [0b0011n, 0b101n | FWB, false],
      [0b0110n, 0b101n | FWB, true],
    ] as const) {
      const { bench, stages, va } = paged('NS.EL1', LEAF);
      stages.block2(index, BigInt(index * 0x20_0000) | S2.AF | S2.READ | S2.BLOCK | (memAttr << 2n)).stage2(1n, VTCR, hcr);
      const expected = allowed ? { pa: TARGET, space: 'Non-secure' } : fault2('permission', 2, EL1_TABLE_1, true);
      expect(arrive(bench, va), `${memAttr} ${hcr}`).toEqual(expected);
    }
  });

  it('stays in Realm memory in Realm state', () => {
    const { bench, stages, va } = paged('Realm.EL1', LEAF);
    const index = Math.floor(EL1_TABLE_1 / 0x20_0000);
    stages.block2(index, BigInt(index * 0x20_0000) | S2_RW | S2.BLOCK | S2.NS);
    expect(arrive(bench, va)).toEqual(fault2('permission', 2, EL1_TABLE_1, true));
  });
});

describe('granule protection checks', () => {
  it('of a stage 2 table are faults of stage 2 on a walk, with the intermediate address and the level of stage 2', () => {
    for (const [table, level] of [
      [S2_TABLE_1, 1],
      [S2_TABLE_2, 2],
      [S2_TABLE_3, 3],
    ] as const) {
      const { bench, ipa } = staged('Realm.EL1', LEAF);
      new Gpt(bench).set(table, GPI_NS).on();
      expect(arrive(bench, ipa)).toEqual({ ...fault2('gpc', level, ipa), walk: true });
    }
  });

  it('of a stage 2 table that a stage 1 walk needs have S1PTW too', () => {
    const { bench, va } = paged('Realm.EL1', LEAF);
    new Gpt(bench).set(S2_TABLE_2, GPI_NO_ACCESS).on();
    expect(arrive(bench, va)).toEqual(fault2('gpc', 2, EL1_TABLE_1, true));
  });

  it('of a stage 1 table are faults of stage 1 on a walk, with the level of stage 1', () => {
    const { bench, va } = paged('Realm.EL1', LEAF);
    new Gpt(bench).set(EL1_TABLE_2, GPI_NS).on();
    expect(arrive(bench, va)).toEqual({ ...fault1('gpc', 2), walk: true });
  });

  it('of the output are faults of the access itself', () => {
    const shared = staged('Realm.EL1', LEAF | S2.NS);
    const gpt = new Gpt(shared.bench).set(TARGET, GPI_NS).on();
    expect(arrive(shared.bench, shared.ipa)).toEqual({ pa: TARGET, space: 'Non-secure' });
    gpt.set(TARGET, GPI_REALM);
    expect(arrive(shared.bench, shared.ipa)).toEqual(fault1('gpc', 0));
    const own = staged('Realm.EL1', LEAF);
    new Gpt(own.bench).set(TARGET, GPI_REALM).on();
    expect(arrive(own.bench, own.ipa)).toEqual({ pa: TARGET, space: 'Realm' });
  });

  it('leave HPFAR_EL2 alone where nothing answers at a stage 2 table', () => {
    const { bench, stages, ipa } = staged('NS.EL1', LEAF);
    stages.block2(511, 0x20_0000_0000n | S2.TABLE);
    expect(arrive(bench, ipa)).toEqual({ ...fault2('external', 3, 0), walk: true, ipa: undefined });
  });
});

describe('a fault of stage 2', () => {
  it('is taken to EL2 with the virtual address in FAR_EL2 and the intermediate one in HPFAR_EL2', () => {
    const { bench, va, ipa } = paged('Realm.EL1', 0n);
    expect(bench.load(va + 0x18n)).toBeUndefined();
    expect([bench.reg('ESR_EL2') & 0xfe00_03ffn, bench.reg('FAR_EL2'), bench.reg('HPFAR_EL2')]).toEqual([
      0x9200_0007n,
      va + 0x18n,
      (ipa >> 12n) << 4n,
    ]);
    expect(bench.of('translation_fault')[0]).toMatchObject({ stage: 2, ipa: Number(ipa) + 0x18, level: 3, va: va + 0x18n });
  });

  it('on a stage 1 walk has S1PTW, and the address of the table entry in HPFAR_EL2', () => {
    const { bench, stages, va } = paged('Realm.EL1', LEAF);
    bench.execute('nop'); // both stages of the code are in the TLB from here on
    stages.block2(Math.floor(EL1_TABLE_1 / 0x20_0000), 0n);
    bench.core.tlb.dropStage2(bench.core.state, 1);
    expect(bench.store(va, 1n)).toBe(false);
    expect([bench.reg('ESR_EL2') & 0xfe00_00ffn, bench.reg('FAR_EL2'), bench.reg('HPFAR_EL2')]).toEqual([
      0x9200_00c6n,
      va,
      BigInt(EL1_TABLE_1 >> 12) << 4n,
    ]);
  });

  it('is none while stage 1 refuses: that is taken to EL1', () => {
    const { bench, stages, ipa } = paged('NS.EL1', 0n);
    stages.page1(1, ipa | S1.AF | S1.READ_ONLY | S1.PAGE);
    expect(bench.store(stages.at(1), 1n)).toBe(false);
    expect(bench.reg('ESR_EL1') & 0xfe00_03ffn).toBe(0x9600_004fn);
    expect(bench.reg('ESR_EL2')).toBe(0n);
  });
});
