/** Values as closures over whoever evaluates them, a core or the debugger's eyes, as BigInts. */
import { type Eye, join, split } from '../../machine/index.ts';
import { computer, type EventFields, type HalvesEye, tester as holder } from './halves.ts';
import type { Value } from './ir.ts';

export type { EventFields } from './halves.ts';
export type Evaluate = (eye: Eye) => bigint;
export type Test = (eye: Eye) => boolean;

/** An eye, for what computes with halves. */
class Halved implements HalvesEye {
  high = 0;

  constructor(private readonly eye: Eye) {}

  lowSp(): number {
    return split(this, this.eye.sp);
  }

  lowPc(): number {
    return split(this, this.eye.pc);
  }

  lowLocal(offset: number): number {
    return split(this, this.eye.local(offset));
  }

  lowLoad(low: number, high: number, size: number): number {
    return split(this, this.eye.load(join(low, high), size));
  }

  lowRead(register: number): number {
    return split(this, this.eye.read(register));
  }

  secret(secret: number, index: bigint): bigint {
    return this.eye.secret(secret, index);
  }
}

/** `index`: of the word the value belongs to, for PC-relative addresses. */
export function evaluator(value: Value, index: number, fields?: EventFields): Evaluate {
  const compute = computer(value, index, fields);
  return (eye) => {
    const halves = new Halved(eye);
    return join(compute(halves), halves.high);
  };
}

/** Whether a value is not zero. */
export function tester(value: Value, index: number, fields?: EventFields): Test {
  const holds = holder(value, index, fields);
  return (eye) => holds(new Halved(eye));
}
