import { describe, expect, it } from 'vitest';
import { bit, bits, insert, mask } from './bits.ts';
import { Random } from './random.test-support.ts';

describe('bits', () => {
  it('gives what shifting and masking gives, for every range of at most 52 bits', () => {
    const random = new Random(1);
    for (let high = 0; high < 64; high++) {
      for (let low = Math.max(0, high - 51); low <= high; low++) {
        const value = random.wide(64);
        expect(bits(value, high, low), `${high}:${low} of ${value}`).toBe(
          Number((value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n)),
        );
      }
    }
  });
});

describe('bit', () => {
  it('tells each bit of both halves', () => {
    for (let at = 0; at < 64; at++) {
      expect(bit(1n << BigInt(at), at)).toBe(true);
      expect(bit(~(1n << BigInt(at)), at)).toBe(false);
    }
  });
});

describe('insert', () => {
  it('replaces the field and nothing else', () => {
    expect(insert(0xffff_ffffn, 15, 8, 0x12)).toBe(0xffff_12ffn);
    expect(insert(0n, 63, 62, 0b111)).toBe(mask(63, 62));
  });
});
