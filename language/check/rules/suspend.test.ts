import { describe, expect, it } from 'vitest';
import { complaints, imageComplaints } from '../../workspace/testing.ts';

const MEMBERS = 'var slot: [u64; 3]\nvar small: [u64; 2]\nvar many: [u64; 4]';
const wrong = (statements: string): string[] => complaints(statements, MEMBERS);
const atEl3 = (body: string): string[] => imageComplaints(`var slot: [u64; 3]\nfn f(a: u64) {\n${body}\n}`, 'Root.EL3');

describe('suspend', () => {
  it('is the value of a let, a var or an assignment, or a statement', () => {
    expect(
      wrong(
        'let a = suspend(&slot) { eret() }\nvar b: u64 = suspend(&slot) { eret() }\nb = suspend(&slot) { eret() }\nsuspend(&slot) { eret() }\nmany[a] = suspend(&slot) { eret() }',
      ),
    ).toEqual([]);
  });

  it('is no part of an expression', () => {
    const message = 'TFW306 `suspend` is the whole value of a `let`, `var` or assignment, or a statement of its own.';
    expect(wrong('let a = 1 + suspend(&slot) { eret() }')).toEqual([message]);
    expect(wrong('var a = 1\na += suspend(&slot) { eret() }')).toEqual([message]);
    expect(wrong('if suspend(&slot) { eret() } == 1 { }')).toEqual([message]);
  });

  it('wants a pointer to 24 bytes, as resume does', () => {
    expect(wrong('suspend(&small) { eret() }')).toEqual([
      'TFW201 The slot of `suspend` has 24 bytes, for PC, SP and the address of the result; `[u64; 2]` has 16.',
    ]);
    expect(wrong('suspend(x0) { eret() }')).toEqual(['TFW201 `suspend` takes a pointer to its slot, found `u64`.']);
    expect(wrong('resume(slot, 1)')).toEqual(['TFW201 `resume` takes a pointer to its slot, found `[u64; 3]`.']);
    expect(wrong('resume(&slot, true)')).toEqual(['TFW201 What `resume` gives wants `u64`, found `bool`; write `as u64`.']);
    expect(wrong('resume(&slot, x0)')).toEqual([]);
  });

  it('ends by eret, and by nothing else', () => {
    expect(wrong('suspend(&slot) { isb() }')).toEqual(['TFW306 `suspend` leaves by its block: end it by `eret()`.']);
    expect(wrong('suspend(&slot) { }')).toEqual(['TFW306 `suspend` leaves by its block: end it by `eret()`.']);
    expect(wrong('suspend(&slot) { if x0 == 1 { return }\neret() }')).toEqual([
      'TFW306 `return` would leave `suspend`, which ends by `eret()` only.',
    ]);
    expect(wrong('while true { suspend(&slot) { if x0 == 1 { break }\neret() } }')).toEqual([
      'TFW306 `break` would leave `suspend`, which ends by `eret()` only.',
    ]);
    expect(wrong('suspend(&slot) { while true { break }\neret() }')).toEqual([]);
    expect(wrong('suspend(&slot) { if x0 == 1 { eret() }\neret() }').map((each) => each.slice(0, 6))).toEqual(['TFW302']);
  });

  it('does not stand in another one', () => {
    expect(wrong('suspend(&slot) { suspend(&slot) { eret() }\neret() }')).toEqual([
      'TFW306 `suspend` cannot stand within another one, whose frame waits already.',
    ]);
  });

  it('is naked behind the store that gives its stack away, and only there', () => {
    expect(atEl3('suspend(&slot) { let b = a\nSPSR_EL3 = b\nSPSel = 1\nrestore_gprs(SP_EL3)\neret() }')).toEqual([]);
    expect(atEl3('suspend(&slot) { SPSel = 1\nSPSR_EL3 = a\nlet b: u64 = 1\neret() }')).toEqual([
      'TFW301 `a` lives in a frame, and the store to `SPSel` has given the stack away.',
      'TFW301 A local lives in a frame, and the store to `SPSel` has given the stack away.',
    ]);
    expect(atEl3('suspend(&slot) { if a == 1 { SPSel = 1 }\neret() }')).toEqual([
      'TFW301 `SPSel` gives or takes the stack, so it is written outside of blocks.',
    ]);
  });

  it('does not stand in naked code, where resume may', () => {
    const vector = (body: string) => imageComplaints(`var slot: [u64; 3]\nvector sync_lower {\n${body}\n}`, 'Root.EL3');
    expect(vector('suspend(&slot) { eret() }\nfinish')).toEqual([
      'TFW301 `suspend` leaves a frame waiting, and there is no stack here: store to `SPSel` first.',
    ]);
    expect(vector('resume(&slot, ESR_EL3.EC)')).toEqual([]);
    expect(vector('SPSel = 0\nsuspend(&slot) { SPSel = 1\neret() }\nfinish')).toEqual([]);
  });

  it('comes back, and resume does not', () => {
    expect(imageComplaints('var slot: [u64; 3]\nfn f() -> u64 { suspend(&slot) { eret() }\nreturn 1 }')).toEqual([]);
    expect(imageComplaints('var slot: [u64; 3]\nfn f() -> never { resume(&slot, 1) }')).toEqual([]);
    expect(imageComplaints('var slot: [u64; 3]\nfn f() { resume(&slot, 1)\nisb() }')).toEqual([
      'TFW204 This is never reached: `resume` comes before it.',
    ]);
  });
});
