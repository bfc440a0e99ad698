import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listScenarios } from '../../language/index.ts';
import { findScenarios, namesUri, obviousScenario } from './scenarios.ts';

const scenario = (name: string, line: number, endLine: number) => ({ name, summary: '', range: { line, endLine } });
const two = [scenario('first', 2, 10), scenario('second', 12, 20)];

describe('finding scenarios', () => {
  const found = (text: string) => findScenarios(text).map(({ name, range }) => [name, range.line, range.endLine]);

  it('finds headers and closing braces, whatever strings and comments hold', () => {
    const text = [
      'scenario "a {" on p {',
      '  // }',
      '  image i in X { panic("}") }',
      '}',
      '',
      'scenario "b" on p { }',
      'image j in X {',
      '}',
    ];
    expect(found(text.join('\n'))).toEqual([
      ['a {', 0, 3],
      ['b', 5, 5],
    ]);
  });

  it('ends a scenario whose brace is missing where the next one starts, or with the file', () => {
    expect(found('scenario "a" on p {\n  image i in X {\nscenario "b" on p {\n')).toEqual([
      ['a', 0, 1],
      ['b', 2, 3],
    ]);
  });

  it('finds none in comments and strings', () => {
    expect(found('// scenario "a" on p {\n/*\nscenario "b" on p {\n*/\nconst s = "scenario"\nlet scenario = 1')).toEqual([]);
  });

  it('takes the first paragraph of the comment above as the summary', () => {
    const [{ summary }] = findScenarios('/// Gives a page\n/// away.\n///\n/// More.\nscenario "a" on p {\n}');
    expect(summary).toBe('Gives a page away.');
  });

  it('finds the seeds and the arguments of each', () => {
    const text = 'scenario "a" on p {\n  seeds 1..3, 9   // four\n  arg page: u64 = 0x8800_0000\n}\nscenario "b" on p {\n}';
    expect(findScenarios(text).map(({ seeds, args }) => [seeds, args])).toEqual([
      [[1, 2, 3, 9], [{ name: 'page', value: '0x8800_0000' }]],
      [[], []],
    ]);
  });

  const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tfw'));
  it.each(files)('finds in %s what the language finds', (file) => {
    const text = readFileSync(`scenarios/${file}`, 'utf8');
    const uri = `file:///${file}`;
    const known = listScenarios({ read: (wanted) => (wanted === uri ? text : undefined) }, uri);
    type Listed = { name: string; range: { line: number; endLine: number }; seeds: readonly number[] };
    const shape = ({ name, range, seeds }: Listed) => [name, range.line, range.endLine, seeds];
    expect(findScenarios(text).map(shape)).toEqual(known.map(shape));
  });
});

describe('the scenario that F5 means', () => {
  it('is the only one, wherever the cursor is', () => {
    expect(obviousScenario(two.slice(0, 1), 100)?.name).toBe('first');
    expect(obviousScenario(two.slice(0, 1), undefined)?.name).toBe('first');
  });

  it('is the one around the cursor, from its first line to its last', () => {
    expect([2, 10, 12, 20].map((line) => obviousScenario(two, line)?.name)).toEqual(['first', 'first', 'second', 'second']);
  });

  it('is open between and outside of several', () => {
    expect([0, 11, 21, undefined].map((line) => obviousScenario(two, line))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is open where there is none', () => {
    expect(obviousScenario([], 0)).toBeUndefined();
  });
});

describe('a program', () => {
  it.each([
    ['/flows/a.tfw', false],
    ['C:\\flows\\a.tfw', false],
    ['a.tfw', false],
    ['file:///flows/a.tfw', true],
    ['worldstep-lib:/firmware/a.tfw', true],
  ])('%s is a URI: %s', (program, expected) => expect(namesUri(program)).toBe(expected));
});
