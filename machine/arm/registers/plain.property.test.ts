/** Reading and writing a register directly does what the long way round does, for every register in every state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmCore } from '../core.ts';
import { STATES } from '../states.ts';
import { Bench } from '../test-support.ts';
import { R, REGISTERS } from './index.ts';

/** The long way round, which is protected. */
interface Further {
  readFurther(register: number): bigint;
  writeFurther(register: number, value: bigint): void;
  mayWriteFurther(register: number): boolean;
}
const further = (core: ArmCore) => core as unknown as Further;

/** Interrupt controllers act when these are written, each write anew. */
const ACTS = /^ICC_(S|A)GI|^ICC_EOIR|^ICC_DIR/;
const register = fc.integer({ min: 0, max: REGISTERS.length - 1 }).filter((i) => !ACTS.test(REGISTERS[i].name) && i !== R.PSTATE);
const value = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom(0n, 1n, (1n << 64n) - 1n));
const state = fc.constantFrom(...STATES.map((row) => row.id));

function benchIn(state: string, register: number, held: bigint): Bench {
  const bench = new Bench();
  bench.enter(state);
  if (!REGISTERS[register].alias && !REGISTERS[register].live && !REGISTERS[register].context) bench.core.regs[register] = held;
  return bench;
}

const faultOf = (core: ArmCore) => core.fault?.kind;

const picture = ({ core, events }: Bench) => ({
  regs: [...core.regs],
  written: [...core.written],
  stack: core.stackRegister,
  sp: core.sp,
  state: core.state,
  status: core.status,
  signals: core.signals,
  fault: core.fault,
  events: [...events],
});

describe('a register', () => {
  it('is the same directly and the long way round, read and written, 2500 times', () => {
    fc.assert(
      fc.property(state, register, value, value, (state, register, held, value) => {
        const [direct, long] = [benchIn(state, register, held), benchIn(state, register, held)];
        expect(direct.core.read(register)).toBe(further(long.core).readFurther(register));
        expect(faultOf(direct.core)).toBe(faultOf(long.core));
        direct.core.fault = null;
        long.core.fault = null;
        const allowed = direct.core.mayWrite(register);
        expect(allowed).toBe(further(long.core).mayWriteFurther(register));
        expect(faultOf(direct.core)).toBe(faultOf(long.core));
        if (!allowed) return;
        direct.core.write(register, value);
        further(long.core).writeFurther(register, value);
        expect(picture(direct)).toEqual(picture(long));
      }),
      { numRuns: 2500 },
    );
  }, 60_000);
});
