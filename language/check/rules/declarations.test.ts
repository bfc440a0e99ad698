import { describe, expect, it } from 'vitest';
import { check, complaints, imageComplaints, lines } from '../../workspace/testing.ts';

const file = (text: string): string[] => check(text).map(({ code, message }) => `${code} ${message}`);

describe('a constant', () => {
  it('has a single value that is known before anything runs', () => {
    expect(file('const A = 1\nconst B: u8 = A + 1\nconst C: *u64 = 0x1000\nconst D = B == 2')).toEqual([]);
    expect(file('const A = x0')).toEqual(['TFW205 The value of `A` is known before anything runs: write a constant.']);
    expect(file('const A: u8 = 256')).toEqual(['TFW206 256 does not fit `u8`, which has 8 bits.']);
    expect(file('const A: bool = 1')).toEqual([expect.stringMatching(/^TFW201 `A` wants `bool`/)]);
    expect(file('const A: [u8; 2] = 1')).toEqual(['TFW201 A constant has a single value, found `[u8; 2]`.']);
  });

  it('does not go in circles', () => {
    expect(file('const A = B\nconst B = A + 1')).toEqual(['TFW205 `A` is defined by itself.', 'TFW205 `B` is defined by itself.']);
    expect(file('const A = A')).toEqual(['TFW205 `A` is defined by itself.']);
  });
});

describe('a static', () => {
  it('starts as zeros, or as a constant', () => {
    expect(imageComplaints('var a: u64\nvar b: u8 = 1\nvar c: [u64; 4]\nvar d: *u64 = 0')).toEqual([]);
    expect(imageComplaints('var a: u64 = x0')).toEqual([expect.stringMatching(/^TFW205 The first value of `a`/)]);
    expect(imageComplaints('var a: [u64; 4] = 1')).toEqual([expect.stringMatching(/^TFW201 `a` is no single value/)]);
  });
});

describe('an enum', () => {
  it('has members that fit its base, which is an integer', () => {
    expect(file('enum E: u8 { A = 254, B }')).toEqual([]);
    expect(file('enum E: u8 { A = 255, B }')).toEqual(['TFW206 `B` is 256, which does not fit `u8` of `E`.']);
    expect(file('enum E: bool { A }')).toEqual(['TFW201 An enum is based on an integer type, found `bool`.']);
    expect(file('enum E { A, B, A }')).toEqual(['TFW102 `A` is declared twice.']);
    expect(file('enum E { A = x0 }')).toEqual([expect.stringMatching(/^TFW205/)]);
  });
});

describe('a struct', () => {
  it('has fields that follow each other, aligned, within its size', () => {
    expect(file('struct S size 32 { a: u64, b @16: u64, c: [u8; 8] }')).toEqual([]);
    expect(file('struct S { a: u64, b @4: u32 }')).toEqual(['TFW206 `b` overlaps what stands before it, which ends at 0x8.']);
    expect(file('struct S { a: u8, b @4: u64 }')).toEqual(['TFW206 `b` has to be aligned to 8 bytes.']);
    expect(file('struct S size 8 { a: u64, b: u8 }')).toEqual(['TFW206 The fields of `S` take 9 bytes.']);
    expect(file('struct S { a: u64, a: u8 }')).toEqual(['TFW102 `a` is declared twice.']);
  });

  it('ends', () => {
    expect(file('struct S { a: *S }')).toEqual([]);
    expect(file('struct S { a: S }')).toEqual(['TFW206 `S` contains itself and would have no end; use a pointer.']);
    expect(file('struct S { a: [T; 2] }\nstruct T { b: S }')).toEqual([expect.stringContaining('contains itself')]);
  });
});

describe('an array', () => {
  it('has a constant length that is neither zero nor beyond reason', () => {
    expect(imageComplaints('const N = 2 * 2\nvar a: [u64; N]\nvar b: [[u8; 4 KiB]; N]')).toEqual([]);
    expect(imageComplaints('var a: [u64; 0]')).toEqual(['TFW206 An array has at least one element.']);
    expect(imageComplaints('var a: [u64; 0x1_0000_0000]')).toEqual(['TFW206 An array has at most 16 MiB.']);
    expect(imageComplaints('var a: [u64; x0]')).toEqual([expect.stringMatching(/^TFW205/)]);
    expect(imageComplaints('var a: [u64; true]')).toEqual([expect.stringMatching(/^TFW201/)]);
  });
});

describe('a function', () => {
  it('takes and returns single values', () => {
    expect(file('struct S { a: u64 }\nfn f(s: *S) -> *S { return s }')).toEqual([]);
    expect(file('struct S { a: u64 }\nfn f(s: S) { }')).toEqual(['TFW201 Parameter `s` is a single value, found `S`; pass a pointer.']);
    expect(file('fn f() -> [u8; 2] { return 0 }')).toContainEqual(expect.stringContaining('The result of `f` is a single value'));
  });
});

describe('an event', () => {
  it('has fields of single values, and is none of the machine', () => {
    expect(file('event seen { a: u64, b: bool }')).toEqual([]);
    expect(file('event seen { a: [u8; 2] }')).toEqual([expect.stringMatching(/^TFW201 A field of an event is a single value/)]);
    expect(file('event smc { a: u64 }')).toEqual(['TFW102 `smc` is an event of the machine.']);
  });
});

describe('an image', () => {
  it('runs in a state that the machine has, with vectors that it has', () => {
    expect(imageComplaints('vector sync_same_el { finish }')).toEqual([]);
    expect(imageComplaints('vector sync_same { finish }')).toEqual([
      expect.stringMatching(/^TFW103 Arm has no exception vector `sync_same`/),
    ]);
    expect(file('image a in NS.EL5 { }')).toEqual([expect.stringMatching(/^TFW103 Arm has no state `NS.EL5`; did you mean `NS.EL\d`\?/)]);
  });

  it('reaches other address spaces through windows only', () => {
    const use = 'fn f() { let p = 0x1000 as *ns u64 }';
    expect(imageComplaints(use, 'NS.EL2')).toEqual([]);
    expect(imageComplaints(`window ns at 0x40_0000_0000\n${use}`, 'Realm.EL2')).toEqual([]);
    expect(imageComplaints(use, 'Realm.EL2')).toEqual([
      expect.stringMatching(/^TFW201 Image `code` runs in Realm.EL2 and has no window to `ns`/),
    ]);
    expect(imageComplaints('window ns at 1\nwindow ns at 2')).toEqual(['TFW102 There are two windows to `ns`.']);
    expect(imageComplaints('window nowhere at 1')).toEqual([expect.stringMatching(/^TFW103 Arm has no address space `nowhere`/)]);
  });

  it('reaches them through windows also in the functions that it copies', () => {
    const text = (window: string) => `fn far(p: *ns u64) -> u64 { return *p }\nfn near(a: u64) -> u64 { return far(a as *ns u64) }
image a in Realm.EL2 {\n${window}\nfn main() { near(1) }\n}`;
    expect(file(text('window ns at 0x40_0000_0000'))).toEqual([]);
    expect(file(text(''))).toEqual([expect.stringMatching(/^TFW201 `near` uses `\*ns` pointers, but image `a` runs in Realm.EL2/)]);
  });
});

describe('a platform', () => {
  it('names a machine, memory that is not empty, and constant addresses', () => {
    expect(file('platform p on arm_rme { memory m at 0 .. 0x1000 }')).toEqual([]);
    expect(file('platform p on arm_rm { }')).toEqual([expect.stringMatching(/^TFW402 There is no machine `arm_rm`/)]);
    expect(file('platform p on arm_rme { memory m at 1 .. 1 }')).toEqual(['TFW206 `m` is empty: its end is exclusive.']);
    expect(file('platform p on arm_rme { memory m at x0 .. 1 }')).toEqual([expect.stringMatching(/^TFW205/)]);
  });
});

describe('a name', () => {
  it('is declared once in its file, image, function or block', () => {
    expect(lines(check('const A = 1\nfn A() { }'))).toEqual(['2:4 TFW102 `A` is declared twice.']);
    expect(imageComplaints('var a: u64\nfn a() { }')).toEqual(['TFW102 `a` is declared twice.']);
    expect(imageComplaints('vector sync_lower { finish }\nvector sync_lower { finish }')).toEqual([
      'TFW102 `sync_lower` is declared twice.',
    ]);
    expect(imageComplaints('fn f(a: u64, a: u64) { }')).toEqual(['TFW102 Parameter `a` is declared twice.']);
    expect(imageComplaints('fn f(a: u64) { let a = 1 }')).toEqual(['TFW102 `a` is a parameter already.']);
    expect(complaints('let a = 1\nif a == 1 { let a = 2 }')).toEqual([]);
  });

  it('is not that of a register, nor of the vector table', () => {
    expect(complaints('let x0 = 1')).toEqual(['TFW102 `x0` is a register.']);
    expect(complaints('for SCR_EL3 in 0..3 { }')).toEqual(['TFW102 `SCR_EL3` is a register.']);
    expect(imageComplaints('fn f(x1: u64) { }')).toEqual(['TFW102 `x1` is a register.']);
    expect(imageComplaints('var vectors: u64')).toEqual([expect.stringContaining('vector table')]);
    expect(imageComplaints('fn smc() { }')).toEqual(['TFW102 `smc` is an instruction.']);
  });

  it('of a constant of the machine has its value', () => {
    expect(file('const EC_SMC64 = 0x17')).toEqual([]);
    expect(file('const EC_SMC64 = 0x18')).toEqual(['TFW102 `EC_SMC64` is a constant of the architecture, with another value.']);
  });
});
