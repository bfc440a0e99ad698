import { describe, expect, it } from 'vitest';
import { complaints } from '../../workspace/testing.ts';

const FILE = 'bits S2D: u64 { VALID: 0, PA: 47..12 }\nbits Half: u32 { A: 0 }';
const wrong = (statements: string): string[] => complaints(statements, 'var word: S2D\nvar small: u32', FILE);
const declared = (text: string): string[] => complaints('', '', text);

describe('a bits type', () => {
  it('is based on an integer, and its fields lie in it', () => {
    expect(declared('bits B: u8 { A: 7..4, B: 3..0, ALL: 7..0 }')).toEqual([]);
    expect(declared('bits B: bool { A: 0 }')).toEqual(['TFW201 `bits` are those of an integer type, found `bool`.']);
    expect(declared('bits B: u32 { A: 32 }')).toEqual(['TFW206 Bit 32 of `A` is not in `u32`, which ends at bit 31.']);
    expect(declared('bits B: u32 { A: 4..8 }')).toEqual(['TFW206 The range of `A` is empty: write the high bit first, `8..4`.']);
    expect(declared('bits B: u32 { A: 0, A: 1 }')).toEqual(['TFW102 `A` is declared twice.']);
  });

  it('has the fields that it declares', () => {
    expect(wrong('x0 = word.PA')).toEqual([]);
    expect(wrong('x0 = word.VALLID')).toEqual(['TFW101 Bits `S2D` has no field `VALLID`; did you mean `VALID`?']);
  });

  it('takes values of its own, and constants that fit', () => {
    expect(wrong('word = 0\nword = 3 | 1 << 12\nlet d = word\nword = d\nword = x0 as S2D\nlet n: u64 = word as u64')).toEqual([]);
    expect(wrong('word = x0')).toEqual(['TFW201 `word` wants `S2D`, found `u64`; write `as S2D`.']);
    expect(wrong('let n: u64 = word')).toEqual(['TFW201 `n` wants `u64`, found `S2D`; write `as u64`.']);
    expect(wrong('var h: Half = 0x1_0000_0000')).toEqual(['TFW206 0x100000000 does not fit `Half`, which has 32 bits.']);
  });

  it('has fields that take what fits, conditions among it', () => {
    expect(wrong('word.VALID = x0 == 1\nword.PA = x0\nword.PA += 1')).toEqual([]);
    expect(wrong('word.VALID = 2')).toEqual(['TFW206 2 does not fit `VALID`, which has one bit.']);
  });

  it('has fields that are stored in what can be stored in', () => {
    expect(wrong('(small as Half).A = 1\n(x0 as S2D).PA = 1')).toEqual([]);
    expect(wrong('let d = word\nd.VALID = 1')).toEqual(['TFW203 `d` is immutable; declare it with `var`.']);
    expect(wrong('(small as S2D).PA = 1')).toEqual(['TFW203 The place has 32 bits, fewer than `S2D`.']);
    expect(wrong('(x0 + 1 as S2D).PA = 1').length).toBe(1);
    expect(wrong('x0 = &word.PA as u64')).toEqual(['TFW203 Fields of `bits` have no address.']);
  });
});
