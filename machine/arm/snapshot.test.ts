/** Snapshots: restoring one and running on is the same run, to the bit. */
import { describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../core/machine.ts';
import { GPI_ANY, GPI_NS } from './gpi.ts';
import { GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { AF, PAGE, Stage1Tables } from './page-tables.test-support.ts';
import { Random } from './random.test-support.ts';
import { R } from './registers/index.ts';
import { Bench, CODE, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';

const DATA = 0x800_0000;
const DATA_PAGES = 4;
const STACKS = 0x900_0000;

/** What a random program is made of: loads, stores, frames, monitor calls, changes of tables, with and without invalidation. */
function draw(random: Random, bench: Bench, at: number, mapped: bigint): void {
  const va = (random.chance(0.5) ? BigInt(DATA) : mapped) + BigInt(random.below(DATA_PAGES * 0x1000 - 8) & ~7);
  const register = R.x1 + random.below(8);
  const value = random.wide(64);
  switch (random.below(8)) {
    case 0:
    case 1:
      bench.word(at, (core) => {
        const loaded = core.load(va, 8);
        if (core.commit()) {
          core.set(register, loaded);
          core.next();
        }
      });
      break;
    case 2:
    case 3:
      bench.word(at, (core) => {
        core.store(va, 8, core.regs[register] ^ value);
        core.complete();
      });
      break;
    case 4:
      bench.word(at, (core) => {
        const sum = BigInt.asUintN(64, core.local(24) + value);
        if (core.fault === null && core.setLocal(24, sum)) core.next();
      });
      break;
    case 5:
      bench.instruction(at, 'smc', [BigInt(random.below(3))]);
      break;
    case 6:
      bench.instruction(at, 'tlbi', [BigInt(TLB_OPERATIONS.findIndex((row) => row.name === 'ALLE2IS'))]);
      break;
    default:
      bench.word(at, (core) => {
        const next = BigInt.asUintN(64, core.sp + (value & 1n ? 0x40n : -0x40n));
        core.setSp((next & 0xff0n) | (core.sp & ~0xff0n));
        core.next();
      });
  }
}

/** Handlers: EL3 toggles a granule between Non-secure and Realm, sometimes invalidates; EL2 skips what faulted. */
function handlers(bench: Bench): void {
  const entry = GPT_LEVEL1 + 8 * (DATA / 0x1_0000);
  bench.word(VECTORS_EL3 + 0x400, (core) => {
    const old = core.load(BigInt(entry), 8);
    const immediate = core.regs[R.ESR_EL3] & 0xffn;
    core.store(BigInt(entry), 8, immediate === 0n ? old : old ^ (0b10n << (immediate * 4n)));
    core.complete();
  });
  bench.word(VECTORS_EL3 + 0x404, (core) => core.branch((core.regs[R.x1] & 1n) === 0n ? 1 : 2));
  bench.instruction(VECTORS_EL3 + 0x408, 'tlbi', [BigInt(TLB_OPERATIONS.findIndex((row) => row.name === 'PAALLOS'))]);
  bench.instruction(VECTORS_EL3 + 0x40c, 'eret');
  bench.word(VECTORS_EL2 + 0x200, (core) => {
    core.set(R.ELR_EL2, BigInt.asUintN(64, core.regs[R.ELR_EL2] + 4n));
    core.next();
  });
  bench.instruction(VECTORS_EL2 + 0x204, 'eret');
}

function program(seed: number): Bench {
  const random = new Random(seed);
  const bench = new Bench({ cores: 2, schedule: { seed } });
  handlers(bench);
  const gpt = new Gpt(bench, GPI_ANY);
  for (let page = 0; page < DATA_PAGES; page++) gpt.set(DATA + 0x1000 * page, GPI_NS);
  for (const [id, core] of bench.machine.cores.entries()) {
    bench.enter('NS.EL2', bench.coreAt(id));
    core.regs[R.VBAR_EL2] = BigInt(VECTORS_EL2);
    core.regs[R.VBAR_EL3] = BigInt(VECTORS_EL3);
    core.setSp(BigInt(STACKS + 0x1_0000 * id + 0x800));
    const from = CODE + 0x1_0000 * id;
    const words = 60;
    const mapped = new Stage1Tables(bench, 2).at(0);
    for (let i = 0; i < words; i++) draw(random, bench, from + 4 * i, mapped);
    bench.word(from + 4 * words, (each) => each.branch(-words));
    core.jump(BigInt(from));
    core.status = 'running';
  }
  const tables = new Stage1Tables(bench, 2);
  for (let page = 0; page < DATA_PAGES; page++) tables.page(page, BigInt(DATA + 0x1000 * page) | AF | PAGE);
  for (const core of bench.machine.cores) {
    core.write(R.TCR_EL2, 25n | (5n << 16n));
    core.write(R.TTBR0_EL2, 0x70_0000n);
    core.write(R.SCTLR_EL2, 1n);
  }
  gpt.on();
  return bench;
}

/** Everything that the run has made, as one comparable value. */
function digest(bench: Bench): unknown {
  const { machine } = bench;
  const pages = [DATA, STACKS, STACKS + 0x1_0000, GPT_LEVEL1 + 8 * (DATA / 0x1_0000)].flatMap((pa) =>
    [0, 1, 2, 3].map((i) => pa / 0x1000 + i),
  );
  return {
    steps: machine.steps,
    cores: machine.cores.map((core) => ({ regs: [...core.regs], pc: core.pc, state: core.state, status: core.status, sp: core.sp })),
    memory: pages.map((page) => [...machine.memory.page(Math.floor(page)).u64]),
    tlbs: machine.cores.map((_, id) => {
      const { translations, granules, tables } = bench.coreAt(id).tlb.save();
      const entries = [...translations].flatMap(([context, map]) => [...map].map(([key, entry]) => [context, key, entry]));
      return [new Map(entries.map(([context, key, entry]) => [`${context} ${key}`, entry])), granules, tables].map((map) =>
        [...map].map(([key, entry]) => [String(key), entry] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }),
  };
}

function run(bench: Bench, steps: number): void {
  for (let i = 0; i < steps; i++) bench.machine.step();
}

describe('a snapshot', () => {
  it('restored and run on gives the same events, registers, memory and TLBs as the run that was not interrupted', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const plain = program(seed);
      run(plain, 1500);
      const bench = program(seed);
      run(bench, 500);
      const snapshot = bench.machine.snapshot();
      run(bench, 1000);
      expect(digest(bench), `seed ${seed}: a snapshot changes nothing`).toEqual(digest(plain));
      const events = bench.events.filter((event) => event.step >= 500);
      bench.events.length = 0;
      bench.machine.restore(snapshot);
      run(bench, 1000);
      expect(digest(bench), `seed ${seed}: after restoring`).toEqual(digest(plain));
      expect(bench.events).toEqual(events);
      for (const event of events) kinds.add(event.kind);
    }
    // A program that only loads and stores would prove little.
    for (const kind of ['smc', 'gpc_fault', 'exception_entry', 'exception_return', 'tlb_maintenance']) expect(kinds).toContain(kind);
  });

  it('can be restored in any order, any number of times', () => {
    const bench = program(99);
    const random = new Random(5);
    const known: { readonly snapshot: MachineSnapshot; readonly digest: unknown }[] = [];
    for (let i = 0; i < 8; i++) {
      known.push({ snapshot: bench.machine.snapshot(), digest: digest(bench) });
      run(bench, 137);
    }
    for (let i = 0; i < 20; i++) {
      const chosen = random.below(known.length);
      bench.machine.restore(known[chosen].snapshot);
      expect(digest(bench)).toEqual(known[chosen].digest);
      const distance = random.below(known.length - chosen);
      run(bench, 137 * distance);
      expect(digest(bench)).toEqual(known[chosen + distance].digest);
    }
  });

  it('keeps the world that ran before, so that a world switch is told again', () => {
    const bench = new Bench();
    bench.set('SCR_EL3', 1n);
    bench.set('SPSR_EL3', 0x3c9n);
    bench.execute('eret');
    bench.instruction(0, 'smc', [0n]);
    bench.core.jump(0n);
    bench.core.step();
    bench.set('SCR_EL3', 1n | (1n << 62n));
    const snapshot = bench.machine.snapshot();
    for (let i = 0; i < 2; i++) {
      bench.events.length = 0;
      bench.execute('eret');
      expect(bench.of('world_switch')).toHaveLength(1);
      bench.machine.restore(snapshot);
    }
  });
});
