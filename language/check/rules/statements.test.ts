import { describe, expect, it } from 'vitest';
import { complaints, imageComplaints } from '../../workspace/testing.ts';

const FILE =
  'enum World: u8 { NonSecure, Secure, Realm }\nstruct P { x: u16, a: [u32; 4] }\nevent seen { who: World, how: u64, yes: bool }';
const MEMBERS = 'var s: P\nvar many: [u64; 4]\nvar byte: u8\nvar word: u64';
const wrong = (statements: string): string[] => complaints(statements, MEMBERS, FILE);

describe('an assignment', () => {
  it('goes to variables, statics, parts of memory, registers and their fields', () => {
    expect(
      wrong(
        'var a = 1\na = 2\nword = a\ns.x = 3\nmany[1] = 4\nlet p = &s\np.x = 5\np.a[1] = 6\n*(&word) = 7\nx0 = 8\nSCR_EL3.NS = 1\nSCR_EL3.NSE = x0 == 1\na += 1',
      ),
    ).toEqual([]);
  });

  it.each([
    ['let a = 1\na = 2', '`a` is immutable; declare it with `var`.'],
    ['for i in 0..3 { i = 1 }', '`i` is counted by its loop.'],
    ['EC_SMC64 = 1', '`EC_SMC64` is a constant.'],
    ['main = 1', '`main` is code.'],
    ['World.Realm = 1', 'This is no place that a value could be stored in.'],
    ['1 = 2', 'This is no place that a value could be stored in.'],
    ['let a = 1\na += 1', '`a` is immutable; declare it with `var`.'],
  ])('does not go to `%s`', (text, message) => {
    expect(wrong(text)).toEqual([`TFW203 ${message}`]);
  });

  it('does not go to a parameter', () => {
    expect(imageComplaints('fn f(a: u64) { a = 1 }')).toEqual(['TFW203 `a` is a parameter and immutable; copy it to a `var`.']);
  });

  it('widens by itself and narrows by `as` only', () => {
    expect(wrong('word = byte\nbyte = 255\nbyte = word as u8\nbyte += 1\nconst_ok = 1'.replace('\nconst_ok = 1', ''))).toEqual([]);
    expect(wrong('byte = word')).toEqual(['TFW201 `byte` wants `u8`, found `u64`, which is wider; write `as u8`.']);
    expect(wrong('byte += word')).toEqual(['TFW201 This place wants `u8`, found `u64`, which is wider; write `as u8`.']);
    expect(wrong('byte = 256')).toEqual(['TFW206 256 does not fit `u8`, which has 8 bits.']);
    expect(wrong('byte = -1\nbyte = ~0xf')).toEqual([]);
  });

  it('fits a field of a register', () => {
    expect(wrong('SCR_EL3.NS = 2')).toEqual(['TFW206 2 does not fit `NS`, which has one bit.']);
    expect(wrong('SCR_EL3 = World.Realm')).toEqual([
      expect.stringMatching(/^TFW201 `SCR_EL3` takes an integer, found `World`; write `as u64`/),
    ]);
    expect(wrong('x0 = &word')).toEqual([expect.stringMatching(/^TFW201 `x0` takes an integer, found `\*u64`/)]);
    expect(wrong('x0 = &word as u64')).toEqual([]);
  });

  it('does not copy structs and arrays as a whole', () => {
    expect(wrong('var t: P\ns = t')).toEqual([expect.stringContaining('structs and arrays are not copied as a whole')]);
    expect(wrong('let t = s')).toEqual([
      'TFW201 `t` wants a single value: structs and arrays are not copied as a whole; write `&` for its address.',
    ]);
  });

  it('takes an address from a constant, but not from any number', () => {
    expect(wrong('let p: *u64 = 0x8800_0000\nlet q: *P = 0')).toEqual([]);
    expect(wrong('let p: *u64 = word')).toEqual(['TFW201 `p` wants `*u64`, found `u64`; write `as *u64`.']);
    expect(wrong('let p: *u64 = &byte')).toEqual(['TFW201 `p` wants `*u64`, found `*u8`; write `as *u64`.']);
    expect(wrong('let p: *ns u64 = 0x8800_0000')).toEqual([expect.stringContaining('write `as *ns u64` to go through the window')]);
  });
});

describe('a statement', () => {
  it.each(['word', 'word == 1', 'x0', '1', 's.x', 'main', 'word + 1', '"a"'])('without effect is an error: `%s`', (text) => {
    expect(wrong(text)).toContainEqual(expect.stringMatching(/^TFW204/));
  });

  it('behind one that never ends is warned of', () => {
    expect(wrong('return\nword = 1')).toEqual(['TFW204 This is never reached: `return` comes before it.']);
    expect(wrong('while true { break\n word = 1 }')).toEqual(['TFW204 This is never reached: `break` comes before it.']);
  });

  it('that declares a variable has a type or a value', () => {
    expect(wrong('var a')).toEqual(['TFW201 `a` needs a type or a value.']);
    expect(wrong('var a: P\nvar b: [u64; 4]\nvar c: u64')).toEqual([]);
  });
});

describe('a condition', () => {
  it.each(['if word { }', 'while word { }', 'expect word', 'if &word { }', 'if World.Realm { }'])('is a bool, unlike in `%s`', (text) => {
    expect(wrong(text)).toEqual([expect.stringMatching(/^TFW201 .*wants a condition/)]);
  });
});

describe('a loop', () => {
  it('counts integers, and is left by break and continue within it only', () => {
    expect(wrong('for i in byte..word { if i == 3 { break } else { continue } }')).toEqual([]);
    expect(wrong('for i in 0..World.Realm { }')).toEqual([expect.stringContaining('`for` wants an integer, found `World`')]);
    expect(wrong('break')).toEqual(['TFW303 `break` stands outside a loop.']);
    expect(wrong('match word { 1 => continue }')).toEqual(['TFW303 `continue` stands outside a loop.']);
  });
});

describe('a match', () => {
  it('compares with constants of the same type, and ranges of them', () => {
    expect(
      wrong(
        'match word {\n 1, 3..5 => word = 1\n EC_SMC64 => word = 2\n else => word = 3\n}\nlet w = World.Realm\nmatch w {\n World.Realm => word = 1\n}',
      ),
    ).toEqual([]);
    expect(wrong('match word { word => word = 1 }')).toEqual(['TFW205 A pattern is a constant; compare other values with `if`.']);
    expect(wrong('match word { World.Realm => word = 1 }')).toEqual(['TFW201 The pattern is to match `u64`, found `World`.']);
    expect(wrong('match byte { 256 => word = 1 }')).toEqual(['TFW206 256 does not fit `u8`, which has 8 bits.']);
    expect(wrong('match word { 5..3 => word = 1 }')).toEqual(['TFW206 The range is empty: its first value is above its last.']);
    expect(wrong('match s { 1 => word = 1 }')).toEqual(['TFW201 `match` takes an integer or an enum, found `P`.']);
  });

  it('warns of arms that are never reached', () => {
    expect(wrong('match word {\n 1..5 => word = 1\n 3 => word = 2\n}')).toEqual(['TFW204 This value is matched above.']);
    expect(wrong('match word {\n else => word = 1\n 3 => word = 2\n}')).toEqual([
      'TFW204 This arm is never reached: `else` comes before it.',
    ]);
  });
});

describe('a return', () => {
  it('has a value of the type that the function declares, or none', () => {
    expect(imageComplaints('fn f() -> u8 { return 1 }\nfn g() { return }')).toEqual([]);
    expect(imageComplaints('fn f() -> u8 { return 256 }')).toEqual(['TFW206 256 does not fit `u8`, which has 8 bits.']);
    expect(imageComplaints('fn f() -> u8 { return }')).toEqual(['TFW201 `f` returns `u8`; write `return value`.']);
    expect(imageComplaints('fn f() { return 1 }')).toEqual(['TFW201 `f` has no result; declare one by `-> type`.']);
    expect(imageComplaints('fn f() -> never { return }')).toEqual([expect.stringContaining('it is declared `-> never`')]);
    expect(imageComplaints('vector sync_lower { return }')).toEqual([
      'TFW201 `return` stands only in functions; a vector ends by `eret()`.',
    ]);
  });
});

describe('an event', () => {
  it('is announced with each of its fields once', () => {
    expect(wrong('event seen(who = World.Realm, how = byte, yes = true)')).toEqual([]);
    expect(wrong('event seen(who = World.Realm, how = 1)')).toEqual(["TFW202 The event's `yes` is missing."]);
    expect(wrong('event seen(who = World.Realm, how = 1, how = 2, yes = true)')).toEqual(['TFW102 `how` is given twice.']);
    expect(wrong('event seen(who = 1, how = 1, yes = true)')).toEqual([
      expect.stringMatching(/^TFW201 `who` wants `World`, found a number/),
    ]);
    expect(wrong('event seen(whom = 1, who = World.Realm, how = 1, yes = true)')).toEqual([
      'TFW101 `seen` has no field `whom`; did you mean `who`?',
    ]);
    expect(wrong('event sen(how = 1)')).toEqual(['TFW101 There is no event `sen`; did you mean `seen`?']);
  });
});
