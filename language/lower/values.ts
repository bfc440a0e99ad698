/** Values as closures over whoever evaluates them: a core, or the debugger's eyes. */
import type { Eye } from '../../machine/index.ts';
import type { BinaryOperator, Value } from './ir.ts';

export type Evaluate = (eye: Eye) => bigint;
export type Test = (eye: Eye) => boolean;

/** Reads a field of the event that a condition is tested on; words have none. */
export type EventFields = (name: string) => bigint;

/** `index`: of the word the value belongs to, for PC-relative addresses. */
export function evaluator(value: Value, index: number, fields?: EventFields): Evaluate {
  const sub = (v: Value) => evaluator(v, index, fields);
  switch (value.op) {
    case 'constant': {
      const { value: constant } = value;
      return () => constant;
    }
    case 'local': {
      const { offset } = value;
      return (eye) => eye.local(offset);
    }
    case 'frame': {
      const offset = BigInt(value.offset);
      return (eye) => BigInt.asUintN(64, eye.sp + offset);
    }
    case 'image': {
      const delta = BigInt(value.at() - 4 * index);
      return (eye) => BigInt.asUintN(64, eye.pc + delta);
    }
    case 'secret': {
      const at = sub(value.index);
      const { secret } = value;
      return (eye) => eye.secret(secret, at(eye));
    }
    case 'linked': {
      const linked = value.value();
      return () => linked;
    }
    case 'load': {
      const address = sub(value.address);
      const { size } = value;
      return (eye) => eye.load(address(eye), size);
    }
    case 'register': {
      const { register } = value;
      return (eye) => eye.read(register);
    }
    case 'registerName': {
      const register = BigInt(value.register);
      return () => register;
    }
    case 'numbered': {
      const at = sub(value.index);
      const { registers } = value;
      return (eye) => {
        const register = registers[Number(at(eye) & 31n)];
        return register === undefined ? 0n : eye.read(register);
      };
    }
    case 'bits': {
      const of = sub(value.value);
      const low = BigInt(value.low);
      const bits = value.high - value.low + 1;
      return (eye) => BigInt.asUintN(bits, of(eye) >> low);
    }
    case 'insert': {
      const into = sub(value.into);
      const inserted = sub(value.value);
      const low = BigInt(value.low);
      const mask = ((1n << BigInt(value.high - value.low + 1)) - 1n) << low;
      return (eye) => (into(eye) & ~mask) | ((inserted(eye) << low) & mask);
    }
    case 'wrap': {
      const of = sub(value.value);
      const { bits } = value;
      return (eye) => BigInt.asUintN(bits, of(eye));
    }
    case 'unary': {
      const of = sub(value.operand);
      const { bits } = value;
      if (value.operator === '!') return (eye) => (of(eye) === 0n ? 1n : 0n);
      if (value.operator === '-') return (eye) => BigInt.asUintN(bits, -of(eye));
      return (eye) => BigInt.asUintN(bits, ~of(eye));
    }
    case 'binary':
      if (value.operator in COMPARISONS || value.operator === '&&' || value.operator === '||') {
        const test = tester(value, index, fields);
        return (eye) => (test(eye) ? 1n : 0n);
      }
      return ARITHMETIC[value.operator as Arithmetic](sub(value.left), sub(value.right), value.bits);
    case 'eventField': {
      const { name } = value;
      if (!fields) throw new Error('an event field stands outside a condition');
      return () => fields(name);
    }
  }
}

/** Whether a value is not zero, without making a number of it. */
export function tester(value: Value, index: number, fields?: EventFields): Test {
  if (value.op === 'binary') {
    const { operator } = value;
    if (operator === '&&' || operator === '||') {
      const left = tester(value.left, index, fields);
      const right = tester(value.right, index, fields);
      return operator === '&&' ? (eye) => left(eye) && right(eye) : (eye) => left(eye) || right(eye);
    }
    if (operator in COMPARISONS) {
      return COMPARISONS[operator as Comparison](evaluator(value.left, index, fields), evaluator(value.right, index, fields));
    }
  }
  if (value.op === 'unary' && value.operator === '!') {
    const of = tester(value.operand, index, fields);
    return (eye) => !of(eye);
  }
  const of = evaluator(value, index, fields);
  return (eye) => of(eye) !== 0n;
}

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
type Arithmetic = Exclude<BinaryOperator, Comparison | '&&' | '||'>;

const COMPARISONS: Record<Comparison, (l: Evaluate, r: Evaluate) => Test> = {
  '==': (l, r) => (eye) => l(eye) === r(eye),
  '!=': (l, r) => (eye) => l(eye) !== r(eye),
  '<': (l, r) => (eye) => l(eye) < r(eye),
  '<=': (l, r) => (eye) => l(eye) <= r(eye),
  '>': (l, r) => (eye) => l(eye) > r(eye),
  '>=': (l, r) => (eye) => l(eye) >= r(eye),
};

/** Division by zero gives zero, as UDIV does; shift distances are taken modulo the width, as LSLV does. */
const ARITHMETIC: Record<Arithmetic, (l: Evaluate, r: Evaluate, bits: number) => Evaluate> = {
  '+': (l, r, bits) => (eye) => BigInt.asUintN(bits, l(eye) + r(eye)),
  '-': (l, r, bits) => (eye) => BigInt.asUintN(bits, l(eye) - r(eye)),
  '*': (l, r, bits) => (eye) => BigInt.asUintN(bits, l(eye) * r(eye)),
  '/': (l, r) => (eye) => {
    const left = l(eye);
    const right = r(eye);
    return right === 0n ? 0n : left / right;
  },
  '%': (l, r) => (eye) => {
    const left = l(eye);
    const right = r(eye);
    return right === 0n ? left : left % right;
  },
  '<<': (l, r, bits) => {
    const mask = BigInt(bits - 1);
    return (eye) => BigInt.asUintN(bits, l(eye) << (r(eye) & mask));
  },
  '>>': (l, r, bits) => {
    const mask = BigInt(bits - 1);
    return (eye) => l(eye) >> (r(eye) & mask);
  },
  '&': (l, r) => (eye) => l(eye) & r(eye),
  '|': (l, r) => (eye) => l(eye) | r(eye),
  '^': (l, r) => (eye) => l(eye) ^ r(eye),
};
