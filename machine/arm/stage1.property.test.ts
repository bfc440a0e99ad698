/** Stage 1 agrees with a second reading of the manual, on output, fault status and every descriptor read. */
import { describe, expect, it } from 'vitest';
import type { Access } from '../core/access.ts';
import type { AbortFault } from './fault.ts';
import { Random } from './random.test-support.ts';
import { R } from './registers/index.ts';
import { type Stage1Answer, type Stage1Question, translateByTheBook } from './stage1.oracle.test-support.ts';
import { stateAt } from './states.ts';
import { statusCode } from './syndrome.ts';
import { Bench } from './test-support.ts';
import { addressTranslation } from './translation.ts';
import { WORLDS } from './worlds.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const CASES = 10_000 * EFFORT;
const PER_MACHINE = 400;

function drawQuestion(random: Random): Stage1Question {
  const world = random.pick(['Root', 'Realm', 'Secure', 'Non-secure'] as const);
  const t0sz = random.chance(0.05) ? random.below(64) : 16 + random.below(33);
  const ps = random.pick([0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 7]);
  const sometimes = (probability: number, at: bigint) => (random.chance(probability) ? 1n << at : 0n);
  return {
    world,
    sctlr: (random.chance(0.95) ? 1n : 0n) | sometimes(0.3, 19n),
    tcr: BigInt(t0sz) | (BigInt(ps) << 16n) | sometimes(0.2, 20n) | sometimes(0.2, 24n),
    ttbr: random.wide(random.chance(0.1) ? 48 : 31),
    sif: random.chance(0.5),
    va: random.wide(random.chance(0.1) ? 64 : Math.max(1, 64 - t0sz)),
    kind: random.pick(['read', 'write', 'fetch']),
  };
}

function drawDescriptor(random: Random): bigint {
  const type = random.chance(0.08) ? random.below(4) : random.chance(0.75) ? 3 : 1;
  const address = random.wide(random.chance(0.1) ? 48 : 31) & ~0xfffn;
  const accessed = random.chance(0.95) ? 1n << 10n : 0n;
  const attributes = random.wide(12) & 0xbfcn;
  const upper = (random.wide(12) & (random.chance(0.5) ? 0n : 0xfffn)) << 52n;
  return upper | address | (attributes & ~(1n << 10n)) | accessed | BigInt(type);
}

/** The machine's own answer; walks are noted by a stand-in for the stages behind. */
function answerOf(bench: Bench, question: Stage1Question): Stage1Answer {
  const { core } = bench;
  const world = WORLDS.findIndex((row) => row.name === question.world);
  const el = question.world === 'Root' ? 3 : 2;
  core.regs[el === 3 ? R.SCTLR_EL3 : R.SCTLR_EL2] = question.sctlr;
  core.regs[el === 3 ? R.TCR_EL3 : R.TCR_EL2] = question.tcr;
  core.regs[el === 3 ? R.TTBR0_EL3 : R.TTBR0_EL2] = question.ttbr;
  core.regs[R.SCR_EL3] = question.sif ? 1n << 9n : 0n;
  const walked: string[] = [];
  const access: Access = {
    kind: question.kind,
    purpose: question.kind === 'fetch' ? 'fetch' : 'data',
    va: question.va,
    size: 1,
    pa: 0,
    space: 0,
  };
  const fault = addressTranslation.refine(access, { core, view: { state: stateAt(el, world), regs: core.regs }, tlb: false }, (walk) => {
    walked.push(`${WORLDS[walk.space].name} ${walk.pa.toString(16)}`);
    return null;
  }) as AbortFault | null;
  if (fault !== null) return { fsc: statusCode(fault), walked };
  return { pa: BigInt(access.pa), pas: WORLDS[access.space].name, walked };
}

describe('stage 1 translation', () => {
  it(`agrees with the manual's text on ${CASES} random tables, registers and accesses`, () => {
    const seen = new Map<string, number>();
    let bench = new Bench();
    for (let i = 0; i < CASES; i++) {
      if (i % PER_MACHINE === 0) bench = new Bench();
      const random = new Random(0x51 + i);
      const question = drawQuestion(random);
      const expected = translateByTheBook(question, (address) => {
        const descriptor = drawDescriptor(random);
        bench.machine.memory.write(Number(address), 8, descriptor);
        return descriptor;
      });
      const text = JSON.stringify(question, (_, v) => (typeof v === 'bigint' ? v.toString(16) : v));
      expect(answerOf(bench, question), `case ${i}: ${text}`).toEqual(expected);
      const key = expected.fsc === undefined ? `${question.world} to ${expected.pas}` : `status ${expected.fsc}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    const statuses = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15].map((status) => `status ${status}`);
    const spaces = ['Root to Realm', 'Root to Secure', 'Root to Non-secure', 'Root to Root', 'Realm to Realm', 'Realm to Non-secure'];
    for (const outcome of [...statuses, ...spaces, 'Secure to Secure', 'Secure to Non-secure', 'Non-secure to Non-secure']) {
      expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(8);
    }
  });
});
