/** What Non-secure software and guests can do to a GIC, whatever they try: nothing that is not theirs. IHI 0069H.b, 4.6. */
import { describe, expect, it } from 'vitest';
import { Random } from '../random.test-support.ts';
import { REGISTERS } from '../registers/index.ts';
import { STATES } from '../states.ts';
import { GicBench } from './gic.test-support.ts';
import { REDISTRIBUTOR_SIZE, SGI_FRAME } from './gic-mmio.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S } from './interrupts.ts';
import { MAP } from './mmio.ts';

const GROUPS = [GROUP_0, GROUP_1S, GROUP_1NS] as const;
const RUNS = 20;
const STEPS = 150;

/** Registers of the CPU interface, and those of the distributor and redistributors that are about interrupts. */
const SYSTEM = REGISTERS.map((row, index) => ({ row, index })).filter(({ row }) => row.name.startsWith('ICC_'));
const BANKS = [0x0, 0x80, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x410, 0x41c, 0xc00, 0xc04, 0xd00];

function configured(random: Random): GicBench {
  const bench = new GicBench(2);
  for (let i = 0; i < 24; i++) {
    const intid = random.pick([random.below(32), 32 + random.below(64)]);
    bench.configure(intid, random.pick(GROUPS), { core: random.below(2), priority: 8 * random.below(32) });
    if (intid >= 16 && random.chance(0.5)) bench.gic.setLine(random.below(2), intid, true, 'test');
  }
  return bench;
}

/** Everything that is kept of interrupts of the Secure groups. */
function secureSide({ gic: { interrupts, forwarded, cpus, asleep } }: GicBench): string {
  const rows = Array.from({ length: interrupts.count }, (_, i) => i).filter((i) => interrupts.group(i) !== GROUP_1NS);
  return JSON.stringify({
    rows: rows.map((i) => [
      i,
      interrupts.enabled[i],
      interrupts.latched[i],
      interrupts.active[i],
      interrupts.edge[i],
      interrupts.priority[i],
      interrupts.routes[i],
    ]),
    forwarded: [forwarded[GROUP_0], forwarded[GROUP_1S]],
    asleep: [...asleep],
    cpus: cpus.map((cpu) => [
      cpu.groupEnabled(GROUP_0),
      cpu.groupEnabled(GROUP_1S),
      cpu.binaryPoint(GROUP_1S),
      cpu.control(true),
      cpu.eoiModeEl3,
      cpu.active[GROUP_1S],
      cpu.active[GROUP_0],
    ]),
  });
}

/** One access that the present state may try: a register of the CPU interface, or of the blocks in memory. */
function attempt(bench: GicBench, random: Random): void {
  if (random.chance(0.5)) {
    const { index } = random.pick(SYSTEM);
    const value = random.chance(0.3) ? random.wide(64) : BigInt(random.below(256));
    bench.run((core) => {
      if (random.chance(0.5)) core.read(index);
      else if (core.mayWrite(index)) core.write(index, value);
      core.complete();
    });
    return;
  }
  const base = random.pick([MAP.gicDistributor, MAP.gicRedistributors + SGI_FRAME, MAP.gicRedistributors + REDISTRIBUTOR_SIZE + SGI_FRAME]);
  bench.store(BigInt(base + random.pick(BANKS)), random.wide(32), 4);
}

describe('Non-secure software whose FIQs EL3 takes', () => {
  it(`changes nothing of the Secure groups in ${RUNS} runs of ${STEPS} random accesses`, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new Random(seed);
      const bench = configured(random);
      // Without SCR_EL3.FIQ, the registers of group 0 are its own. 12.2, ICC_IGRPEN0_EL1.
      bench.set('SCR_EL3', 4n);
      bench.enter('NS.EL2');
      const { state } = bench.core;
      const before = secureSide(bench);
      for (let step = 0; step < STEPS; step++) {
        attempt(bench, random);
        // What a trap or an undefined register led to is not the subject.
        if (bench.core.state !== state) bench.enter(STATES[state].id);
        expect(secureSide(bench), `seed ${seed}, step ${step}`).toBe(before);
      }
    }
  });
});

describe('a guest with a virtual CPU interface', () => {
  it(`changes nothing of the physical one in ${RUNS} runs of ${STEPS} random accesses`, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new Random(1000 + seed);
      const bench = configured(random);
      bench.enter('Realm.EL2');
      bench.set('HCR_EL2', (1n << 31n) | (1n << 4n) | (1n << 3n));
      bench.set('ICH_VMCR_EL2', (0xf8n << 24n) | 3n);
      bench.set('ICH_HCR_EL2', 1n);
      for (const name of ['ICH_LR0_EL2', 'ICH_LR1_EL2', 'ICH_LR2_EL2'] as const) {
        const lr = (1n << 62n) | (BigInt(random.below(2)) << 60n) | (BigInt(8 * random.below(32)) << 48n) | BigInt(32 + random.below(64));
        bench.set(name, lr);
      }
      const physical = () => {
        const { cpus, interrupts } = bench.gic;
        const { enabled, latched, active, priority } = interrupts;
        return (
          [enabled, latched, active, priority, ...cpus.map((cpu) => cpu.active)].join(';') + JSON.stringify(cpus.map((cpu) => cpu.save()))
        );
      };
      const before = physical();
      for (let step = 0; step < STEPS; step++) {
        bench.enter('Realm.EL1');
        const { index } = random.pick(SYSTEM);
        const value = random.chance(0.5) ? BigInt(32 + random.below(64)) : random.wide(64);
        bench.run((core) => {
          if (random.chance(0.5)) core.read(index);
          else if (core.mayWrite(index)) core.write(index, value);
          core.complete();
        });
        expect(physical() === before, `seed ${seed}, step ${step}`).toBe(true);
      }
    }
  });
});
