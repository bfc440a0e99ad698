/** Whatever the white space of a file was: formatting it does not change what it says, and formatting it again changes nothing. */
import fc from 'fast-check';
import type { AstNode } from 'langium';
import { describe, expect, it } from 'vitest';
import { library } from '../library/library.generated.ts';
import { parseText } from '../workspace/documents.ts';
import { format } from './format.ts';

const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const FILES = Object.keys(library).filter((name) => library[name].length < 8000);

/** A tree without places: types, names, values, and what references are written as. */
function shape(node: unknown): unknown {
  if (typeof node === 'bigint') return node.toString();
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== 'object' || node === null) return node;
  if ('$refText' in node) return node.$refText;
  return Object.fromEntries(
    Object.entries(node as AstNode & object).flatMap(([key, value]) =>
      key.startsWith('$') && key !== '$type' ? [] : [[key, shape(value)]],
    ),
  );
}

function read(text: string): unknown {
  const { parseResult } = parseText(text, 'file:///work/main.tfw');
  expect(parseResult.lexerErrors.map(({ message }) => message)).toEqual([]);
  return shape(parseResult.value);
}

const comments = (text: string): string[] => [...text.matchAll(/\/\/.*/g)].map(([comment]) => comment.trimEnd());

/** Other white space for each run of it: more, less, tabs, line ends of Windows, blank lines, comments. */
function disturb(text: string, pick: () => number): string {
  return text
    .split('\n')
    .map((line) => {
      const [, indent, code, comment] = /^(\s*)(.*?)(\s*\/\/.*)?$/.exec(line)!;
      if (code.includes('"')) return line;
      const inner = code
        .replace(/ +(?!\w?iB)/g, (space) => ['  ', '\t', ' /* c */ ', space, space][pick() % 5])
        .replace(/([,(=+|])(?=\w)/g, (sign) => [sign, `${sign} `][pick() % 2]);
      return (
        [indent, '', '\t', `${indent}  `][pick() % 4] + inner + (comment ?? '') + ['', ' ', '\t', code === '' ? '\n\n' : ''][pick() % 4]
      );
    })
    .join(['\n', '\r\n'][pick() % 2]);
}

describe('formatting', () => {
  it('never changes what a text says, keeps its comments, and is done once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), fc.infiniteStream(fc.nat(59)), (name, picks) => {
        const text = disturb(library[name], () => picks.next().value as number);
        const formatted = format(text);
        expect(formatted).toBeDefined();
        expect(read(formatted!)).toEqual(read(text));
        expect(comments(formatted!)).toEqual(comments(text));
        expect(format(formatted!)).toBe(formatted);
        expect(formatted).not.toMatch(/[ \t]\r?\n|\n\s*\n\s*\n|\t/);
      }),
      { numRuns: 30 * EFFORT },
    );
  });

  it('brings back what only was indented otherwise', () => {
    const regular = FILES.filter((name) => library[name].split('\n').every((line) => /^ */.exec(line)![0].length % 4 === 0));
    expect(regular.length).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.constantFrom(...regular), fc.constantFrom('', ' ', '\t', '        '), (name, step) => {
        const original = library[name];
        expect(format(original.replace(/^ {4}/gm, step).replace(/^( {4})+/gm, (indent) => step.repeat(indent.length / 4)))).toBe(original);
      }),
      { numRuns: 30 * EFFORT },
    );
  });
});
