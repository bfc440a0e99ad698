import { describe, expect, it } from 'vitest';
import { complaints } from '../../language/workspace/testing.ts';
import { bare, run, troubles } from '../support/programs.ts';

const wrong = (body: string, members = ''): string[] => troubles(run(bare(`${members}\nfn main() {\n${body}\n}`)));
const MEMBERS =
  'enum Colour: u8 { Red, Blue }\nvar lock: u32\nvar byte: u8\nvar count: u64\nvar many: [u64; 4]\nvar paint: Colour\nvar head: *u64';

describe('an instruction with a register operand', () => {
  it('loads into it', () => {
    expect(
      wrong(
        `
        stp(&many[0], VBAR_EL3, 9)
        stp(&many[2], x0 + 5, many[1])
        expect many[0] == VBAR_EL3 && many[1] == 9 && many[3] == 9
        many[0] = 3
        ldp(&many[0], SP_EL0, x4)
        expect SP_EL0 == 3 && x4 == 9
        ldp(&many[2], x[7], x[8])
        expect x8 == 9
        `,
        MEMBERS,
      ),
    ).toEqual([]);
  });

  it('takes registers only', () => {
    expect(complaints('ldp(&many[0], x0, TTBR0_EL2)', MEMBERS)).toEqual([]);
    expect(complaints('ldp(&many[0], x0, count)', MEMBERS)).toEqual(['TFW202 `second` of `ldp` is a register.']);
    expect(complaints('ldp(&many[0], 3, x0)', MEMBERS)).toEqual(['TFW202 `first` of `ldp` is a register.']);
    expect(complaints('stp(&many[0], 3)', MEMBERS)).toEqual(['TFW202 `stp(pointer, first, second)` takes 3 arguments, found 2.']);
  });
});

describe('an atomic instruction', () => {
  it('is as wide as what its pointer points to, and gives a value of that type', () => {
    expect(
      wrong(
        `
        let old = ldadd(&lock, 0xffff_ffff)
        expect old == 0 && sizeof(u32) == 4
        expect ldadd(&lock, 2) == 0xffff_ffff
        expect lock == 1
        byte = 0xf0
        var was: u8 = ldset(&byte, 0xf)
        expect was == 0xf0 && byte == 0xff
        expect ldclr(&byte, 0x81) == 0xff && byte == 0x7e
        expect swp(&paint, Colour.Blue) == Colour.Red
        expect paint == Colour.Blue
        expect cas(&count, 0, 5) == 0 && count == 5
        expect cas(&many[1] as u64, 0, 5) == 0 && many[1] == 5
        head = &many[2]
        let first = swp(&head, &many[3])
        expect *first == 0 && head == &many[3]
        `,
        MEMBERS,
      ),
    ).toEqual([]);
  });

  it('takes what fits there, and one value at a time', () => {
    expect(complaints('x0 = ldadd(&lock, count)', MEMBERS)).toEqual([
      'TFW201 `value` of `ldadd` wants `u32`, found `u64`, which is wider; write `as u32`.',
    ]);
    expect(complaints('x0 = swp(&many, 1)', MEMBERS)).toEqual(['TFW202 `swp` takes a pointer to a single value, found `*[u64; 4]`.']);
    expect(complaints('x0 = swp(byte, 1)\nx0 = swp(x1, x2)', MEMBERS)).toEqual([]);
  });

  it('retries an exclusive store until it is stored', () => {
    expect(
      wrong(
        `
        while true {
          let old = ldxr(&count)
          if stxr(&count, old + 1) == 0 { break }
        }
        expect count == 1
        `,
        MEMBERS,
      ),
    ).toEqual([]);
  });
});
