/** The granule protection check agrees with a second reading of the manual, on outcome, level and deciding descriptor. */
import { describe, expect, it } from 'vitest';
import type { Access } from '../core/access.ts';
import { Explanation } from '../core/explain.ts';
import type { AbortFault } from './fault.ts';
import { granuleProtectionCheck } from './gpc.ts';
import { checkByTheBook, type OracleAnswer, type Pas } from './gpt.oracle.test-support.ts';
import { Random } from './random.test-support.ts';
import { R } from './registers/index.ts';
import { stateAt } from './states.ts';
import { gpcSyndrome } from './syndrome.ts';
import { Bench } from './test-support.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const CASES = 12_000 * EFFORT;
const PER_MACHINE = 400;
const SPACES: readonly Pas[] = ['Non-secure', 'Secure', 'Realm', 'Root'];
/** Memory answers below 64 TB, except in a hole that tables sometimes lie in. */
const HOLE = { from: 0x20_0000_0000, to: 0x40_0000_0000 };
const TOP = 2 ** 46;

interface Case {
  readonly gpccr: bigint;
  readonly gptbr: bigint;
  readonly pa: number;
  readonly space: number;
  readonly requester: number;
}

function drawConfig(random: Random): { gpccr: bigint; t: number } {
  const sometimes = (probability: number) => BigInt(random.chance(probability) ? 1 : 0);
  const pps = random.chance(0.05) ? 6 + random.below(2) : random.below(6);
  const pgs = random.chance(0.04) ? 3 : random.below(3);
  const orderly = random.chance(0.9);
  const attributes = orderly ? 0b11_01_01n : random.wide(6);
  const gpccr =
    BigInt(pps) |
    (sometimes(0.03) << 5n) |
    (sometimes(0.03) << 6n) |
    (sometimes(0.03) << 7n) |
    (attributes << 8n) |
    (BigInt(pgs) << 14n) |
    ((random.chance(0.02) ? 0n : 1n) << 16n) |
    (sometimes(0.5) << 19n) |
    (sometimes(0.1) << 24n);
  return { gpccr, t: [32, 36, 40, 42, 44, 48, 48, 48][pps] };
}

function drawCase(random: Random): Case {
  const { gpccr, t } = drawConfig(random);
  const baseBits = random.chance(0.1) ? Math.min(t + 2, 46) : Math.min(t, 46);
  const base = random.wide(baseBits) & (random.chance(0.5) ? ~0xfffn : ~0n);
  const aboveSize = random.chance(0.08);
  const pa = Number(random.wide(aboveSize ? 48 : t));
  const requester = random.below(4);
  return { gpccr, gptbr: base >> 12n, pa, space: random.chance(0.1) ? random.below(4) : requester, requester };
}

const LEGAL = [0b0000, 0b1000, 0b1001, 0b1010, 0b1011, 0b1111];

/** Descriptors of all kinds, mostly valid, with one thing wrong now and then. */
function drawDescriptor(random: Random, level: number, t: number): bigint {
  const gpi = () => BigInt(random.chance(0.06) ? random.below(16) : random.chance(0.06) ? 0b1101 : random.pick(LEGAL));
  const spoil = (value: bigint) => (random.chance(0.05) ? value | (1n << random.wide(6)) : value);
  if (level === 0 && random.chance(0.3)) return spoil((gpi() << 4n) | 0b0001n);
  if (level === 0) return spoil((random.wide(random.chance(0.05) ? 52 : Math.min(t, 46)) & ~0x1_ffffn) | 0b0011n);
  if (random.chance(0.3)) return spoil((BigInt(random.chance(0.1) ? 0 : 1 + random.below(3)) << 8n) | (gpi() << 4n) | 0b0001n);
  let value = 0n;
  for (let i = 0; i < 16; i++) value |= BigInt(random.chance(0.005) ? random.below(16) : random.pick(LEGAL)) << BigInt(4 * i);
  return value;
}

/** Lets the second reading walk through descriptors as it asks for them, and leaves them in the machine's memory. */
function prepare(bench: Bench, random: Random, drawn: Case): OracleAnswer {
  let level = 0;
  const pps = Number(drawn.gpccr & 7n);
  const fetch = (address: bigint) => {
    const pa = Number(address);
    if (!bench.machine.answers(pa, 8)) return 'abort';
    const descriptor = drawDescriptor(random, level++, [32, 36, 40, 42, 44, 48, 48, 48][pps]);
    bench.machine.memory.write(pa, 8, descriptor);
    return descriptor;
  };
  return checkByTheBook(drawn.gpccr, drawn.gptbr, BigInt(drawn.pa), SPACES[drawn.space], SPACES[drawn.requester], fetch);
}

function answerOf(bench: Bench, drawn: Case): OracleAnswer {
  const { core } = bench;
  core.regs[R.GPCCR_EL3] = drawn.gpccr;
  core.regs[R.GPTBR_EL3] = drawn.gptbr;
  const explanation = new Explanation();
  const access: Access = { kind: 'read', purpose: 'data', va: 0n, size: 8, pa: drawn.pa, space: drawn.space };
  explanation.begin(access);
  const view = { state: stateAt(drawn.requester === 3 ? 3 : 2, drawn.requester), regs: core.regs };
  const fault = granuleProtectionCheck.refine(access, { core, view, tlb: false, explanation }, () => null) as AbortFault | null;
  const steps = explanation.accesses[0].steps;
  const read = steps.filter((step) => step.title.startsWith('GPT level')).at(-1);
  const decidedBy = read && BigInt(read.title.slice(read.title.indexOf('0x')).replaceAll('_', ''));
  const gpi = steps.find((step) => step.title === 'GPI') && read?.entry?.fields.find((field) => field.deciding)?.value;
  return {
    ...(fault && { gpcsc: Number((gpcSyndrome(fault) >> 14n) & 0x3fn) }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(gpi !== undefined && { gpi: gpi.toString(2).padStart(4, '0') }),
  };
}

function freshBench(): Bench {
  return new Bench({
    memory: [
      { name: 'low', from: 0, to: HOLE.from },
      { name: 'high', from: HOLE.to, to: TOP },
    ],
  });
}

describe('the granule protection check', () => {
  it(`agrees with the manual's text on ${CASES} random tables, accesses and configurations`, () => {
    const seen = new Map<string, number>();
    let bench = freshBench();
    for (let i = 0; i < CASES; i++) {
      if (i % PER_MACHINE === 0) bench = freshBench();
      const random = new Random(0x9e37 + i);
      const drawn = drawCase(random);
      const expected = prepare(bench, random, drawn);
      const actual = answerOf(bench, drawn);
      expect(actual, `case ${i}: ${JSON.stringify(drawn, (_, v) => (typeof v === 'bigint' ? v.toString(16) : v))}`).toEqual(expected);
      const key = expected.gpcsc === undefined ? 'allowed' : expected.gpcsc.toString(2).padStart(6, '0');
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    // A generator that never reaches an outcome proves nothing about it.
    for (const outcome of ['allowed', '000000', '000100', '000101', '001100', '001101', '010100', '010101']) {
      expect(seen.get(outcome) ?? 0, `outcome ${outcome}`).toBeGreaterThan(50);
    }
  });
});
