/** Explanations of both stages: every descriptor with its address, and which field decided. */
import { describe, expect, it } from 'vitest';
import type { Access, AccessKind } from '../core/access.ts';
import { type ExplainedAccess, type ExplainedStep, Explanation } from '../core/explain.ts';
import {
  EL1_TABLE_1,
  EL1_TABLE_2,
  EL1_TABLE_3,
  S1,
  S2,
  S2_RW,
  S2_TABLE_1,
  S2_TABLE_2,
  S2_TABLE_3,
  Stages,
  s2xn,
  TCR_EL1,
} from './stage2-tables.test-support.ts';
import { Bench } from './test-support.ts';

const TARGET = 0x800_0000;

/** Page 1 of stage 1 is page 0 of stage 2, which `descriptor` maps. */
function staged(descriptor: bigint, state = 'Realm.EL1'): { bench: Bench; stages: Stages; va: bigint } {
  const bench = new Bench();
  bench.enter(state);
  const stages = new Stages(bench).page2(0, descriptor).stage2();
  stages.page1(1, stages.at(0) | S1.AF | S1.PAGE).stage1();
  return { bench, stages, va: stages.at(1) };
}

function explain({ core }: Bench, va: bigint, kind: AccessKind = 'read', tlb = false): ExplainedAccess {
  const explanation = new Explanation();
  const access: Access = { kind, purpose: kind === 'fetch' ? 'fetch' : 'data', va, size: 4, pa: 0, space: 0 };
  core.translate(access, { core, view: core, tlb, explanation });
  return explanation.accesses[0];
}

const deciding = (step: ExplainedStep | undefined) => step?.entry?.fields.filter((field) => field.deciding).map((field) => field.name);

describe('an explanation of both stages', () => {
  it('shows each stage 1 descriptor after the stage 2 descriptors that its own address needed', () => {
    const { bench, va } = staged(BigInt(TARGET) | S2_RW | S2.PAGE);
    const steps = explain(bench, va).steps.filter((step) => step.entry?.kind === 'memory' && step.unit.startsWith('Stage'));
    const block = S2_TABLE_2 + 8 * Math.floor(EL1_TABLE_1 / 0x20_0000);
    expect(steps.map((step) => [step.unit, step.entry?.pa])).toEqual([
      ['Stage 2', S2_TABLE_1],
      ['Stage 2', block],
      ['Stage 1', EL1_TABLE_1],
      ['Stage 2', S2_TABLE_1],
      ['Stage 2', block],
      ['Stage 1', EL1_TABLE_2 + 8 * 511],
      ['Stage 2', S2_TABLE_1],
      ['Stage 2', block],
      ['Stage 1', EL1_TABLE_3 + 8],
      ['Stage 2', S2_TABLE_1],
      ['Stage 2', S2_TABLE_2 + 8 * 511],
      ['Stage 2', S2_TABLE_3],
    ]);
  });

  it('says which descriptor of stage 2 maps nothing, and that its type decided', () => {
    const { bench, va } = staged(0n);
    const last = explain(bench, va).steps.at(-1);
    expect(last).toMatchObject({
      unit: 'Stage 2',
      title: 'Stage 2 level 3 descriptor at 0x80_2000',
      verdict: 'fault',
      note: 'It maps nothing: translation fault of stage 2.',
    });
    expect(deciding(last)).toEqual(['Type']);
  });

  it('says why an access is refused', () => {
    const leaf = BigInt(TARGET) | S2.AF | S2.PAGE | (0b1111n << 2n);
    const cases: readonly [bigint, AccessKind, string][] = [
      [S2.READ, 'write', 'The write is refused: S2AP does not permit writes.'],
      [S2.WRITE, 'read', 'The read is refused: S2AP does not permit reads.'],
      [S2.READ | s2xn(0b01n), 'fetch', 'The fetch is refused: XN forbids EL1 to execute it.'],
      [S2.READ | S2.NS, 'fetch', 'The fetch is refused: Realm state executes from Realm memory only.'],
    ];
    for (const [bits, kind, note] of cases) {
      const { bench, va } = staged(leaf | bits);
      expect(explain(bench, va, kind).steps.at(-1)).toMatchObject({ unit: 'Stage 2', verdict: 'fault', note });
    }
  });

  it('says that a stage 1 walk was refused by stage 2, and of which entry', () => {
    const { bench, stages, va } = staged(0n);
    stages.block2(Math.floor(EL1_TABLE_1 / 0x20_0000), BigInt(EL1_TABLE_1) | S2.AF | S2.BLOCK);
    expect(explain(bench, va).steps.at(-1)?.note).toBe('The table walk is refused: S2AP does not permit reads.');
    expect(explain(bench, va).steps.find(({ unit }) => unit === 'Stage 2')?.title).toBe(
      'Translation of the stage 1 table entry at 0x90_0000',
    );
  });

  it('says that SL0 does not go with T0SZ, or that T0SZ does not reach', () => {
    const { bench, stages, va } = staged(0n);
    stages.stage2(1n, 25n | (0b10n << 6n));
    const step = explain(bench, va).steps.at(-1);
    expect(step?.note).toBe('SL0 does not go with T0SZ: translation fault of stage 2 at level 0.');
    expect(deciding(step)).toEqual(['SL0', 'T0SZ']);
    stages.stage2(1n, 42n);
    expect(explain(bench, va).steps.at(-1)?.note).toBe('T0SZ = 42 does not reach the address: translation fault of stage 2 at level 0.');
  });

  it('of what the TLB serves shows what both descriptors were', () => {
    const { bench, stages, va } = staged(BigInt(TARGET) | S2_RW | S2.PAGE);
    explain(bench, va, 'read', true);
    stages.page2(0, 0n).page1(1, 0n);
    const explained = explain(bench, va, 'read', true);
    expect(explained.fault).toBeUndefined();
    const hits = explained.steps.filter((step) => step.entry?.kind === 'tlb').map((step) => [step.unit, step.entry?.pa]);
    expect(hits).toEqual([
      ['Stage 1', EL1_TABLE_3 + 8],
      ['Stage 2', S2_TABLE_3],
    ]);
  });

  it('of EPD0 and of HCR_EL2.DC names the bit', () => {
    const { bench, stages, va } = staged(BigInt(TARGET) | S2_RW | S2.PAGE);
    stages.stage1(0n, TCR_EL1 | (1n << 7n));
    expect(deciding(explain(bench, va).steps.at(-1))).toEqual(['EPD0']);
    bench.set('HCR_EL2', 1n << 12n);
    const step = explain(bench, stages.at(0)).steps[0];
    expect(step).toMatchObject({ unit: 'Stage 1', verdict: 'pass', entry: { name: 'HCR_EL2' } });
  });

  it('cites a manual section and says a sentence in every step', () => {
    for (const descriptor of [BigInt(TARGET) | S2_RW | S2.PAGE, 0n]) {
      const { bench, va } = staged(descriptor);
      for (const step of explain(bench, va).steps) {
        expect(step.section).toMatch(/^Arm ARM [CD]\d/);
        expect(step.note).toMatch(/^[A-Z].*\.$/);
      }
    }
  });
});
