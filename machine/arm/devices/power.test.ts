/** Turning cores on and off as TF-A's FVP port does it. */
import { describe, expect, it } from 'vitest';
import { R } from '../registers/index.ts';
import { ROOT_EL3 } from '../states.ts';
import { Bench, CODE } from '../test-support.ts';
import { MAP } from './mmio.ts';
import { PPOFFR, PPONR, PSYSR, PSYSR_AFF_L0, PSYSR_AFF_L1, PSYSR_INVALID, PSYSR_PP, PWKUPR, PWKUPR_WEN, WKUP_PPONR } from './power.ts';

const at = (offset: number) => BigInt(MAP.powerController + offset);
const MPIDR = (core: number) => 0x8000_0000n | BigInt(core);

function status(bench: Bench, core: number): number {
  bench.store(at(PSYSR), MPIDR(core), 4);
  return Number(bench.load(at(PSYSR), 4));
}

/** Core `id` executes WFI in a step of the machine. */
function waits(bench: Bench, id: number): void {
  bench.instruction(CODE + 0x800, 'wfi');
  bench.coreAt(id).jump(BigInt(CODE + 0x800));
  while (bench.machine.next?.id !== id) bench.machine.step();
  bench.machine.step();
}

describe('the power controller', () => {
  it('has all cores but the first off after power-on', () => {
    const bench = new Bench({ cores: 2 });
    expect(status(bench, 0) & PSYSR_AFF_L0).toBeGreaterThan(0);
    expect(status(bench, 1) & PSYSR_AFF_L0).toBe(0);
    expect(status(bench, 1) & PSYSR_AFF_L1).toBeGreaterThan(0);
    expect(bench.coreAt(1).status).toBe('off');
  });

  it('turns a core on at reset in Root state, with the reason', () => {
    const bench = new Bench({ cores: 2 });
    const core = bench.coreAt(1);
    core.regs[R.GPCCR_EL3] = 1n << 16n;
    core.regs[R.x0] = 5n;
    bench.store(at(PPONR), MPIDR(1), 4);
    expect(core.status).toBe('running');
    expect([core.state, core.pc]).toEqual([ROOT_EL3, BigInt(CODE)]);
    expect(bench.of('core_power')).toMatchObject([{ core: 0, target: 1, on: true }]);
    expect((status(bench, 1) >>> 24) & 3).toBe(WKUP_PPONR);
    // Each core has a GPCCR_EL3 of its own, and reset clears it: a core that firmware forgets checks nothing.
    expect(core.regs[R.GPCCR_EL3]).toBe(0n);
  });

  it('leaves a core that is on alone, and the granule protection of the others', () => {
    const bench = new Bench({ cores: 2 });
    bench.coreAt(0).regs[R.GPTBR_EL3] = 7n;
    bench.store(at(PPONR), MPIDR(1), 4);
    bench.coreAt(1).regs[R.x5] = 9n;
    bench.store(at(PPONR), MPIDR(1), 4);
    expect(bench.of('core_power')).toHaveLength(1);
    expect(bench.coreAt(1).regs[R.x5]).toBe(9n);
    expect(bench.reg('GPTBR_EL3')).toBe(7n);
  });

  it('turns a core off when it waits for an interrupt, not before', () => {
    const bench = new Bench({ cores: 2 });
    bench.store(at(PPONR), MPIDR(1), 4);
    bench.store(at(PPOFFR), MPIDR(1), 4);
    expect(bench.coreAt(1).status).toBe('running');
    expect(status(bench, 1) & PSYSR_PP).toBeGreaterThan(0);
    waits(bench, 1);
    expect(bench.coreAt(1).status).toBe('off');
    expect(status(bench, 1) & (PSYSR_PP | PSYSR_AFF_L0)).toBe(0);
    expect(bench.of('core_power').at(-1)).toMatchObject({ core: 1, target: 1, on: false });
  });

  it('only waits where it was not told to go off, or where PPONR came in between', () => {
    const bench = new Bench({ cores: 2 });
    bench.store(at(PPONR), MPIDR(1), 4);
    bench.store(at(PPOFFR), MPIDR(1), 4);
    bench.store(at(PPONR), MPIDR(1), 4);
    waits(bench, 1);
    expect(bench.coreAt(1).status).toBe('waiting');
  });

  it('says so of a core that there is not', () => {
    const bench = new Bench({ cores: 2 });
    expect(status(bench, 2)).toBe(PSYSR_INVALID);
    bench.store(at(PPONR), MPIDR(2), 4);
    expect(bench.of('core_power')).toEqual([]);
  });

  it('is reached by Root and not by Non-secure accesses', () => {
    const bench = new Bench({ cores: 2 });
    bench.enter('NS.EL2');
    expect(bench.store(at(PPONR), MPIDR(1), 4)).toBe(false);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0050n);
    expect(bench.coreAt(1).status).toBe('off');
    bench.enter('Root.EL3');
    expect(bench.store(at(PPONR), MPIDR(1), 4)).toBe(true);
    expect(bench.coreAt(1).status).toBe('running');
  });

  it('comes back with a snapshot', () => {
    const bench = new Bench({ cores: 2 });
    bench.store(at(PPONR), MPIDR(1), 4);
    bench.store(at(PPOFFR), MPIDR(1), 4);
    bench.store(at(PWKUPR), MPIDR(1) | BigInt(PWKUPR_WEN), 4);
    const before = status(bench, 1);
    const snapshot = bench.machine.snapshot();
    bench.store(at(PWKUPR), 1n, 4);
    bench.store(at(PPONR), MPIDR(1), 4);
    expect(status(bench, 1)).not.toBe(before);
    bench.machine.restore(snapshot);
    expect(status(bench, 1)).toBe(before);
  });
});
