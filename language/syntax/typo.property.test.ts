/** One typo, wherever it is, hides no error of another function; and what is said about it are our words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostics.ts';
import { library } from '../library/library.generated.ts';
import { check } from '../workspace/testing.ts';

const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const RUNS = 50 * EFFORT;

const errors = (text: string): readonly Diagnostic[] => check(text).filter(({ severity }) => severity === 'error');
const CODE = /^( *)(?:fn|vector|entry) .*\{$/;
const STATEMENT = /^( {4,})(?:let |var \w+ =|return\b|\w+\(|\w[\w.]* [+-]?= |if |while )/;
const TOKEN = /\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|0x[0-9a-f_]+|\w+|[<>=!]=|->|=>|&&|\|\||<<|>>|\.\.|[^\s\w]/g;
const OTHERS = '{ } ( ) [ ] , ; = == . : + * -> => $ 0x 1 x fn let if else match image return in "'.split(' ').concat('\n');

interface Planted {
  readonly text: string;
  /** The function that each planted error stands in, by its number; and each line. */
  readonly functions: readonly number[];
  readonly functionOfLine: readonly number[];
  readonly tokens: readonly { readonly index: number; readonly text: string; readonly line: number }[];
}

/** Plants statements that name nothing into the functions of a file, some lines apart. */
function plant(original: string): Planted {
  const lines: string[] = [];
  const functions: number[] = [];
  const functionOfLine: number[] = [];
  let fn = -1;
  let since = 0;
  for (const line of original.split('\n')) {
    if (CODE.test(line)) [fn, since] = [fn + 1, 9];
    const indent = STATEMENT.exec(line)?.[1];
    if (indent && fn >= 0 && since++ > 5) {
      lines.push(`${indent}planted_${functions.length} = 1`);
      functionOfLine.push(fn);
      functions.push(fn);
      since = 0;
    }
    lines.push(line);
    functionOfLine.push(fn);
  }
  const text = lines.join('\n');
  const tokens = [...text.matchAll(TOKEN)]
    .filter(([token]) => !token.startsWith('//'))
    .map(({ index, 0: token }) => ({ index, text: token, line: text.slice(0, index).split('\n').length - 1 }));
  return { text, functions, functionOfLine, tokens };
}

const found = (all: readonly Diagnostic[]): Set<number> =>
  new Set(all.flatMap(({ message }) => [...message.matchAll(/`planted_(\d+)`/g)].map(([, number]) => Number(number))));

const FILES = Object.keys(library)
  .filter((name) => library[name].length < 8000 && errors(library[name]).length === 0)
  .map((name) => plant(library[name]))
  .filter(({ functions }) => new Set(functions).size > 2);

const TYPOS: readonly ((token: string, other: string) => string)[] = [() => '', (token) => `${token} ${token}`, (_, other) => other];

describe('one typo', () => {
  it('hides no error of another function, but for one in fifty at most; its messages are ours', () => {
    expect(FILES.length).toBeGreaterThan(5);
    const hidden: string[] = [];
    fc.assert(
      fc.property(fc.constantFrom(...FILES), fc.nat(), fc.constantFrom(...TYPOS), fc.constantFrom(...OTHERS), (file, at, typo, other) => {
        const token = file.tokens[at % file.tokens.length];
        const instead = typo(token.text, other);
        const all = errors(file.text.slice(0, token.index) + instead + file.text.slice(token.index + token.text.length));
        const seen = found(all);
        const here = file.functionOfLine[token.line];
        const lost = file.functions.filter((fn, number) => fn !== here && !seen.has(number));
        if (lost.length > 0)
          hidden.push(`${JSON.stringify(token.text)} became ${JSON.stringify(instead)}: ${file.text.split('\n')[token.line]}`);
        for (const { message } of all) expect(message).not.toMatch(/Expecting|token sequence|but found|\[\w+\]/);
      }),
      { numRuns: RUNS, seed: 11 },
    );
    expect(hidden.slice(Math.floor(RUNS / 50))).toEqual([]);
  });
});
