import { describe, expect, it } from 'vitest';
import { check, codes } from '../workspace/testing.ts';
import { MAX_CHARACTERS } from './limits.ts';

/** Milliseconds of work that may keep an editor waiting; generous, since tests share their machine, but counted in work of this process. */
const SOON = 12_000;
const worked = (): number => process.cpuUsage().user / 1000;

function soon(text: string): ReturnType<typeof check> {
  const start = worked();
  const found = check(text);
  expect(worked() - start).toBeLessThan(SOON);
  return found;
}

const deep = (open: string, inner: string, close: string, n = 10_000): string => open.repeat(n) + inner + close.repeat(n);

describe('a file that is too large', () => {
  it('is refused in one sentence, whatever it holds', () => {
    const garbage = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('');
    expect(codes(soon(garbage.repeat(1000)))).toEqual(['TFW004']);
    expect(codes(soon('\n'.repeat(MAX_CHARACTERS + 1)))).toEqual(['TFW004']);
  });

  it('is read if it is just not too large', () => {
    expect(codes(soon('\n'.repeat(MAX_CHARACTERS)))).toEqual([]);
  });
});

describe('nesting', () => {
  it.each([
    ['parentheses', `fn f() { let x = ${deep('(', '1', ')')} }`],
    ['blocks', `fn f() { ${deep('if true { ', '', ' }')} }`],
    ['indices', `fn f() { let x = a${deep('[b', '', ']')} }`],
    ['array types', `fn f(x: ${deep('[', 'u64', '; 1]')}) { }`],
    ['pointer types', `fn f(x: ${'*'.repeat(10_000)}u64) { }`],
    ['prefixes', `fn f() { let x = ${'- '.repeat(10_000)}1 }`],
    ['operators', `const A = ${'1 + '.repeat(10_000)}1`],
    ['members', `fn f() { let x = a${'.b'.repeat(10_000)} }`],
    ['casts', `const A = 1${' as u64'.repeat(10_000)}`],
    ['branches', `fn f() { ${'if true { } else '.repeat(10_000)}{ } }`],
  ])('of ten thousand %s is one error, not a stack overflow', (_, text) => {
    expect(codes(soon(text))).toEqual(['TFW004']);
  });

  it('as deep as it may be is read', () => {
    expect(codes(soon(`fn f() { let x = ${deep('(', '1', ')', 46)} }`))).toEqual([]);
    expect(codes(soon(`fn f() { ${deep('if true { ', '', ' }', 46)} }`))).toEqual([]);
    expect(codes(soon(`const A = ${'1 + '.repeat(390)}1`))).toEqual([]);
    expect(codes(soon(`fn f() { ${'if true { } else '.repeat(390)}{ } }`))).toEqual([]);
  });

  it('of declarations in each other is no matter of the stack', () => {
    const constants = Array.from({ length: 3000 }, (_, i) => `const C${i} = C${i + 1} + 1`).join('\n');
    expect(codes(soon(`${constants}\nconst C3000 = 1`))).toEqual([]);
    const structs = Array.from({ length: 3000 }, (_, i) => `struct S${i} { a: S${i + 1} }`).join('\n');
    expect(codes(soon(`${structs}\nstruct S3000 { a: u64 }`))).toEqual([]);
  });
});

describe('garbage', () => {
  it.each([
    ['names', 'a b c d '.repeat(40_000)],
    ['lines', 'a b\n'.repeat(40_000)],
    ['quotes', '"'.repeat(150_000)],
    ['open strings', '"abc {\n'.repeat(20_000)],
    ['open strings, a megabyte', '"abc {\n'.repeat(140_000)],
    ['open strings in a function', `fn f() {\n${'let a = "abc {\n'.repeat(30_000)}`],
    ['images, a megabyte', 'image a in NS.EL2 {\n'.repeat(50_000)],
    ['assignments on one line', 'a = '.repeat(240_000)],
    ['arrows on one line', 'a->b '.repeat(190_000)],
    ['broken statements', `fn f() {\n${'foo bar = = 3\n'.repeat(30_000)}}`],
    ['undeclared names', `fn f() {\n${'y = zz + 3\n'.repeat(20_000)}}`],
    ['declarations under one name', `fn f() {\n${'let y = y + 1\n'.repeat(20_000)}}`],
    ['functions, with one error behind them', `${'fn f() { }\n'.repeat(20_000)}fn g() { x = = 1 }`],
    ['images that call what there is not', Array.from({ length: 5_000 }, (_, i) => `image a${i} in NS.EL2 { fn f() { g() } }`).join('\n')],
    ['holes in a string', `const A = "${'{a}'.repeat(100_000)}"`],
    ['characters that mean nothing', '\u00a7 '.repeat(400_000)],
    ['closing braces', '}'.repeat(150_000)],
    ['reserved words', 'fn '.repeat(80_000)],
    ['images', 'image a in NS.EL2 {\n'.repeat(10_000)],
    ['open comments', '/*'.repeat(200_000)],
    ['characters', '\u0001a'.repeat(200_000)],
  ])('of %s ends in errors, soon', (_, text) => {
    expect(soon(text).length).toBeGreaterThan(0);
  });

  it('of many errors is reported up to a bound that somebody could still read', () => {
    const text = Array.from({ length: 2000 }, (_, i) => `fn f${i}() { let x = = 3 }`).join('\n');
    expect(soon(text).length).toBeGreaterThan(90);
    expect(soon(text).length).toBeLessThan(1000);
  });
});
