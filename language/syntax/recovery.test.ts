import { describe, expect, it } from 'vitest';
import { check, codes, inFunction, lines } from '../workspace/testing.ts';

/** Places and codes only. */
const places = (text: string): string[] => lines(check(text)).map((line) => line.split(' ', 2).join(' '));

describe('one typo', () => {
  it('does not hide another in a different function, nor the errors of types between them', () => {
    const text = `image a in NS.EL2 {
    fn first() {
        let x = = 3
    }
    fn second() {
        let y: u8 = 300
    }
    fn third() {
        foo bar
    }
    fn fourth() { z = 1 }
}`;
    expect(places(text)).toEqual(['3:17 TFW001', '6:21 TFW206', '9:13 TFW001', '11:19 TFW101']);
  });

  it('does not hide another in the same function', () => {
    expect(places('fn f() {\n    let a = = 1\n    let b = )\n    c = 1\n}')).toEqual(['2:13 TFW001', '3:13 TFW003', '4:5 TFW101']);
  });

  it('in a declaration does not make its uses errors', () => {
    expect(places('fn f() -> u64 {\n    let a = = 1\n    var b: = 2\n    return a + b\n}')).toEqual(['2:13 TFW001', '3:12 TFW001']);
    expect(places('const A = = 1\nstruct S { a: }\nfn f(s: *S) -> u64 { return s.a + A }')).toEqual(['1:11 TFW001', '2:15 TFW001']);
    expect(places('fn f(a u64) -> u64 { return a }\nfn g() -> u64 { return f(1) }')).toEqual(['1:8 TFW001']);
  });

  it('in the head of a block leaves the block to be checked', () => {
    expect(places('fn f() {\n    while x y {\n        let a: u8 = 300\n    }\n}')).toContain('3:21 TFW206');
    expect(places('fn f() {\n    for in {\n        let a: u8 = 300\n    }\n}')).toContain('3:21 TFW206');
    expect(places('fn f() {\n    if true { } els { let a: u8 = 300 }\n}')).toContain('2:35 TFW206');
    expect(places('image a on NS.EL2 {\n    fn f() { let a: u8 = 300 }\n}')).toEqual(['1:9 TFW001', '2:26 TFW206']);
    expect(places('scenario "s" of cca {\n    image a in NS.EL2 {\n        fn f() { let a: u8 = 300 }\n    }\n}')).toEqual([
      '1:14 TFW001',
      '3:30 TFW206',
    ]);
  });

  it('in one arm of a match, one field or one member leaves the others', () => {
    expect(places('fn f(a: u64) {\n    match a {\n        1 = > g()\n        2 => h()\n    }\n}')).toEqual(['3:11 TFW001', '4:14 TFW101']);
    expect(places('struct S {\n    a u64\n    b: u46\n}')).toEqual(['2:7 TFW001', '3:8 TFW101']);
    expect(places('enum E: u8 { A = , B = 300 }')).toEqual(['1:18 TFW001', '1:20 TFW206']);
  });

  it('at the top of a file leaves everything below', () => {
    expect(places('garbage here\nfn f() { q = 1 }')).toEqual(['1:1 TFW001', '2:10 TFW101']);
    expect(places('let a = 1\nfn f() { q = 1 }')).toEqual(['1:1 TFW001', '2:10 TFW101']);
  });

  it('in a statement that stands where none may leaves the members around it', () => {
    expect(places('image a in NS.EL2 {\n    q = 1\n    fn f() { y = 1 }\n}')).toEqual(['2:5 TFW001', '3:14 TFW101']);
    expect(places('fn f() {\n    struct S { a: u64 }\n    y = 1\n}')).toEqual(['2:5 TFW001', '3:5 TFW101']);
  });
});

describe('a missing brace', () => {
  it('is found at the declaration that cannot stand inside', () => {
    const text = 'image a in NS.EL2 {\n    fn f() {\n        if true {\n    }\n    fn g() { q = 1 }\n}';
    expect(places(text)).toEqual(['5:5 TFW003', '5:14 TFW101']);
  });

  it('of an image is found at the next one', () => {
    expect(places('image a in NS.EL2 {\n    fn f() { }\nimage b in NS.EL2 {\n    fn g() { q = 1 }\n}')).toEqual([
      '3:1 TFW003',
      '4:14 TFW101',
    ]);
  });

  it('at the end of the file is found at the brace that it would close', () => {
    expect(places('fn f() {\n    if true {\n    q = 1\n}')).toEqual(['1:8 TFW003', '3:5 TFW101']);
  });

  it('that is one too many does not end the image for what follows', () => {
    const text = 'image a in NS.EL2 {\n    fn f() { } }\n    vector sync_lower { finish }\n    fn g() { q = 1 }\n}';
    expect(places(text)).toEqual(['2:16 TFW003', '4:14 TFW101']);
  });

  it('that opens a block is found where one closes under its head', () => {
    expect(places('image a in NS.EL2 {\n    fn f()\n        q = 1\n    }\n    fn g() { y = 1 }\n}')).toEqual([
      '2:10 TFW003',
      '3:9 TFW101',
      '5:14 TFW101',
    ]);
    expect(places('fn f() {\n    if true\n        q = 1\n    }\n    y = 1\n}')).toEqual(['2:8 TFW003', '3:9 TFW101', '5:5 TFW101']);
    expect(places('fn f() -> u64 {\n    if true &&\n        true { return 1 }\n    return 2\n}')).toEqual([]);
    expect(places('fn f()\n{\n    q = 1\n}')).toEqual(['3:5 TFW101']);
  });

  it('of an image in a scenario is found at the members of the scenario', () => {
    const scenario = (close: string) =>
      `use firmware.arm.cca\nscenario "s" on cca {\n    image a in NS.EL2 {\n        fn f() { }\n${close}    core 0 runs a.f\n    expect never smc\n}`;
    expect(places(scenario('    }\n'))).toEqual([]);
    expect(places(scenario(''))).toEqual(['5:5 TFW003']);
    expect(places(scenario('    } }\n'))).toEqual(['5:7 TFW003']);
  });

  it('is not looked for where a file is only indented oddly', () => {
    expect(places('image a in NS.EL2 {\n  fn f() { }\n}\n      fn g() { }\n   const A = 1')).toEqual([]);
  });

  it('of a call ends with its line', () => {
    expect(places(inFunction('f(1\nlet a: u8 = 300', 'fn f(a: u64) { }'))).toEqual(['6:2 TFW003', '7:13 TFW206']);
    expect(places(inFunction('f(1\nb = 300', 'fn f(a: u64) { }'))).toEqual(['6:2 TFW003', '7:1 TFW101']);
  });
});

describe('a habit from another language', () => {
  const found = (text: string) => check(inFunction(text, 'fn f(p: *u64) { }')).map(({ code, suggestion }) => [code, suggestion]);

  it.each([
    ['var a = 1\nif a = 2 { }', '=='],
    ['var a = 1\nwhile a = 2 { }', '=='],
    ['var a = 1\nif a == 1 and a != 2 { }', '&&'],
    ['var a = 1\nif not (a == 1) { }', '!'],
    ['var a = 1\nif a == 1 { } elif a == 2 { }', 'else if'],
    ['var a = 1\nif a === 1 { }', '=='],
    ['var a = 1\na++', ' += 1'],
    ['let mut a = 1', 'var'],
    ['u64 a = 5', 'var a: u64'],
    ['a := 5', 'let a ='],
    ['switch x0 {\n1 => finish\n}', 'match'],
    ['let a = null', '0'],
  ])('%j is read as what was meant', (text, suggestion) => {
    expect(found(text)).toEqual([[expect.any(String), suggestion]]);
  });

  it('in declarations is read as what was meant', () => {
    expect(check('func f(a: u64) -> u64 { return a }').map(({ suggestion }) => suggestion)).toEqual(['fn']);
    expect(check('static const A = 1').map(({ suggestion }) => suggestion)).toEqual(['']);
    expect(check('import firmware.arm.cca').map(({ suggestion }) => suggestion)).toEqual(['use']);
    expect(check('struct S { a: u64 }\nfn f(s: *S) -> u64 { return s->a }').map(({ suggestion }) => suggestion)).toEqual(['.']);
    expect(check('enum E { A }\nfn f() -> E { return E::A }').map(({ suggestion }) => suggestion)).toEqual(['.']);
  });

  it.each([
    'strct S { a: u64 }',
    'cnst A = 1',
    'enmu E { A }',
    'imge a in NS.EL2 { }',
    'scenaro "s" on p { }',
    'platfrom p on arm_rme { }',
    'usee firmware.arm.cca',
  ])('may be a misspelt keyword: `%s`', (text) => {
    expect(check(text)[0]).toMatchObject({ code: 'TFW001', message: expect.stringMatching(/^`\w+`: write `\w+`\.$/) });
  });

  it('does not disturb what is right', () => {
    expect(codes(check('fn f() -> u64 { return 1 }'))).toEqual([]);
    expect(codes(check(inFunction('let and: u64 = 1\nlet func = and\nvar int = func\nint += - 1')))).toEqual([]);
  });
});

describe('a message about syntax', () => {
  const message = (text: string): string => check(text)[0].message;

  it('says what was expected and what was found', () => {
    expect(message('fn f() { let a = }')).toBe('Expected an expression, found `}`.');
    expect(message('fn f() { let a: = 1 }')).toBe('Expected a type, found `=`.');
    expect(message('fn f() { a b }')).toBe('Expected the end of the line after `a`, found `b`.');
    expect(message('fn f() { ) }')).toBe('`)` closes nothing.');
    expect(message('struct S { 1 }')).toBe('Expected a field: `name: type`, found `1`.');
    expect(message('const A 1')).toBe('Expected `=`, found `1`.');
    expect(message('const A =')).toBe('Expected an expression, found the end of the file.');
  });

  it('says when a reserved word is used as a name', () => {
    expect(message('fn match() { }')).toBe('`match` is a reserved word and cannot be a name.');
  });

  it('says where a `use` stands', () => {
    expect(message('const A = 1\nuse firmware.arm.cca')).toContain('at the top of the file');
  });
});
