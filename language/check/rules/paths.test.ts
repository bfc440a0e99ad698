import { describe, expect, it } from 'vitest';
import { check, imageComplaints } from '../../workspace/testing.ts';

const file = (text: string): string[] => check(text).map(({ code, message }) => `${code} ${message}`);
const returns = (body: string): string[] => imageComplaints(`fn f(a: u64) -> u64 {\n${body}\n}\nfn away() -> never { panic("") }`);
const MISSING = ['TFW207 `f` does not return a value on every path.'];

describe('a function with a result', () => {
  it.each([
    'return 1',
    'if a == 0 { return 1 } else { return 2 }',
    'if a == 0 { return 1 }\npanic("no")',
    'while true { if a == 1 { return 1 } }',
    'match a { 0 => return 1\n else => { return 2 } }',
    'match a { 0 => panic("no")\n else => away() }',
    'away()',
    'finish',
  ])('returns on every path: %j', (body) => {
    expect(returns(body)).toEqual([]);
  });

  it.each([
    '',
    'if a == 0 { return 1 }',
    'while a == 0 { return 1 }',
    'match a { 0 => return 1 }',
    'while true { break }',
    'for i in 0..3 { return 1 }',
  ])('does not on: %j', (body) => {
    expect(returns(body)).toEqual(MISSING);
  });

  it('that never returns does not come to its end either', () => {
    expect(imageComplaints('fn f() -> never { while true { wfi() } }')).toEqual([]);
    expect(imageComplaints('fn f() -> never { wfi() }')).toEqual(['TFW207 `f` is declared `-> never`, but its end can be reached.']);
  });
});

describe('a vector', () => {
  it('is warned of if it comes to its end', () => {
    expect(imageComplaints('vector sync_lower { finish }')).toEqual([]);
    expect(check('image a in NS.EL2 { vector sync_lower { wfi() } }').map(({ code, severity }) => [code, severity])).toEqual([
      ['TFW207', 'warning'],
    ]);
  });
});

describe('recursion', () => {
  it('that can end is no error', () => {
    expect(file('fn f(a: u64) -> u64 {\n if a == 0 { return 1 }\n return f(a - 1)\n}')).toEqual([]);
    expect(file('fn f(a: u64) -> u64 { return a + g(a) }\nfn g(a: u64) -> u64 {\n if a == 0 { return 1 }\n return f(a - 1)\n}')).toEqual(
      [],
    );
    expect(file('fn f(a: u64) -> bool { return a == 0 || f(a - 1) }')).toEqual([]);
  });

  it('on every path is one, also by way of others', () => {
    expect(file('fn f() { f() }')).toEqual(['TFW305 `f` calls itself on every path, without end.']);
    expect(file('fn f() { while f() { } }'.replace('f() {', 'f() -> bool {').replace('{ } }', '{ }\nreturn true }'))).toEqual([
      expect.stringMatching(/^TFW305/),
    ]);
    expect(file('fn f() { g() }\nfn g() { f() }')).toEqual([
      'TFW305 `f` calls itself by way of `g` on every path, without end.',
      'TFW305 `g` calls itself by way of `f` on every path, without end.',
    ]);
  });
});

describe('a frame', () => {
  it('has room on a stack', () => {
    expect(imageComplaints('fn f() { var a: [u64; 100] }')).toEqual([]);
    expect(imageComplaints('fn f() { var a: [u64; 4096] }')).toEqual([
      expect.stringMatching(/^TFW305 The frame of `f` has at least 32792 bytes/),
    ]);
  });
});

describe('a frame', () => {
  const large = (body: string): string[] => imageComplaints(`fn f() {\n${body}\n}`).map((each) => each.slice(0, 46));

  it('counts all locals that live at a time, and the blocks that follow each other once', () => {
    expect(large('var a: [u64; 600]\nvar b: [u64; 600]\na[0] = b[0]')).toEqual(['TFW305 The frame of `f` has at least 9624 byte']);
    expect(large('var a: [u64; 600]\nif x0 == 1 { var b: [u64; 600]\na[0] = b[0] }')).toHaveLength(1);
    expect(large('if x0 == 1 { var a: [u64; 600]\na[0] = 1 } else { var b: [u64; 600]\nb[0] = 1 }')).toEqual([]);
    expect(large('var a: [u64; 1000]\na[0] = 1')).toEqual([]);
  });

  it('of a vector counts as well', () => {
    expect(imageComplaints('vector sync_same_el { var a: [u64; 1100]\na[0] = 1\neret() }')).toEqual([
      'TFW305 The frame of `sync_same_el` has at least 8824 bytes, and a stack 8192; make `a` a static of the image.',
    ]);
  });
});
