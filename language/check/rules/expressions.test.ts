import { describe, expect, it } from 'vitest';
import { check, codes, complaints } from '../../workspace/testing.ts';

const FILE = 'enum World: u8 { NonSecure, Secure, Realm }\nstruct P { x: u16, a: [u32; 4] }';
const MEMBERS = 'var s: P\nvar many: [u64; 4]\nfn nothing() { }\nfn one() -> u64 { return 1 }';
const wrong = (statements: string): string[] => complaints(statements, MEMBERS, FILE);

/** A variable of each type, for what follows. */
const VARIABLES = 'var b8: u8 = 1\nvar b64: u64 = 1\nvar yes = true\nvar world = World.Realm\nlet p = &s.x\n';

describe('operators', () => {
  it.each(['b8 + b64', 'b8 + 255', 'b64 << 63', 'p + 1', 'p - b64', 'b8 & 0xf', 'b64 / b8', '~b8', '-b64'])(
    'take integers, and pointers with offsets: `%s`',
    (e) => {
      expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([]);
    },
  );

  it.each(['b8 == 1', 'b8 < b64', 'yes == true', 'world == World.Realm', 'p == 0', 'p != p', 'yes && !yes', 'yes || b8 == 1'])(
    'compare what is of one kind, and join conditions: `%s`',
    (e) => {
      expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([]);
    },
  );

  it.each([
    'yes + 1',
    'world + 1',
    'p + p',
    'p * 2',
    '1 - p',
    'yes & yes',
    'yes < yes',
    'world == 1',
    'yes == 1',
    'p == b64',
    'p == &b8',
    'b8 && yes',
    '!b8',
    '~yes',
    '-p',
    '*b64',
    'b64 == nothing()',
  ])('refuse what is not: `%s`', (e) => {
    expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([expect.stringMatching(/^TFW201/)]);
  });

  it('name both sides, and what to write', () => {
    expect(wrong('let r = true && 1')).toEqual(['TFW201 `&&` takes two conditions, found `bool` and a number.']);
    expect(wrong('let r = x0 && x1 == 1')).toEqual([
      'TFW201 `&&` takes two conditions, found `u64` and `bool`; compare integers first: `!= 0`.',
    ]);
    expect(wrong(`${VARIABLES}let r = world == 1`)).toEqual([
      'TFW201 `==` takes two values of one type, found `World` and a number; cast the enum with `as`.',
    ]);
    for (const chain of ['1 < b64 < 3', 'b64 == 1 == true', '1 == 1 == 1 == 1'])
      expect(wrong(`${VARIABLES}let r = ${chain}`)[0]).toMatch(/^TFW201 Comparisons are not chained/);
    expect(wrong(`${VARIABLES}let r = (b64 == 1) == true`)).toEqual([]);
    expect(wrong(`${VARIABLES}let r = b64 == 1 && b64 < 3`)).toEqual([]);
  });

  it('report one mistake once, not again wherever its value goes', () => {
    expect(wrong('let r = undefined_name + 1\nlet q = r * 2\nlet u: u8 = q')).toHaveLength(1);
  });
});

describe('a literal', () => {
  it('fits what it meets, or is an error', () => {
    expect(wrong(`${VARIABLES}let r = b8 == 255`)).toEqual([]);
    expect(wrong(`${VARIABLES}let r = b8 == 256`)).toEqual(['TFW206 256 does not fit `u8`, which has 8 bits.']);
    expect(wrong(`${VARIABLES}let r = b8 & ~0xf`)).toEqual([]);
    expect(wrong(`${VARIABLES}let r = b8 << 8`)).toEqual(['TFW206 A shift by 8 leaves nothing of 8 bits.']);
  });

  it('has at most 64 bits', () => {
    expect(wrong('let r = 0xffff_ffff_ffff_ffff')).toEqual([]);
    expect(wrong('let r = 0x1_0000_0000_0000_0000')).toEqual(['TFW206 The number does not fit 64 bits.']);
  });
});

describe('a cast', () => {
  it.each([
    'b64 as u8',
    '300 as u8',
    'yes as u64',
    'world as u64',
    '2 as World',
    'b64 as bool',
    'p as u64',
    'b64 as *P',
    'p as *P',
    '0x1000 as *ns P',
  ])('is made by `%s`', (e) => {
    expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([]);
  });

  it.each(['p as u8 as World as *P', 'p as bool', 'p as World', 'world as *P', 's as u64', 'many as *u64', 'nothing() as u64'])(
    'is not made by `%s`',
    (e) => {
      expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([expect.stringMatching(/^TFW201 .*cannot be cast to/)]);
    },
  );
});

describe('an index', () => {
  it('takes an array or a pointer, and an integer within the array', () => {
    expect(wrong(`${VARIABLES}let r = many[b8] + p[3] + s.a[3]`)).toEqual([]);
    expect(wrong('let r = many[4]')).toEqual(['TFW206 There is no element 4: the array has 4.']);
    expect(wrong(`${VARIABLES}let r = b64[0]`)).toEqual(['TFW201 Only arrays and pointers have elements, found `u64`.']);
    expect(wrong(`${VARIABLES}let r = many[yes]`)).toEqual([expect.stringContaining('An index wants an integer, found `bool`')]);
  });
});

describe('a member', () => {
  it('is a field of a struct, or of what a pointer points at', () => {
    expect(wrong('let r = s.x\nlet q = &s\nlet t = q.x + q.a[0]')).toEqual([]);
  });

  it('that does not exist is reported with the closest one', () => {
    expect(wrong('let r = s.y')).toEqual(['TFW101 Struct `P` has no field `y`; there is `x` or `a`.']);
    expect(wrong('let r = World.Relm')).toEqual(['TFW101 Enum `World` has no member `Relm`; did you mean `Realm`?']);
    expect(wrong('let r = SCR_EL3.NSEE')).toEqual(['TFW103 Register `SCR_EL3` has no field `NSEE`; did you mean `NSE`?']);
  });

  it('of what has none is refused', () => {
    expect(wrong('let r = many.x')).toEqual(['TFW201 `[u64; 4]` has no members; index it first.']);
    expect(wrong('let q = x0\nlet r = q.x')).toEqual(['TFW201 `u64` has no members.']);
  });
});

describe('an address', () => {
  it('is taken of what lies in memory, and of code', () => {
    expect(
      wrong(`${VARIABLES}var l: P\nlet a = &s\nlet b = &s.a[1]\nlet c = &b8\nlet d = &l.x\nlet e = &p[1]\nlet f = &*p\nlet g = &one`),
    ).toEqual([]);
  });

  it.each(['&x0', '&SCR_EL3.NS', '&1', '&one()', '&(b8 + 1)', '&p', '&EC_SMC64', '&World.Realm'])('is not taken of `%s`', (e) => {
    expect(wrong(`${VARIABLES}let r = ${e}`)).toEqual([expect.stringMatching(/^TFW203/)]);
  });
});

describe('a name', () => {
  it.each(['one', 'smc', 'World', 'NS', 'NS.EL2'])('without a value is no expression: `%s`', (e) => {
    expect(wrong(`let r = ${e}`)).toEqual([expect.stringMatching(/^TFW201/)]);
  });
});

describe('a text', () => {
  it('stands in panic and expect only, and its holes are single values', () => {
    expect(wrong('expect x0 == 1, "x0 is {x0}"\npanic("{s.x} {World.Realm}")')).toEqual([]);
    expect(wrong('let r = "a"')).toEqual([expect.stringContaining('A text stands only in')]);
    expect(wrong('panic("{s}")')).toEqual(['TFW201 A hole in a text wants a single value, found `P`.']);
  });
});

describe('an operator of events', () => {
  const pattern = (condition: string): string[] =>
    codes(check(`use firmware.arm.cca\nscenario "s" on cca {\n expect event ${condition}\n}`));

  it('compares fields with what they stand for', () => {
    expect(pattern('gpc_fault(from == NS.EL2, space == ns, pa == 0x1000, gpi == GPI_REALM)')).toEqual([]);
    expect(pattern('world_switch(from == NS, to == Realm)')).toEqual([]);
    expect(pattern('gpc_fault(from == NS)')).toEqual(['TFW201']);
    expect(pattern('gpc_fault(from == 7)')).toEqual(['TFW201']);
    expect(pattern('gpc_fault(space == NS.EL2)')).toEqual(['TFW201']);
    expect(pattern('gpc_fault(access == "read")')).toContain('TFW201');
  });
});
