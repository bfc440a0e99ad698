/** Pages that a core remembers are unobservable: whatever changes what an access would find takes effect at once. */
import { describe, expect, it } from 'vitest';
import type { Core } from '../core/core.ts';
import { GPI_NS } from './gpi.ts';
import { GPCCR_ON, Gpt } from './gpt.test-support.ts';
import { INSTRUCTIONS } from './instructions/index.ts';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { AF, PAGE, READ_ONLY, Stage1Tables, TABLE_3 } from './page-tables.test-support.ts';
import { R, type RegisterName } from './registers/index.ts';
import { EL1_TABLE_1, S1, S2, S2_RW, S2_TABLE_1, Stages } from './stage2-tables.test-support.ts';
import { Bench, CODE } from './test-support.ts';

const GPI_REALM = 0b1011;
const HERE = 0x800_0000;
const THERE = 0x900_0000;
const va = BigInt(HERE);

const load =
  (to: RegisterName, from = va) =>
  (core: Core) => {
    const value = core.load(from, 8);
    if (core.commit()) {
      core.set(R[to], value);
      core.next();
    }
  };
const store =
  (at: bigint, value: bigint, size = 8) =>
  (core: Core) => {
    core.store(at, size, value);
    core.complete();
  };
const set = (name: RegisterName, value: bigint) => (core: Core) => {
  core.write(R[name], value);
  core.next();
};
const tlbi = (name: string, operand = 0n) => {
  const row = INSTRUCTIONS.find((candidate) => candidate.name === 'tlbi');
  const index = BigInt(TLB_OPERATIONS.findIndex((candidate) => candidate.name === name));
  return (core: Core) => {
    row?.execute?.(core, [index, operand], 0);
    core.complete();
  };
};

describe('a page that was read before', () => {
  it('is another page when translation is turned on', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).on();
    bench.set('SCTLR_EL2', 0n);
    tables.page(0, BigInt(THERE) | AF | PAGE);
    bench.machine.memory.write(Number(tables.at(0)), 8, 1n);
    bench.machine.memory.write(THERE, 8, 2n);
    bench.program(load('x0', tables.at(0)), set('SCTLR_EL2', 1n), load('x1', tables.at(0)), set('SCTLR_EL2', 0n), load('x2', tables.at(0)));
    expect([bench.reg('x0'), bench.reg('x1'), bench.reg('x2')]).toEqual([1n, 2n, 1n]);
  });

  it('is refused when the granule check is turned on', () => {
    const bench = new Bench();
    new Gpt(bench).set(HERE, GPI_REALM).on(0n);
    bench.program(load('x0'), set('GPCCR_EL3', GPCCR_ON), load('x1'));
    expect(bench.of('gpc_fault')).toHaveLength(1);
  });

  it('is looked up again after an invalidation, and not before', () => {
    const bench = new Bench();
    const tables = new Stage1Tables(bench, 3).page(0, BigInt(HERE) | (1n << 11n) | AF | PAGE).on();
    bench.machine.memory.write(HERE, 8, 1n);
    bench.machine.memory.write(THERE, 8, 2n);
    const at = tables.at(0);
    const remap = store(BigInt(TABLE_3), BigInt(THERE) | (1n << 11n) | AF | PAGE);
    bench.program(load('x0', at), remap, load('x1', at), tlbi('VAE3', at >> 12n), load('x2', at));
    expect([bench.reg('x0'), bench.reg('x1'), bench.reg('x2')]).toEqual([1n, 1n, 2n]);
  });

  it('is read as it is after a store to it, also by another address', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2)
      .page(0, va | AF | PAGE)
      .page(1, va | AF | PAGE)
      .on();
    bench.program(load('x0', tables.at(0)), store(tables.at(1), 7n), load('x1', tables.at(0)));
    expect([bench.reg('x0'), bench.reg('x1')]).toEqual([0n, 7n]);
  });

  it('may still not be stored to if it is read-only', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, va | AF | PAGE | READ_ONLY).on();
    bench.program(load('x0', tables.at(0)), store(tables.at(0), 7n));
    expect(bench.reg('ESR_EL2')).toBe(0x9600_004fn);
  });

  it('is checked for alignment from the moment that SCTLR.A is set', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.program(load('x0'), load('x0', va + 4n), set('SCTLR_EL2', 2n), load('x0'), load('x0', va + 4n));
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0021n);
    expect(bench.of('translation_fault')).toHaveLength(1);
  });
});

describe('a page that was stored to before', () => {
  it('is checked for alignment from the moment that SCTLR.A is set', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.program(store(va, 1n), store(va + 4n, 1n), set('SCTLR_EL2', 2n), store(va + 8n, 3n), store(va + 4n, 2n));
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0061n);
    expect([bench.machine.memory.read(HERE + 4, 4), bench.machine.memory.read(HERE + 8, 8)]).toEqual([1n, 3n]);
  });
});

describe('a frame that was used before', () => {
  const push = (core: Core) => {
    if (core.setLocal(24, core.local(24) + 1n)) core.next();
  };
  const move = (by: bigint) => (core: Core) => {
    core.setSp(core.sp + by);
    core.next();
  };
  const frameStore = (core: Core) => {
    core.storeFrame(core.sp + 32n, 5n);
    core.complete();
  };

  it('is found again at another stack pointer of the same page, whatever its alignment', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.core.setSp(va);
    bench.program(push, push, move(4n), push, move(-4n), push);
    expect(bench.machine.memory.read(HERE + 24, 4)).toBe(3n);
    expect(bench.machine.memory.read(HERE + 28, 8)).toBe(1n);
  });

  it('is refused from the moment that SP is misaligned while SCTLR.SA is 1', () => {
    for (const use of [push, frameStore]) {
      const bench = new Bench();
      bench.enter('NS.EL2');
      bench.set('SCTLR_EL2', 8n);
      bench.core.setSp(va);
      bench.program(push, frameStore, move(8n), use);
      expect(bench.reg('ESR_EL2')).toBe(0x9a00_0000n);
    }
  });

  it('is another frame when translation is turned on', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(THERE) | AF | PAGE).on();
    bench.set('SCTLR_EL2', 0n);
    bench.core.setSp(tables.at(0));
    bench.program(push, push, set('SCTLR_EL2', 1n), push);
    expect([bench.machine.memory.read(Number(tables.at(0)) + 24, 8), bench.machine.memory.read(THERE + 24, 8)]).toEqual([2n, 1n]);
  });

  it('belongs to the stack pointer in use', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.set('SP_EL0', BigInt(THERE));
    bench.core.setSp(va);
    bench.program(push, set('SPSel', 0n), push, push, set('SPSel', 1n), push);
    expect([bench.machine.memory.read(HERE + 24, 8), bench.machine.memory.read(THERE + 24, 8)]).toEqual([2n, 2n]);
  });
});

describe('two worlds', () => {
  it('each find their own pages at the same address', () => {
    const bench = new Bench();
    new Gpt(bench).set(HERE, GPI_NS).on();
    bench.enter('NS.EL2');
    expect(bench.load(va)).toBe(0n);
    bench.enter('Realm.EL2');
    expect(bench.load(va)).toBeUndefined();
    bench.enter('NS.EL2');
    expect(bench.load(va)).toBe(0n);
  });
});

describe('the words of a page', () => {
  it('are decoded again after a store to the page', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const other = bench.word(0x11_0000, (core) => {
      core.set(R.x5, 5n);
      core.next();
    });
    const overwritten = (core: Core) => core.next();
    bench.program(store(BigInt(CODE) + 4n, BigInt(other.hash), 4), overwritten);
    expect(bench.reg('x5')).toBe(5n);
  });

  it('are decoded again after a store to a frame that shares the page', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    bench.core.setSp(BigInt(CODE) + 0x100n);
    const target = CODE + 0x118;
    const other = bench.word(0x11_0000, set('x5', 5n));
    const poke = (offset: number, value: bigint) => (core: Core) => {
      if (core.setLocal(offset, value)) core.next();
    };
    const go = (to: number) => (core: Core) => core.jump(BigInt(to));
    bench.word(target, (core) => {
      core.set(R.x5, 1n);
      core.jump(BigInt(CODE) + 8n);
    });
    // The frame is known as writable, then the page is decoded, the word executed, overwritten, and executed again.
    bench.program(poke(32, 0n), go(target), poke(24, BigInt(other.hash)), go(target));
    bench.core.step();
    bench.core.step();
    expect(bench.reg('x5')).toBe(5n);
  });
});

describe('the page of PC', () => {
  it('is another page from the next word on, when translation is turned on', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(THERE) | AF | PAGE).on();
    bench.set('SCTLR_EL2', 0n);
    const at = Number(tables.at(0));
    // The page is well known before: words of it were executed.
    for (const offset of [0, 4, 8]) bench.word(at + offset, (core) => core.next());
    bench.word(at + 12, set('SCTLR_EL2', 1n));
    bench.word(at + 16, set('x5', 1n));
    bench.word(THERE + 16, set('x5', 2n));
    bench.core.jump(tables.at(0));
    for (let i = 0; i < 5; i++) bench.core.step();
    expect(bench.reg('x5')).toBe(2n);
  });
});

describe("the debugger's eyes", () => {
  it('fill no TLB when they look at the next word', () => {
    const bench = new Bench();
    const tables = new Stage1Tables(bench, 2).page(0, va | AF | PAGE);
    const gpt = new Gpt(bench).on();
    bench.enter('NS.EL2');
    tables.on();
    const word = bench.word(HERE, (core) => core.next());
    bench.core.jump(tables.at(0));
    expect(bench.core.upcoming()).toBe(word);
    const { translations, stage2, granules } = bench.core.tlb.save();
    expect([translations.size, stage2.size, granules.size]).toEqual([0, 0, 0]);
    gpt.set(HERE, GPI_REALM);
    expect(bench.core.upcoming()).toBeNull();
    expect(bench.events).toEqual([]);
  });
});

describe('a page that EL1 read before', () => {
  const IPA = 0x3fe0_0000;
  const leaf2 = (pa: number) => BigInt(pa) | S2_RW | S2.PAGE;

  /** Page 0 of both stages leads to `HERE`; a load of it is known. */
  function guest(): { bench: Bench; stages: Stages } {
    const bench = new Bench();
    bench.machine.memory.write(HERE, 8, 1n);
    bench.machine.memory.write(THERE, 8, 2n);
    bench.enter('Realm.EL1');
    const stages = new Stages(bench).page2(0, leaf2(HERE)).page2(1, leaf2(THERE)).stage2();
    stages.page1(0, stages.at(0) | S1.AF | S1.PAGE | S1.NG).stage1();
    bench.enter('Realm.EL1');
    bench.program(load('x0', BigInt(IPA)), load('x0', BigInt(IPA)));
    expect(bench.reg('x0')).toBe(1n);
    return { bench, stages };
  }

  it('is another page for another VMID, ASID or table, and the same one again when these come back', () => {
    const { bench, stages } = guest();
    const other = 0xb0_0000;
    for (let i = 0; i < 512; i++) bench.machine.memory.write(other + 8 * i, 8, bench.machine.memory.read(S2_TABLE_1 + 8 * i, 8));
    stages.page2(0, leaf2(THERE));
    bench.word(CODE, load('x0', BigInt(IPA)));
    bench.core.jump(BigInt(CODE));
    bench.core.step();
    const { epoch } = bench.machine.memory;
    const seen = (vttbr: bigint, asid: bigint) => {
      bench.set('VTTBR_EL2', vttbr);
      bench.set('TTBR0_EL1', BigInt(EL1_TABLE_1) | (asid << 48n));
      bench.enter('Realm.EL1');
      bench.core.jump(BigInt(CODE));
      bench.core.step();
      expect(bench.machine.memory.epoch, 'nothing else made the core look again').toBe(epoch);
      return bench.reg('x0');
    };
    const vmid = (n: bigint) => BigInt(S2_TABLE_1) | (n << 48n);
    expect([seen(vmid(1n), 1n), seen(vmid(2n), 1n), seen(vmid(1n), 1n)]).toEqual([1n, 2n, 1n]);
    // Another ASID walks stage 1 again, whose output stage 2 still knows; another table with the same VMID changes nothing.
    expect([seen(vmid(1n), 5n), seen(BigInt(other) | (1n << 48n), 1n)]).toEqual([1n, 1n]);
  });

  it('is looked up anew from the word on that changes TTBR0_EL1', () => {
    const { bench } = guest();
    // The code is mapped by a global entry, which the TLB keeps; the page belongs to the ASID before.
    const empty = 0xc0_0000n | (9n << 48n);
    bench.program(load('x1', BigInt(IPA)), set('TTBR0_EL1', empty), load('x2', BigInt(IPA)));
    expect(bench.reg('x1')).toBe(1n);
    expect(bench.of('translation_fault')).toMatchObject([{ va: BigInt(IPA), problem: 'translation fault at level 1' }]);
  });

  it('is refused to EL0, although EL1 knows it', () => {
    const { bench } = guest();
    const access = { kind: 'read', purpose: 'data', va: BigInt(IPA), size: 8, pa: 0, space: 0 } as const;
    bench.enter('Realm.EL0');
    expect(bench.core.translate({ ...access }, { core: bench.core, view: bench.core, tlb: true })).toMatchObject({ status: 'permission' });
    bench.enter('Realm.EL1');
    expect(bench.load(BigInt(IPA))).toBe(1n);
  });

  it('is looked up again after EL2 has invalidated both stages', () => {
    const { bench, stages } = guest();
    stages.page2(0, leaf2(THERE));
    expect(bench.load(BigInt(IPA))).toBe(1n);
    bench.enter('Realm.EL2');
    bench.program(tlbi('IPAS2E1IS', BigInt(IPA) >> 12n), tlbi('VMALLE1IS'));
    bench.enter('Realm.EL1');
    expect(bench.load(BigInt(IPA))).toBe(2n);
  });
});
