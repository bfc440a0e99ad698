import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { format } from './format.ts';

/** What a function of an image holds, formatted. */
function body(text: string): string {
  const formatted = format(`image a in NS.EL2 {\n    fn f() {\n${text}\n    }\n}\n`);
  const lines = formatted!.split('\n').slice(2, -3);
  return lines.map((line) => line.replace(/^ {8}/, '')).join('\n');
}

describe('spaces', () => {
  it.each([
    ['x0=1+2*3', 'x0 = 1 + 2 * 3'],
    ['x0  =  - 1', 'x0 = -1'],
    ['x0=~ a&- b', 'x0 = ~a & -b'],
    ['x0 = & a', 'x0 = &a'],
    ['* p = * q', '*p = *q'],
    ['let p = a as * ns  u64', 'let p = a as *ns u64'],
    ['var p : [u64;4]', 'var p: [u64; 4]'],
    ['f ( a ,b , )', 'f(a, b,)'],
    ['smc( # 1 , a )', 'smc(#1, a)'],
    ['x0 = a [ 1 ] . b', 'x0 = a[1].b'],
    ['x0 = ( a+b )', 'x0 = (a + b)'],
    ['return(a)', 'return (a)'],
    ['if(a){x0=1}else{x0=2}', 'if (a) { x0 = 1 } else { x0 = 2 }'],
    ['panic ( "no" )', 'panic("no")'],
    ['x0 = sizeof ( u64 )', 'x0 = sizeof(u64)'],
    ['event e ( a=1 )', 'event e(a = 1)'],
    ['while true{ }', 'while true { }'],
    ['for i in 0..4{ }', 'for i in 0..4 { }'],
    ['for i in FIRST .. LAST { }', 'for i in FIRST .. LAST { }'],
    ['x0 = size*size', 'x0 = size * size'],
    ['x0 = 4\t KiB', 'x0 = 4 KiB'],
    ['x0 = a/* why */+b', 'x0 = a /* why */ + b'],
  ])('%j becomes %j', (text, formatted) => {
    expect(body(text)).toBe(formatted);
  });

  it('keep `& &` and `- -` apart', () => {
    expect(body('x0 = & & a')).toBe('x0 = & &a');
    expect(body('x0 = - - a')).toBe('x0 = - -a');
  });

  it('stay as they are in strings and their holes', () => {
    expect(body('panic("a  {b+1}  c")')).toBe('panic("a  {b+1}  c")');
  });
});

describe('lines', () => {
  it('stay where their writer broke them, each as far in as its block says', () => {
    expect(body('if a {\nx0 = 1\n} else\n{\nmatch b {\n1 => finish\nelse => {\nbreak\n}\n}\n}')).toBe(
      'if a {\n    x0 = 1\n} else\n{\n    match b {\n        1 => finish\n        else => {\n            break\n        }\n    }\n}',
    );
  });

  it('that go on with a statement, or stand in brackets, stand further in', () => {
    expect(body('let v = a +\nb\nf(\na,\nb\n)\nx0 = 1')).toBe('let v = a +\n    b\nf(\n    a,\n    b\n)\nx0 = 1');
  });

  it('in brackets stay aligned with what the bracket begins with', () => {
    expect(body('        foo(a,\n            b)')).toBe('foo(a,\n    b)');
    expect(body('    foo (a,\n         b)')).toBe('foo(a,\n    b)');
  });

  it('need no semicolon; two statements in one do', () => {
    expect(body('a = 1;\nb = 2;; c = 3 ;\nif d { ; e = 1; }')).toBe('a = 1\nb = 2; c = 3\nif d { e = 1 }');
  });

  it('are blank at most once in a row, and not before a closing brace', () => {
    expect(body('\n\na = 1\n\n\n\nb = 2\n\n')).toBe('\na = 1\n\nb = 2');
  });

  it('end with the file, once', () => {
    expect(format('const A = 1')).toBe('const A = 1\n');
    expect(format('\n\nconst A = 1\n\n\n')).toBe('const A = 1\n');
    expect(format('')).toBe('');
    expect(format('\n\n')).toBe('');
  });

  it('end as the first one does', () => {
    expect(format('const A=1\r\nconst B=2\r\n')).toBe('const A = 1\r\nconst B = 2\r\n');
  });

  it('of fields and members stand one step in, also behind a comma', () => {
    expect(format('struct S{a:u64,\nb @8:u8,\n\n/// C.\nc:[u8;2]}')).toBe(
      'struct S { a: u64,\n    b @8: u8,\n\n    /// C.\n    c: [u8; 2] }\n',
    );
  });
});

describe('comments', () => {
  it('stand with what follows them, or in the block that they end', () => {
    expect(body('// one\nif a {\n// two\nb = 1\n// three\n}\n// four')).toBe(
      '// one\nif a {\n    // two\n    b = 1\n    // three\n}\n// four',
    );
  });

  it('keep their words, but not the space behind them', () => {
    expect(format('//one   \n///  two\t\nconst A = 1 /*three  */   \n')).toBe('//one\n///  two\nconst A = 1 /*three  */\n');
  });

  it('of several lines move as one', () => {
    expect(format('image a in NS.EL2 {\n/* one\n   two */\nconst A = 1\n}')).toBe(
      'image a in NS.EL2 {\n    /* one\n       two */\n    const A = 1\n}\n',
    );
  });

  it('behind code stay in one column if they were', () => {
    expect(body('a=1    // one\nbb = 22// two\nccc=333 // three')).toBe('a = 1   // one\nbb = 22 // two\nccc = 333 // three');
    expect(body('a=1      // one\nbbb=333  // two')).toBe('a = 1      // one\nbbb = 333  // two');
  });
});

describe('arms of a match', () => {
  it('keep their arrows in one column if two of them were', () => {
    expect(body('match a {\n1   => finish\n2+2 => finish\n}')).toBe('match a {\n    1     => finish\n    2 + 2 => finish\n}');
  });

  it('that were not aligned are not', () => {
    expect(body('match a {\n1     => finish\n22 => finish\n}')).toBe('match a {\n    1 => finish\n    22 => finish\n}');
  });
});

describe('a file', () => {
  it('with an error of syntax is left alone', () => {
    expect(format('fn f() { let a = = 1 }')).toBeUndefined();
    expect(format('fn f() { ')).toBeUndefined();
  });

  it('with other errors is formatted', () => {
    expect(format('fn f(){undeclared=1}')).toBe('fn f() { undeclared = 1 }\n');
  });

  const root = new URL('../../', import.meta.url);
  const all = ['firmware/', 'scenarios/', 'test/fixtures/'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tfw'))
      .map((name) => folder + name),
  );

  it.each(all)('of ours is formatted: %s', (name) => {
    const text = readFileSync(fileURLToPath(new URL(name, root)), 'utf8');
    expect(format(text)).toBe(text);
  });
});
