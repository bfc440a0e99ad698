import { describe, expect, it } from 'vitest';
import { complaints, imageComplaints } from '../../workspace/testing.ts';

const MEMBERS = 'fn add(a: u64, p: *u8, yes: bool) -> u64 { return a }\nvar byte: u8\nvar word: u64';
const wrong = (statements: string): string[] => complaints(statements, MEMBERS);

describe('a call of a function', () => {
  it('has an argument of the right type for each parameter', () => {
    expect(wrong('add(1, &byte, true)\nlet a = add(byte, 0, x0 == 1)')).toEqual([]);
    expect(wrong('add(1, &byte)')).toEqual(['TFW202 `add(a: u64, p: *u8, yes: bool)` takes 3 arguments, found 2.']);
    expect(wrong('add(1, &word, true)')).toEqual(['TFW201 Parameter `p` wants `*u8`, found `*u64`; write `as *u8`.']);
    expect(wrong('add(1, &byte, 1)')).toEqual(['TFW201 Parameter `yes` wants `bool`, found a number; compare it: `!= 0`.']);
    expect(wrong('add(#1, &byte, true)')).toEqual(['TFW202 `#` marks the immediate of an instruction; `add` is a function.']);
  });

  it('is a call of something that can be called', () => {
    expect(wrong('word(1)')).toEqual(['TFW202 `word` cannot be called; only functions and instructions can.']);
    expect(wrong('addd(1)')).toEqual(['TFW101 There is no function or instruction `addd`; did you mean `add`?']);
    expect(wrong('(word + 1)()')).toEqual(['TFW202 This cannot be called; only functions and instructions can.']);
  });

  it('has a result only if the function returns one', () => {
    expect(complaints('let a = f()', 'fn f() { }')).toEqual(['TFW201 `a` wants a single value, found `f`, which has no result.']);
    expect(complaints('word = f()', 'fn f() { }\nvar word: u64')).toEqual([expect.stringContaining('found `f`, which has no result')]);
  });
});

describe('a call of an instruction', () => {
  it('has the operands of its row: values, options and further arguments', () => {
    expect(wrong('smc(1, 2, &byte)\ndsb(SY)\nisb()\ntlbi(PAALLOS)\ndc(CIPAPA, word)\nwfi()')).toEqual([]);
    expect(wrong('dsb(SYY)')).toEqual(['TFW103 `dsb` has no option `SYY`; did you mean `SY`?']);
    expect(wrong('dsb(1)')).toEqual([expect.stringMatching(/^TFW202 `option` of `dsb` is one of `/)]);
    expect(wrong('dsb(SY, 1)')).toEqual([expect.stringMatching(/^TFW202 `dsb\(option\?\)` takes 0 to 1 arguments, found 2/)]);
    expect(wrong('smc(1, true)')).toEqual([
      expect.stringMatching(/^TFW202 `x1` of `smc` wants an integer or an address, found `bool`; write `as u64`/),
    ]);
  });

  it('has an immediate only where the instruction has one, first, and of its width', () => {
    expect(wrong('smc(#1)\nlet a = hvc(#0xffff)')).toEqual([]);
    expect(wrong('smc(#0x1_0000)')).toEqual([expect.stringMatching(/^TFW206 .*the immediate of `smc`, which has 16 bits/)]);
    expect(wrong('isb(#1)')).toEqual(['TFW202 `isb` has no immediate; leave out `#`.']);
    expect(wrong('smc(1, #1)')).toEqual(['TFW202 The immediate is the first argument.']);
  });

  it('sees an option before any variable of that name', () => {
    expect(wrong('let SY: u64 = 1\ndsb(SY)\nlet a = SY')).toEqual([]);
  });
});

describe('an exception return', () => {
  it('stands in vectors and entries only', () => {
    expect(imageComplaints('vector sync_lower { eret() }\nentry start { eret() }', 'Root.EL3')).toEqual([]);
    expect(imageComplaints('fn f() { eret() }')).toEqual([
      expect.stringMatching(/^TFW302 `eret\(\)` stands only in a vector, an entry or at the end of a `suspend`, and `f` is a function/),
    ]);
    expect(imageComplaints('vector sync_lower {\n SPSel = 0\n if x0 == 1 { eret() }\n eret() }', 'Root.EL3')).toEqual([]);
  });
});
