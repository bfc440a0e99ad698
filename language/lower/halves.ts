/** Values as closures over the halves of 64-bit values: how words compute. */
import { carry, type Halves, highMask, isBelow, join, lowMask, split } from '../../machine/index.ts';
import type { BinaryOperator, Value } from './ir.ts';

/** What a value is computed from: a core, or what stands for the debugger's eyes. */
export interface HalvesEye extends Halves {
  lowSp(): number;
  lowPc(): number;
  lowLocal(offset: number): number;
  lowLoad(low: number, high: number, size: number): number;
  lowRead(register: number): number;
  secret(secret: number, index: bigint): bigint;
}

/** Gives the low half and leaves the high one in `eye.high`. */
export type Compute = (eye: HalvesEye) => number;
export type Holds = (eye: HalvesEye) => boolean;
/** Reads a field of the event that a condition is tested on; words have none. */
export type EventFields = (name: string) => bigint;

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
type Arithmetic = Exclude<BinaryOperator, Comparison | '&&' | '||'>;

const OTHER = 0;
const LOCAL = 1;
const CONSTANT = 2;
const REGISTER = 3;
/** A local, or a register, plus a constant: most addresses. */
const LOCAL_PLUS = 4;
const REGISTER_PLUS = 5;
/** Constants below fit into a number that is added in one piece. */
const FAR = 2n ** 31n;

/** A value that another one is computed from: what is most frequent is computed in place, without calling a closure. */
export interface Operand {
  readonly kind: number;
  /** Offset of a local, number of a register, or the low half of a constant. */
  readonly low: number;
  /** The high half of a constant, or what is added. */
  readonly high: number;
  readonly of: Compute;
}

export function get(eye: HalvesEye, operand: Operand): number {
  switch (operand.kind) {
    case LOCAL:
      return eye.lowLocal(operand.low);
    case CONSTANT:
      eye.high = operand.high;
      return operand.low;
    case REGISTER:
      return eye.lowRead(operand.low);
    case LOCAL_PLUS:
      return moved(eye, eye.lowLocal(operand.low), operand.high);
    case REGISTER_PLUS:
      return moved(eye, eye.lowRead(operand.low), operand.high);
    default:
      return operand.of(eye);
  }
}

export function operandOf(value: Value, index: number, fields?: EventFields): Operand {
  const of = computer(value, index, fields);
  if (value.op === 'local') return { kind: LOCAL, low: value.offset, high: 0, of };
  if (value.op === 'register') return { kind: REGISTER, low: value.register, high: 0, of };
  if (value.op === 'binary') return sumOf(value, index, fields) ?? { kind: OTHER, low: 0, high: 0, of };
  if (value.op === 'registerName') return { kind: CONSTANT, low: value.register, high: 0, of };
  if (value.op !== 'constant') return { kind: OTHER, low: 0, high: 0, of };
  const halves = { high: 0 };
  const low = split(halves, value.value);
  return { kind: CONSTANT, low, high: halves.high, of };
}

/** A sum whose second term is a constant and whose first is found in place; `undefined` if it is none. */
function sumOf(value: Extract<Value, { op: 'binary' }>, index: number, fields?: EventFields): Operand | undefined {
  const { operator, left, right, bits } = value;
  if (operator !== '+' || bits !== 64 || right.op !== 'constant' || right.value >= FAR) return undefined;
  const { kind, low, high, of } = operandOf(left, index, fields);
  const added = Number(right.value);
  if (kind === LOCAL) return { kind: LOCAL_PLUS, low, high: added, of };
  if (kind === REGISTER) return { kind: REGISTER_PLUS, low, high: added, of };
  const isSum = kind === LOCAL_PLUS || kind === REGISTER_PLUS;
  return isSum && high + added < Number(FAR) ? { kind, low, high: high + added, of } : undefined;
}

function constantly(value: bigint): Compute {
  const halves = { high: 0 };
  const low = split(halves, value);
  const { high } = halves;
  return (eye) => {
    eye.high = high;
    return low;
  };
}

/** `eye.high` and `low` plus a distance that a number holds. */
function moved(eye: HalvesEye, low: number, distance: number): number {
  const sum = (low + distance) | 0;
  eye.high = (eye.high + (distance < 0 ? -1 : 0) + carry(sum, low)) | 0;
  return sum;
}

function shiftedRight(eye: HalvesEye, low: number, by: number): number {
  const { high } = eye;
  if (by === 0) return low;
  eye.high = by < 32 ? (high >>> by) | 0 : 0;
  return by < 32 ? (low >>> by) | (high << (32 - by)) : (high >>> (by - 32)) | 0;
}

function shiftedLeft(eye: HalvesEye, low: number, by: number): number {
  const { high } = eye;
  if (by === 0) return low;
  eye.high = by < 32 ? (high << by) | (low >>> (32 - by)) : low << (by - 32);
  return by < 32 ? low << by : 0;
}

/** The high half of the product of two unsigned low halves. */
function productHigh(left: number, right: number): number {
  const leftHigh = left >>> 16;
  const leftLow = left & 0xffff;
  const rightHigh = right >>> 16;
  const rightLow = right & 0xffff;
  // None of these exceeds 32 bits.
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const other = leftLow * rightHigh + (middle & 0xffff);
  return (leftHigh * rightHigh + (middle >>> 16) + (other >>> 16)) | 0;
}

/** `index`: of the word the value belongs to, for PC-relative addresses. */
export function computer(value: Value, index: number, fields?: EventFields): Compute {
  const sub = (v: Value) => computer(v, index, fields);
  const operand = (v: Value) => operandOf(v, index, fields);
  switch (value.op) {
    case 'constant':
      return constantly(value.value);
    case 'local': {
      const { offset } = value;
      return (eye) => eye.lowLocal(offset);
    }
    case 'frame': {
      const { offset } = value;
      return (eye) => moved(eye, eye.lowSp(), offset);
    }
    case 'image': {
      const delta = value.at() - 4 * index;
      return (eye) => moved(eye, eye.lowPc(), delta);
    }
    case 'secret': {
      const at = sub(value.index);
      const { secret } = value;
      return (eye) => {
        const low = at(eye);
        return split(eye, eye.secret(secret, join(low, eye.high)));
      };
    }
    case 'linked':
      return constantly(value.value());
    case 'load': {
      const address = operand(value.address);
      const { size } = value;
      return (eye) => {
        const low = get(eye, address);
        return eye.lowLoad(low, eye.high, size);
      };
    }
    case 'register': {
      const { register } = value;
      return (eye) => eye.lowRead(register);
    }
    case 'registerName':
      return constantly(BigInt(value.register));
    case 'numbered': {
      const at = sub(value.index);
      const { registers } = value;
      return (eye) => {
        const register = registers[at(eye) & 31];
        if (register !== undefined) return eye.lowRead(register);
        eye.high = 0;
        return 0;
      };
    }
    case 'bits': {
      const of = operand(value.value);
      const { low } = value;
      const [keepLow, keepHigh] = masks(value.high - low + 1);
      return (eye) => {
        const bits = shiftedRight(eye, get(eye, of), low);
        eye.high &= keepHigh;
        return bits & keepLow;
      };
    }
    case 'insert': {
      const into = sub(value.into);
      const inserted = sub(value.value);
      const { low } = value;
      const halves = { high: 0 };
      const maskLow = split(halves, ((1n << BigInt(value.high - low + 1)) - 1n) << BigInt(low));
      const maskHigh = halves.high;
      return (eye) => {
        const oldLow = into(eye);
        const oldHigh = eye.high;
        const newLow = shiftedLeft(eye, inserted(eye), low);
        eye.high = (oldHigh & ~maskHigh) | (eye.high & maskHigh);
        return (oldLow & ~maskLow) | (newLow & maskLow);
      };
    }
    case 'wrap': {
      const of = operand(value.value);
      const [keepLow, keepHigh] = masks(value.bits);
      return (eye) => {
        const low = get(eye, of) & keepLow;
        eye.high &= keepHigh;
        return low;
      };
    }
    case 'unary':
      if (value.operator === '!') return asNumber(tester(value, index, fields));
      return value.operator === '-' ? negated(operand(value.operand), value.bits) : inverted(operand(value.operand), value.bits);
    case 'binary':
      if (value.operator in COMPARISONS || value.operator === '&&' || value.operator === '||')
        return asNumber(tester(value, index, fields));
      return ARITHMETIC[value.operator as Arithmetic](operand(value.left), operand(value.right), value.bits);
    case 'eventField': {
      const { name } = value;
      if (!fields) throw new Error('an event field stands outside a condition');
      return (eye) => split(eye, fields(name));
    }
  }
}

const masks = (bits: number): readonly [number, number] => [lowMask(bits), highMask(bits)];

function asNumber(test: Holds): Compute {
  return (eye) => {
    const holds = test(eye);
    eye.high = 0;
    return holds ? 1 : 0;
  };
}

function negated(of: Operand, bits: number): Compute {
  const [keepLow, keepHigh] = masks(bits);
  return (eye) => {
    const low = -get(eye, of) | 0;
    eye.high = (~eye.high + (low === 0 ? 1 : 0)) & keepHigh;
    return low & keepLow;
  };
}

function inverted(of: Operand, bits: number): Compute {
  const [keepLow, keepHigh] = masks(bits);
  return (eye) => {
    const low = ~get(eye, of) & keepLow;
    eye.high = ~eye.high & keepHigh;
    return low;
  };
}

/** Whether a value is not zero, without making a number of it. */
export function tester(value: Value, index: number, fields?: EventFields): Holds {
  if (value.op === 'binary') {
    const { operator } = value;
    if (operator === '&&' || operator === '||') {
      const left = tester(value.left, index, fields);
      const right = tester(value.right, index, fields);
      return operator === '&&' ? (eye) => left(eye) && right(eye) : (eye) => left(eye) || right(eye);
    }
    if (operator in COMPARISONS) {
      return COMPARISONS[operator as Comparison](operandOf(value.left, index, fields), operandOf(value.right, index, fields));
    }
  }
  if (value.op === 'unary' && value.operator === '!') {
    const of = tester(value.operand, index, fields);
    return (eye) => !of(eye);
  }
  const of = operandOf(value, index, fields);
  return (eye) => (get(eye, of) | eye.high) !== 0;
}

function equal(l: Operand, r: Operand, wanted: boolean): Holds {
  return (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    return (get(eye, r) === low && eye.high === high) === wanted;
  };
}

function below(l: Operand, r: Operand, wanted: boolean): Holds {
  return (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const otherLow = get(eye, r);
    return isBelow(low, high, otherLow, eye.high) === wanted;
  };
}

function above(l: Operand, r: Operand, wanted: boolean): Holds {
  return (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const otherLow = get(eye, r);
    return isBelow(otherLow, eye.high, low, high) === wanted;
  };
}

const COMPARISONS: Record<Comparison, (l: Operand, r: Operand) => Holds> = {
  '==': (l, r) => equal(l, r, true),
  '!=': (l, r) => equal(l, r, false),
  '<': (l, r) => below(l, r, true),
  '>=': (l, r) => below(l, r, false),
  '>': (l, r) => above(l, r, true),
  '<=': (l, r) => above(l, r, false),
};

/** What fits into 32 bits is divided as numbers, the rest as BigInts. */
function divided(
  l: Operand,
  r: Operand,
  small: (left: number, right: number) => number,
  large: (left: bigint, right: bigint) => bigint,
): Compute {
  return (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const otherLow = get(eye, r);
    if ((high | eye.high) === 0) return small(low >>> 0, otherLow >>> 0) | 0;
    return split(eye, large(join(low, high), join(otherLow, eye.high)));
  };
}

/** Division by zero gives zero, as UDIV does; shift distances are taken modulo the width, as LSLV does. */
const ARITHMETIC: Record<Arithmetic, (l: Operand, r: Operand, bits: number) => Compute> = {
  '+': (l, r, bits) => {
    const [keepLow, keepHigh] = masks(bits);
    return (eye) => {
      const low = get(eye, l);
      const { high } = eye;
      const sum = (low + get(eye, r)) | 0;
      eye.high = (high + eye.high + carry(sum, low)) & keepHigh;
      return sum & keepLow;
    };
  },
  '-': (l, r, bits) => {
    const [keepLow, keepHigh] = masks(bits);
    return (eye) => {
      const low = get(eye, l);
      const { high } = eye;
      const other = get(eye, r);
      eye.high = (high - eye.high - carry(low, other)) & keepHigh;
      return (low - other) & keepLow;
    };
  },
  '*': (l, r, bits) => {
    const [keepLow, keepHigh] = masks(bits);
    return (eye) => {
      const low = get(eye, l);
      const { high } = eye;
      const other = get(eye, r);
      eye.high = (productHigh(low, other) + Math.imul(low, eye.high) + Math.imul(high, other)) & keepHigh;
      return Math.imul(low, other) & keepLow;
    };
  },
  '/': (l, r) =>
    divided(
      l,
      r,
      (left, right) => (right === 0 ? 0 : Math.floor(left / right)),
      (left, right) => (right === 0n ? 0n : left / right),
    ),
  '%': (l, r) =>
    divided(
      l,
      r,
      (left, right) => (right === 0 ? left : left % right),
      (left, right) => (right === 0n ? left : left % right),
    ),
  '<<': (l, r, bits) => {
    const [keepLow, keepHigh] = masks(bits);
    return (eye) => {
      const low = get(eye, l);
      const { high } = eye;
      const by = get(eye, r) & (bits - 1);
      eye.high = high;
      const shifted = shiftedLeft(eye, low, by) & keepLow;
      eye.high &= keepHigh;
      return shifted;
    };
  },
  '>>': (l, r, bits) => (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const by = get(eye, r) & (bits - 1);
    eye.high = high;
    return shiftedRight(eye, low, by);
  },
  '&': (l, r) => (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const both = low & get(eye, r);
    eye.high &= high;
    return both;
  },
  '|': (l, r) => (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const either = low | get(eye, r);
    eye.high |= high;
    return either;
  },
  '^': (l, r) => (eye) => {
    const low = get(eye, l);
    const { high } = eye;
    const one = low ^ get(eye, r);
    eye.high ^= high;
    return one;
  },
};
