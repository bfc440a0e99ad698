/** Halves compute what 64-bit arithmetic says: an oracle in BigInts, on values at every border between the halves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Eye } from '../../machine/index.ts';
import type { BinaryOperator, Value } from './ir.ts';
import { evaluator, tester } from './values.ts';

const WORD = (1n << 64n) - 1n;
const EDGES = [0n, 1n, 2n, 7n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 32n, 1n << 63n, WORD - 1n, WORD];
const number = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.bigInt({ min: 0n, max: WORD }),
  fc.bigInt({ min: 0n, max: 0xffff_ffffn }),
  fc.bigInt({ min: 0n, max: 100n }),
);
const width = fc.constantFrom(8, 16, 32, 64);

const LEFT = 24;
const RIGHT = 32;
const REGISTER = 3;

/** An eye with the two values in its frame and in registers. */
function eyeOf(left: bigint, right: bigint): Eye {
  return {
    sp: left,
    pc: left,
    fault: null,
    load: (va, size) => BigInt.asUintN(8 * size, va),
    local: (offset) => (offset === LEFT ? left : right),
    read: (register) => (register === REGISTER ? left : right),
    secret: (_, index) => index,
  };
}

const local = (offset: number): Value => ({ op: 'local', offset });
const constant = (value: bigint): Value => ({ op: 'constant', value });
const register = (index: number): Value => ({ op: 'register', register: index });
/** What is not computed in place. */
const other = (offset: number): Value => ({ op: 'wrap', value: local(offset), bits: 64 });

const EXPECTED: Record<BinaryOperator, (l: bigint, r: bigint, bits: number) => bigint> = {
  '+': (l, r, bits) => BigInt.asUintN(bits, l + r),
  '-': (l, r, bits) => BigInt.asUintN(bits, l - r),
  '*': (l, r, bits) => BigInt.asUintN(bits, l * r),
  '/': (l, r) => (r === 0n ? 0n : l / r),
  '%': (l, r) => (r === 0n ? l : l % r),
  '<<': (l, r, bits) => BigInt.asUintN(bits, l << (r & BigInt(bits - 1))),
  '>>': (l, r, bits) => l >> (r & BigInt(bits - 1)),
  '&': (l, r) => l & r,
  '|': (l, r) => l | r,
  '^': (l, r) => l ^ r,
  '==': (l, r) => (l === r ? 1n : 0n),
  '!=': (l, r) => (l !== r ? 1n : 0n),
  '<': (l, r) => (l < r ? 1n : 0n),
  '<=': (l, r) => (l <= r ? 1n : 0n),
  '>': (l, r) => (l > r ? 1n : 0n),
  '>=': (l, r) => (l >= r ? 1n : 0n),
  '&&': (l, r) => (l !== 0n && r !== 0n ? 1n : 0n),
  '||': (l, r) => (l !== 0n || r !== 0n ? 1n : 0n),
};

describe('values in halves', () => {
  it('agree with BigInts on every operator, width and kind of operand', () => {
    const operator = fc.constantFrom(...(Object.keys(EXPECTED) as BinaryOperator[]));
    fc.assert(
      fc.property(operator, number, number, width, (operator, l, r, bits) => {
        const [left, right] = [BigInt.asUintN(bits, l), BigInt.asUintN(bits, r)];
        const eye = eyeOf(left, right);
        const expected = EXPECTED[operator](left, right, bits);
        for (const a of [local(LEFT), constant(left), register(REGISTER), other(LEFT)]) {
          for (const b of [local(RIGHT), constant(right), register(REGISTER + 1), other(RIGHT)]) {
            const value: Value = { op: 'binary', operator, left: a, right: b, bits };
            expect(evaluator(value, 0)(eye)).toBe(expected);
            expect(tester(value, 0)(eye)).toBe(expected !== 0n);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('agree on what takes one value: signs, widths, bits, and places near SP and PC', () => {
    fc.assert(
      fc.property(
        number,
        number,
        width,
        fc.nat(63),
        fc.nat(63),
        fc.integer({ min: -0x100_0000, max: 0x100_0000 }),
        (l, r, bits, i, j, at) => {
          const [low, high] = [Math.min(i, j), Math.max(i, j)];
          const eye = eyeOf(l, r);
          const of = (value: Value) => evaluator(value, 0)(eye);
          const mask = BigInt.asUintN(high - low + 1, WORD) << BigInt(low);
          expect(of({ op: 'unary', operator: '-', operand: local(LEFT), bits })).toBe(BigInt.asUintN(bits, -l));
          expect(of({ op: 'unary', operator: '~', operand: local(LEFT), bits })).toBe(BigInt.asUintN(bits, ~l));
          expect(of({ op: 'unary', operator: '!', operand: local(LEFT), bits })).toBe(l === 0n ? 1n : 0n);
          expect(of({ op: 'wrap', value: local(LEFT), bits })).toBe(BigInt.asUintN(bits, l));
          expect(of({ op: 'bits', value: local(LEFT), high, low })).toBe((l & mask) >> BigInt(low));
          expect(of({ op: 'insert', into: local(LEFT), value: local(RIGHT), high, low })).toBe((l & ~mask) | ((r << BigInt(low)) & mask));
          expect(of({ op: 'image', at: () => at })).toBe(BigInt.asUintN(64, l + BigInt(at)));
          expect(of({ op: 'frame', offset: Math.abs(at) })).toBe(BigInt.asUintN(64, l + BigInt(Math.abs(at))));
          expect(of({ op: 'load', address: local(RIGHT), size: bits / 8 })).toBe(BigInt.asUintN(bits, r));
        },
      ),
      { numRuns: 5000 },
    );
  });
});
