/** DMA through the SMMU: with its granule protection checks nothing protected moves, without them everything does. */
import { describe, expect, it } from 'vitest';
import { GPI_NS } from '../gpi.ts';
import { GPCCR_ON, GPT_LEVEL0, Gpt } from '../gpt.test-support.ts';
import { TLB_OPERATIONS } from '../instructions/tlbi.ts';
import { Bench, CODE } from '../test-support.ts';
import {
  ABORTED,
  BUSY,
  DMA_CONTROL,
  DMA_DST,
  DMA_LENGTH,
  DMA_MOVED,
  DMA_SRC,
  DMA_STATUS,
  DMA_STREAM,
  DONE,
  INTERRUPT,
  SPI_DMA,
  START,
} from './dma.ts';
import { GicBench } from './gic.test-support.ts';
import { GROUP_1NS } from './interrupts.ts';
import { MAP } from './mmio.ts';
import {
  ACCESSEN,
  GBPA_ABORT,
  GPCEN,
  SMMU_CR0,
  SMMU_GBPA,
  SMMU_ROOT_CR0,
  SMMU_ROOT_CR0ACK,
  SMMU_ROOT_GPF_FAR,
  SMMU_ROOT_GPT_BASE,
  SMMU_ROOT_GPT_BASE_CFG,
  SMMU_ROOT_GPT_CFG_FAR,
  SMMU_ROOT_TLBI,
  SMMU_ROOT_TLBI_CTRL,
} from './smmu.ts';

const GPI_REALM = 0b1011;
const SOURCE = 0x900_0000;
const TARGET = 0x900_4000;
const PATTERN = 0x1122_3344_5566_7788n;

const dma = (offset: number) => BigInt(MAP.dmaEngine + offset);
const smmu = (offset: number) => BigInt(MAP.smmu + offset);

/** A machine with a table in which everything is Non-secure but TARGET, a Realm's; bytes at SOURCE; the SMMU set up by Root. */
function system(control: bigint, bench: Bench = new Bench()): { bench: Bench; gpt: Gpt } {
  const gpt = new Gpt(bench, GPI_NS).set(TARGET, GPI_REALM);
  for (let i = 0; i < 0x2000; i += 8) bench.machine.memory.write(SOURCE + i, 8, PATTERN + BigInt(i));
  // As TF-A programs it: the values of GPTBR_EL3 and GPCCR_EL3.
  bench.store(smmu(SMMU_ROOT_GPT_BASE), BigInt(GPT_LEVEL0));
  bench.store(smmu(SMMU_ROOT_GPT_BASE_CFG), GPCCR_ON & ~(1n << 16n), 4);
  bench.store(smmu(SMMU_ROOT_CR0), control, 4);
  return { bench, gpt };
}

/** The host copies; the machine steps until the engine is idle. */
function copy(bench: Bench, from: number, to: number, length: number, control = START): number {
  bench.store(dma(DMA_SRC), BigInt(from));
  bench.store(dma(DMA_DST), BigInt(to));
  bench.store(dma(DMA_LENGTH), BigInt(length), 4);
  bench.store(dma(DMA_STREAM), 7n, 4);
  bench.store(dma(DMA_CONTROL), BigInt(control), 4);
  for (let i = 0; i < 64; i++) bench.instruction(CODE + 0x1000 + 4 * i, 'nop');
  bench.core.jump(BigInt(CODE + 0x1000));
  while ((bench.machine.device('dma')?.deadline ?? 0) !== Number.POSITIVE_INFINITY) bench.machine.step();
  return Number(bench.load(dma(DMA_STATUS), 4));
}

const at = (bench: Bench, pa: number) => bench.machine.memory.read(pa, 8);
const tlbi = (bench: Bench, name: string, operand = 0n) =>
  bench.execute('tlbi', BigInt(TLB_OPERATIONS.findIndex((row) => row.name === name)), operand);

describe('DMA', () => {
  it('moves Non-secure memory, a burst each step, and says so', () => {
    const { bench } = system(ACCESSEN | GPCEN);
    const before = bench.machine.time;
    expect(copy(bench, SOURCE, TARGET + 0x1000, 0x400)).toBe(DONE);
    expect(bench.machine.time - before).toBe(4);
    expect([at(bench, TARGET + 0x1000), at(bench, TARGET + 0x13f8), at(bench, TARGET + 0x1400)]).toEqual([PATTERN, PATTERN + 0x3f8n, 0n]);
    const events = bench.of('dma');
    expect(events).toHaveLength(8);
    expect(events[0]).toMatchObject({ master: 'DMA engine', stream: 7, pa: SOURCE, space: 0, access: 'read', allowed: true });
  });

  it('into Realm memory is aborted where the SMMU checks, and overwrites it where it does not', () => {
    for (const [control, status, value] of [
      [ACCESSEN | GPCEN, ABORTED, 0n],
      [ACCESSEN, DONE, PATTERN],
    ] as const) {
      const { bench } = system(control);
      expect(copy(bench, SOURCE, TARGET, 0x100)).toBe(status);
      expect(at(bench, TARGET)).toBe(value);
      // FPAS Non-secure, the address, REASON = TRANSACTION, FAULT.
      const far = (1n << 62n) | BigInt(TARGET) | 0b0111n;
      expect(bench.load(smmu(SMMU_ROOT_GPF_FAR))).toBe(status === ABORTED ? far : 0n);
      expect(bench.of('dma').at(-1)).toMatchObject({ access: 'write', allowed: status === DONE });
    }
  });

  it('out of Realm memory is aborted before a byte is read', () => {
    const { bench } = system(ACCESSEN | GPCEN);
    bench.machine.memory.write(TARGET, 8, PATTERN);
    expect(copy(bench, TARGET, SOURCE + 0x3_0000, 0x100)).toBe(ABORTED);
    expect(at(bench, SOURCE + 0x3_0000)).toBe(0n);
  });

  it('stops at the granule that is refused; what was moved before stays', () => {
    const { bench } = system(ACCESSEN | GPCEN);
    expect(copy(bench, SOURCE, TARGET - 0x200, 0x400)).toBe(ABORTED);
    expect(bench.load(dma(DMA_MOVED), 4)).toBe(0x200n);
    expect([at(bench, TARGET - 8), at(bench, TARGET)]).toEqual([PATTERN + 0x1f8n, 0n]);
  });

  it('is aborted altogether until Root enables accesses, or while GBPA says so', () => {
    const off = system(0n).bench;
    expect(copy(off, SOURCE, TARGET + 0x1000, 0x100)).toBe(ABORTED);
    expect(off.of('dma')[0].problem).toBe('SMMU_ROOT_CR0.ACCESSEN is 0');
    const { bench } = system(ACCESSEN);
    bench.store(smmu(SMMU_GBPA), GBPA_ABORT, 4);
    expect(copy(bench, SOURCE, TARGET + 0x1000, 0x100)).toBe(DONE); // without Update it is not written
    bench.store(smmu(SMMU_GBPA), GBPA_ABORT | (1n << 31n), 4);
    expect(copy(bench, SOURCE, TARGET + 0x1000, 0x100)).toBe(ABORTED);
  });

  it('is aborted where nothing answers, and where a device does', () => {
    const { bench } = system(ACCESSEN);
    expect(copy(bench, 0x1_0000_0000, SOURCE, 8)).toBe(ABORTED);
    expect(copy(bench, SOURCE, MAP.dmaEngine, 8)).toBe(ABORTED);
    expect(bench.of('dma').at(-1)?.problem).toBe('nothing answers');
  });

  it('interrupts at its end if it was asked to', () => {
    for (const control of [START, START | INTERRUPT]) {
      const bench = new GicBench();
      bench.configure(SPI_DMA, GROUP_1NS, { edge: true });
      system(ACCESSEN, bench);
      copy(bench, SOURCE, TARGET, 8, control);
      expect(bench.of('interrupt_pending').length).toBe(control === START ? 0 : 1);
    }
  });

  it('goes on after a snapshot as it did without one', () => {
    const { bench } = system(ACCESSEN | GPCEN);
    copy(bench, SOURCE, TARGET + 0x1000, 0);
    bench.store(dma(DMA_LENGTH), 0x400n, 4);
    bench.store(dma(DMA_CONTROL), BigInt(START), 4);
    bench.core.jump(BigInt(CODE + 0x1000));
    bench.machine.step();
    bench.machine.step();
    const snapshot = bench.machine.snapshot();
    const finish = () => {
      bench.machine.step();
      bench.machine.step();
      return [bench.load(dma(DMA_STATUS), 4), at(bench, TARGET + 0x13f8)];
    };
    const first = finish();
    bench.machine.restore(snapshot);
    expect(bench.load(dma(DMA_STATUS), 4)).toBe(BigInt(BUSY));
    bench.core.jump(BigInt(CODE + 0x1000));
    expect(finish()).toEqual(first);
    expect(first).toEqual([BigInt(DONE), PATTERN + 0x3f8n]);
  });
});

describe('the SMMU', () => {
  it('remembers granules until a broadcast TLBI by physical address, or its own, drops them', () => {
    const invalidations: readonly (readonly [string, (bench: Bench) => void, boolean])[] = [
      ['nothing', () => {}, true],
      ['TLBI PAALL of this PE', (bench) => tlbi(bench, 'PAALL'), true],
      ['TLBI RPALOS of another granule', (bench) => tlbi(bench, 'RPALOS', BigInt(SOURCE) >> 12n), true],
      ['TLBI RPALOS', (bench) => tlbi(bench, 'RPALOS', BigInt(TARGET + 0x1000) >> 12n), false],
      ['TLBI PAALLOS', (bench) => tlbi(bench, 'PAALLOS'), false],
      ['SMMU_ROOT_TLBI by address', (bench) => invalidate(bench, BigInt(TARGET + 0x1000) | 2n), false],
      ['SMMU_ROOT_TLBI of all', (bench) => invalidate(bench, 1n), false],
    ];
    const invalidate = (bench: Bench, operand: bigint) => {
      bench.store(smmu(SMMU_ROOT_TLBI), operand);
      bench.store(smmu(SMMU_ROOT_TLBI_CTRL), 1n, 4);
    };
    for (const [name, drop, stale] of invalidations) {
      const { bench, gpt } = system(ACCESSEN | GPCEN);
      copy(bench, SOURCE, TARGET + 0x1000, 0x100);
      gpt.set(TARGET + 0x1000, GPI_REALM);
      drop(bench);
      // A stale entry lets the device write memory that is a Realm's by now.
      expect(copy(bench, SOURCE + 0x100, TARGET + 0x1000, 0x100), name).toBe(stale ? DONE : ABORTED);
    }
  });

  it('keeps the first fault until Root clears it', () => {
    const { bench, gpt } = system(ACCESSEN | GPCEN);
    gpt.set(TARGET + 0x2000, GPI_REALM);
    copy(bench, SOURCE, TARGET, 8);
    const first = bench.load(smmu(SMMU_ROOT_GPF_FAR));
    copy(bench, SOURCE, TARGET + 0x2000, 8);
    bench.store(smmu(SMMU_ROOT_GPF_FAR), 1n);
    expect(bench.load(smmu(SMMU_ROOT_GPF_FAR))).toBe(first);
    bench.store(smmu(SMMU_ROOT_GPF_FAR), 0n);
    expect(bench.load(smmu(SMMU_ROOT_GPF_FAR))).toBe(0n);
    copy(bench, SOURCE, TARGET + 0x2000, 8);
    expect(bench.load(smmu(SMMU_ROOT_GPF_FAR))).toBe((1n << 62n) | BigInt(TARGET + 0x2000) | 0b0111n);
  });

  it('reports a table that it cannot use apart from a granule that is forbidden', () => {
    const cases: readonly (readonly [number, (bench: Bench, gpt: Gpt) => void])[] = [
      [0, (bench) => bench.store(smmu(SMMU_ROOT_GPT_BASE_CFG), GPCCR_ON | (0b11n << 14n), 4)],
      [1, (bench) => bench.store(smmu(SMMU_ROOT_GPT_BASE), 1n << 40n)],
      [2, (_, gpt) => gpt.level0(0, 0xc000_0000n | 0b0011n)],
      [3, (_, gpt) => gpt.level1(TARGET, 0b0010n)],
      [4, (_, gpt) => gpt.level0(0, (1n << 41n) | 0b0011n)],
    ];
    for (const [error, spoil] of cases) {
      // The last GB of the protected 4 GB is no memory here.
      const memory = [{ name: 'dram', from: 0, to: 0xc000_0000 }];
      const { bench, gpt } = system(ACCESSEN | GPCEN, new Bench({ memory }));
      spoil(bench, gpt);
      expect(copy(bench, TARGET, SOURCE, 8)).toBe(ABORTED);
      const far = (1n << 62n) | (BigInt(error) << 56n) | BigInt(TARGET) | 0b0111n;
      expect(bench.load(smmu(SMMU_ROOT_GPT_CFG_FAR)), `CFG_ERR ${error}`).toBe(far);
      expect(bench.load(smmu(SMMU_ROOT_GPF_FAR))).toBe(0n);
    }
  });

  it('shows its Root page to Root alone', () => {
    const { bench } = system(ACCESSEN | GPCEN);
    expect(bench.load(smmu(SMMU_ROOT_CR0ACK), 4)).toBe(3n);
    bench.enter('NS.EL2');
    expect(bench.load(smmu(SMMU_ROOT_CR0), 4)).toBe(0n);
    bench.store(smmu(SMMU_ROOT_CR0), ACCESSEN, 4);
    bench.enter('Realm.EL2');
    bench.store(smmu(SMMU_ROOT_CR0), ACCESSEN, 4);
    bench.enter('Root.EL3');
    expect(bench.load(smmu(SMMU_ROOT_CR0), 4)).toBe(3n);
  });

  it('stops whoever turns its translation on, since it has none', () => {
    const { bench } = system(ACCESSEN);
    bench.store(smmu(SMMU_CR0), 1n, 4);
    expect(bench.of('absent')).toMatchObject([{ feature: 'SMMU translation (SMMU_CR0.SMMUEN)' }]);
    expect(bench.core.status).toBe('halted');
  });
});
