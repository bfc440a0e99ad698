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
    expect(imageComplaints('fn f() { var a: [u64; 4096] }')).toEqual([expect.stringMatching(/^TFW305 A local of `f` has 32768 bytes/)]);
  });
});
