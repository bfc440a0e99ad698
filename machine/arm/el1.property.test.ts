/** Both stages of EL1&0 agree with a second reading of the manual: output, fault, and every descriptor read on the way. */
import { describe, expect, it } from 'vitest';
import type { Access } from '../core/access.ts';
import { type El1Answer, type El1Question, type Space, translateEl1ByTheBook } from './el1.oracle.test-support.ts';
import { type AbortFault, abort } from './fault.ts';
import { GPI_NO_ACCESS } from './gpi.ts';
import { Random } from './random.test-support.ts';
import { R } from './registers/index.ts';
import { stateAt } from './states.ts';
import { statusCode } from './syndrome.ts';
import { Bench } from './test-support.ts';
import { addressTranslation } from './translation.ts';
import { WORLDS } from './worlds.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const CASES = 16_000 * EFFORT;
const PER_MACHINE = 400;

interface Case {
  readonly question: El1Question;
  /** Bits of addresses in tables of stage 1, so that stage 2 reaches them mostly. */
  readonly reach: number;
  /** How often a descriptor is out of order. */
  readonly disorder: number;
  /** Number of the table read that the granule protection check refuses. */
  readonly doomed: number;
}

function drawCase(random: Random): Case {
  const sometimes = (probability: number, at: bigint) => (random.chance(probability) ? 1n << at : 0n);
  const world = random.pick(['Realm', 'Secure', 'Non-secure'] as const);
  /** A consistent start level and input size of stage 2, mostly. */
  const stage2 = () => {
    const level = random.pick([0, 1, 1, 2, 2, 3]);
    const least = Math.max(16, [40, 31, 22, 13][level]);
    const size = random.chance(0.04) ? 64 - random.below(64) : least + random.below([48, 43, 34, 25][level] - least + 1);
    return { size, fields: (BigInt(64 - size) & 0x3fn) | (BigInt([2, 1, 0, 3][level]) << 6n) };
  };
  const [own, secure] = [stage2(), stage2()];
  const ps = () => BigInt(random.pick([0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 6, 7]));
  const txsz = () => BigInt(random.chance(0.03) ? random.below(64) : 16 + random.below(33));
  const [t0sz, t1sz] = [txsz(), txsz()];
  const upper = random.chance(0.4);
  const size = 64 - Number(upper ? t1sz : t0sz);
  const low = random.wide(Math.max(1, Math.min(size, 63)));
  const va = random.chance(0.05) ? random.wide(64) : upper ? BigInt.asUintN(64, low | (-1n << BigInt(size))) : low;
  const reach = Math.min(31, own.size, world === 'Secure' ? secure.size : 64);
  const on = random.chance(0.85);
  return {
    reach: Math.max(13, reach),
    disorder: random.pick([0, 0.01, 0.06]),
    doomed: random.chance(0.15) ? random.below(8) : -1,
    question: {
      world,
      el: random.chance(0.5) ? 1 : 0,
      sctlr: (on ? 1n : 0n) | sometimes(0.3, 19n),
      tcr:
        t0sz |
        (t1sz << 16n) |
        (ps() << 32n) |
        [7n, 23n].reduce((bits, at) => bits | sometimes(0.02, at), 0n) |
        [37n, 38n, 41n, 42n].reduce((bits, at) => bits | sometimes(0.2, at), 0n),
      ttbr: [random.wide(reach), random.wide(reach)],
      hcr: sometimes(0.8, 0n) | sometimes(0.15, 2n) | sometimes(0.03, 12n) | sometimes(0.03, 27n) | sometimes(0.3, 46n),
      vtcr: own.fields | (ps() << 16n) | sometimes(0.3, 29n) | sometimes(0.3, 30n),
      vttbr: random.wide(random.chance(0.03) ? 48 : 31),
      vstcr: secure.fields | sometimes(0.3, 29n) | sometimes(0.3, 30n),
      vsttbr: random.wide(31),
      scr: sometimes(0.3, 9n) | sometimes(0.9, 18n),
      va: on ? va : random.wide(random.chance(0.1) ? 64 : reach),
      kind: random.pick(['read', 'write', 'fetch']),
    },
  };
}

function drawDescriptor(random: Random, { reach, disorder }: Case, stage: 1 | 2): bigint {
  const type = random.chance(disorder) ? random.below(4) : random.chance(0.75) ? 3 : 1;
  const address = random.wide(random.chance(disorder) ? 48 : stage === 1 ? reach : 31) & ~0xfffn;
  const accessed = random.chance(disorder) ? 0n : 1n << 10n;
  const allowed = random.chance(0.85) ? (stage === 1 ? 1n << 6n : 0b11n << 6n) : 0n;
  const attributes = random.wide(12) & (random.chance(0.5) ? 0xbfcn : 0xb3cn);
  const upper = (random.wide(12) & (random.chance(0.6) ? 0n : 0xfffn)) << 52n;
  return upper | address | (attributes & ~(1n << 10n)) | allowed | accessed | BigInt(type);
}

/** The machine's own answer; the stages behind translation are a stand-in that notes walks and refuses the doomed one. */
function answerOf(bench: Bench, { question: q, doomed }: Case, walked: string[]): El1Answer {
  const { core } = bench;
  const values: readonly [number, bigint][] = [
    [R.SCTLR_EL1, q.sctlr],
    [R.TCR_EL1, q.tcr],
    [R.TTBR0_EL1, q.ttbr[0]],
    [R.TTBR1_EL1, q.ttbr[1]],
    [R.HCR_EL2, q.hcr],
    [R.VTCR_EL2, q.vtcr],
    [R.VTTBR_EL2, q.vttbr],
    [R.VSTCR_EL2, q.vstcr],
    [R.VSTTBR_EL2, q.vsttbr],
    [R.SCR_EL3, q.scr],
  ];
  for (const [register, value] of values) core.regs[register] = value;
  const state = stateAt(
    q.el,
    WORLDS.findIndex((row) => row.name === q.world),
  );
  const access: Access = { kind: q.kind, purpose: q.kind === 'fetch' ? 'fetch' : 'data', va: q.va, size: 1, pa: 0, space: 0 };
  const gpc = { code: 'fault', level: 1, gpi: GPI_NO_ACCESS, problem: '', pa: 0, space: 0 } as const;
  const fault = addressTranslation.refine(access, { core, view: { state, regs: core.regs }, tlb: false }, (walk) => {
    walked.push(`${WORLDS[walk.space].name} ${walk.pa.toString(16)}`);
    return walked.length - 1 === doomed ? abort(walk, 'gpc', 0, { gpc }) : null;
  }) as AbortFault | null;
  if (fault === null) return { pa: BigInt(access.pa), pas: WORLDS[access.space].name as Space };
  const { stage, s1ptw, ipa } = fault;
  return { fsc: statusCode(fault), stage, s1ptw, ...(ipa !== undefined && { ipa: BigInt(ipa) }) };
}

function outcomeOf({ world }: El1Question, answer: El1Answer, reads: number): string[] {
  if ('pas' in answer) return [`${world} to ${answer.pas}`, `${reads > 12 ? 'many' : reads > 0 ? 'some' : 'no'} descriptors`];
  return [`stage ${answer.stage}${answer.s1ptw ? ' on a walk' : ''}: status ${answer.fsc}`];
}

const levels = (base: number, ...of: readonly number[]) => of.map((level) => base + level);
const STAGE_1 = [
  ...levels(0, 0, 1, 2, 3),
  ...levels(4, 0, 1, 2, 3),
  ...levels(8, 1, 2, 3),
  ...levels(12, 1, 2, 3),
  ...levels(36, 0, 1, 2, 3),
];
const STAGE_2 = [...levels(0, 0), ...levels(4, 0, 1, 2, 3), ...levels(8, 1, 2, 3), ...levels(12, 1, 2, 3), ...levels(36, 0, 1, 2, 3)];

describe('translation of EL1&0', () => {
  it(`agrees with the manual's text on ${CASES} random tables of both stages, registers and accesses`, () => {
    const seen = new Map<string, number>();
    let bench = new Bench();
    for (let i = 0; i < CASES; i++) {
      if (i % PER_MACHINE === 0) bench = new Bench();
      const random = new Random(0xe1 + i);
      const drawn = drawCase(random);
      const memory = new Map<bigint, bigint>();
      const walked: string[] = [];
      const expected = translateEl1ByTheBook(drawn.question, (pas, address, stage) => {
        walked.push(`${pas} ${address.toString(16)}`);
        const descriptor = memory.get(address) ?? drawDescriptor(random, drawn, stage);
        memory.set(address, descriptor);
        bench.machine.memory.write(Number(address), 8, descriptor);
        return walked.length - 1 === drawn.doomed ? undefined : descriptor;
      });
      const read: string[] = [];
      const found = answerOf(bench, drawn, read);
      const text = JSON.stringify(drawn, (_, v) => (typeof v === 'bigint' ? v.toString(16) : v));
      expect({ found, read }, `case ${i}: ${text}`).toEqual({ found: expected, read: walked });
      for (const outcome of outcomeOf(drawn.question, expected, walked.length)) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    const spaces = ['Realm to Realm', 'Realm to Non-secure', 'Secure to Secure', 'Secure to Non-secure', 'Non-secure to Non-secure'];
    for (const outcome of [
      ...spaces,
      'many descriptors',
      'some descriptors',
      'no descriptors',
      ...STAGE_1.map((status) => `stage 1: status ${status}`),
      ...STAGE_2.map((status) => `stage 2: status ${status}`),
      ...STAGE_2.map((status) => `stage 2 on a walk: status ${status}`),
    ]) {
      expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(1);
    }
  });
});
