import { describe, expect, it } from 'vitest';
import { expressionAt, variablesBefore } from './expressions.ts';

/** The expression at the first `|` of a line. */
function at(marked: string): string | undefined {
  const column = marked.indexOf('|');
  const line = marked.replace('|', '');
  const span = expressionAt(line, column);
  return span && line.slice(span.start, span.end);
}

describe('the expression under the mouse', () => {
  it.each([
    ['let a = pa|ge + 1', 'page'],
    ['let a = rec.run.ex|it.imm', 'rec.run.exit'],
    ['let a = re|c.run.exit', 'rec'],
    ['expect ctx.gpregs.x|[0] == 1', 'ctx.gpregs.x[0]'],
    ['let a = *pa|ge', '*page'],
    ['let a = b * pa|ge', 'page'],
    ['let a = b*pa|ge', 'page'],
    ['SCR.N|S = 1', 'SCR.NS'],
  ])('%s is %s', (line, expected) => expect(at(line)).toBe(expected));

  it.each(['// pa|ge', 'panic("pa|ge")', 'let a = fu|n(1)', 'le|t a = 1', 'a + | b', '12|34'])('is none in %s', (line) =>
    expect(at(line)).toBeUndefined(),
  );
});

describe('values beside the code', () => {
  const lines = [
    'image i {',
    '    fn f(a: u64, b: *u64) -> u64 {',
    '        let c = a',
    '        for i in 0..4 { }',
    '        let d = c + a // c',
    '    }',
  ];
  const named = (stopped: number) => variablesBefore(lines, stopped).map(({ name, line }) => `${name}@${line}`);

  it('stand where variables are declared, and on the line of the stop where they are used', () => {
    expect(named(4)).toEqual(['a@1', 'b@1', 'c@2', 'i@3', 'c@4', 'a@4']);
  });

  it('do not show what is declared only now', () => {
    expect(named(2)).toEqual(['a@1', 'b@1', 'a@2']);
  });

  it('are those of the function around the stop, and none outside of one', () => {
    expect(variablesBefore(['fn g(z: u64) {', '}', ...lines], 4).map(({ name }) => name)).not.toContain('z');
    expect(named(0)).toEqual([]);
  });

  it('point at the names', () => {
    for (const { name, line, start, end } of variablesBefore(lines, 4)) expect(lines[line].slice(start, end)).toBe(name);
  });
});
