/** Explanations: recomputed by executing a word again, with every register, descriptor and deciding field. */
import { describe, expect, it } from 'vitest';
import { type ExplainedAccess, type ExplainedStep, Explanation } from '../core/explain.ts';
import { GPI_NO_ACCESS } from './gpi.ts';
import { GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import { AF, PAGE, READ_ONLY, Stage1Tables, TABLE_1, TABLE_2, TABLE_3 } from './page-tables.test-support.ts';
import { Bench, CODE } from './test-support.ts';

const GPI_REALM = 0b1011;
const TARGET = 0x800_0000;

/** Explains the load of `va` in the bench's present state; the last access is that load. */
function explain(bench: Bench, va: bigint, access: 'load' | 'store' = 'load'): ExplainedAccess {
  const explanation = new Explanation();
  bench.word(CODE, (core) => {
    if (access === 'load') core.load(va, 8);
    else core.store(va, 8, 1n);
    core.complete();
  });
  bench.core.jump(BigInt(CODE));
  bench.core.explanation = explanation;
  bench.core.step();
  bench.core.explanation = undefined;
  const last = explanation.accesses.at(-1);
  if (last === undefined) throw new Error('nothing was explained');
  return last;
}

const deciding = (step: ExplainedStep) =>
  step.entry?.fields.filter((field) => field.deciding).map((field) => `${field.name}=${field.meaning ?? field.value}`);

describe('an explanation', () => {
  it('of a granule protection fault names the descriptor, the GPI that decided and why', () => {
    const bench = new Bench();
    new Gpt(bench).set(TARGET, GPI_REALM).on();
    bench.enter('NS.EL2');
    const explained = explain(bench, BigInt(TARGET));
    expect(explained.fault).toBe('read of 0x800_0000 as Non-secure: granule is Realm');
    expect(explained.access).toMatchObject({ va: BigInt(TARGET), pa: TARGET, space: 0, kind: 'read' });
    const level1 = explained.steps.find((step) => step.title.startsWith('GPT level 1'));
    expect(level1?.entry).toMatchObject({
      kind: 'memory',
      pa: GPT_LEVEL1 + 8 * (TARGET / 0x1_0000),
      size: 8,
      value: 0xffff_ffff_ffff_fffbn,
    });
    expect(level1 && deciding(level1)).toEqual(['GPI0=Realm']);
    const verdict = explained.steps.at(-1);
    expect(verdict).toMatchObject({ unit: 'Granule protection check', verdict: 'fault', section: 'Arm ARM D9.5' });
    expect(verdict?.note).toBe('The granule is Realm: a Non-secure access is refused.');
  });

  it('of an access that passes ends at the bus', () => {
    const bench = new Bench();
    new Gpt(bench).on();
    bench.enter('NS.EL2');
    const explained = explain(bench, BigInt(TARGET));
    expect(explained.fault).toBeUndefined();
    expect(explained.steps.every((step) => step.verdict === 'pass')).toBe(true);
    expect(explained.steps.at(-1)).toMatchObject({ unit: 'Bus', verdict: 'pass' });
  });

  it('of a walk shows each level with the address and value of its descriptor', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(TARGET) | AF | PAGE | READ_ONLY).on();
    const explained = explain(bench, tables.at(0), 'store');
    const walk = explained.steps.filter((step) => /^Level \d descriptor at/.test(step.title));
    expect(walk.map((step) => [step.entry?.pa, step.entry?.value])).toEqual([
      [TABLE_1, BigInt(TABLE_2) | 3n],
      [TABLE_2 + 8 * 511, BigInt(TABLE_3) | 3n],
      [TABLE_3, BigInt(TARGET) | AF | PAGE | READ_ONLY],
    ]);
    expect(explained.steps.at(-1)).toMatchObject({
      unit: 'Stage 1',
      verdict: 'fault',
      note: 'The write is refused: the page is read-only.',
    });
    expect(explained.fault).toBe(`write of 0x${(0x3fe0_0000).toString(16).replace(/(....)$/, '_$1')}: permission fault at level 3`);
  });

  it('of an access that the TLB serves says from which descriptor the entry was filled, and with which value', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench).on();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(TARGET) | AF | PAGE).on();
    bench.load(tables.at(0));
    gpt.set(TARGET, GPI_REALM);
    tables.page(0, 0n);
    const explained = explain(bench, tables.at(0));
    expect(explained.fault).toBeUndefined();
    const hits = explained.steps.filter((step) => step.entry?.kind === 'tlb');
    expect(hits.map((step) => step.entry?.pa)).toEqual([TABLE_3, GPT_LEVEL1 + 8 * (TARGET / 0x1_0000)]);
    expect(hits[0].note).toBe('Served from the TLB; filled from the descriptor at 0x70_2000, which was 0x0000_0000_0800_0403 then.');
    expect(hits[1].note).toMatch(/^Served from the TLB, filled from the descriptor at 0x60_4000/);
    expect(hits[1].entry?.value).toBe(~0n & 0xffff_ffff_ffff_ffffn);
  });

  it('of a walk that a granule protection check stops shows the check of the table entry', () => {
    const bench = new Bench();
    bench.enter('NS.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(TARGET) | AF | PAGE).on();
    bench.execute('nop');
    new Gpt(bench).set(TABLE_3, GPI_NO_ACCESS).on();
    const explained = explain(bench, tables.at(0));
    expect(explained.fault).toBe('table walk for read of 0x70_2000 as Non-secure: granule is No access');
    expect(explained.steps.at(-1)).toMatchObject({ unit: 'Granule protection check', verdict: 'fault' });
  });

  it('of an invalid configuration marks the field of GPCCR_EL3 that is wrong', () => {
    const bench = new Bench();
    new Gpt(bench).on((1n << 16n) | 7n | (3n << 12n) | (1n << 8n));
    const explained = explain(bench, BigInt(TARGET));
    const step = explained.steps.find(({ verdict }) => verdict === 'fault');
    expect(step && deciding(step)).toEqual(['PPS=7']);
  });

  it('repeats exactly what the word did: the same fault and the same syndrome', () => {
    for (const gpi of [GPI_REALM, 0b1001]) {
      const plain = new Bench();
      const explained = new Bench();
      for (const bench of [plain, explained]) {
        new Gpt(bench).set(TARGET, gpi).on();
        bench.enter('NS.EL2');
      }
      plain.load(BigInt(TARGET));
      explain(explained, BigInt(TARGET));
      expect(explained.core.regs).toEqual(plain.core.regs);
      expect(explained.events).toEqual(plain.events);
    }
  });

  it('cites a manual section and says a sentence in every step', () => {
    const bench = new Bench();
    new Gpt(bench).set(TARGET, GPI_REALM).on();
    bench.enter('Realm.EL2');
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(TARGET) | AF | PAGE | (1n << 5n)).on();
    for (const step of explain(bench, tables.at(0)).steps) {
      expect(step.section).toMatch(/^Arm ARM [CD]\d/);
      expect(step.note).toMatch(/^[A-Z].*\.$/);
    }
  });
});
