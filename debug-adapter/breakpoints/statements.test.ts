import { describe, expect, it } from 'vitest';
import type { Program } from '../../language/index.ts';
import { StatementTable } from './statements.ts';

const A = 'file:///a.tfw';
const range = (uri: string, line: number, column: number, endLine = line) => ({ uri, line, column, endLine, endColumn: 99 });
/** Functions on lines 0 to 5 and 10 to 12, in each of two images. */
const functions = [range(A, 0, 0, 5), range(A, 10, 0, 12)];
const word = (line: number, column: number, statement = true) => ({
  statement,
  range: range(A, line, column),
  fn: { range: functions[line < 10 ? 0 : 1] },
});
const image = () => ({ image: { words: [word(1, 4), word(1, 4, false), undefined, word(3, 8), word(3, 20), word(11, 4)] } });
const table = new StatementTable({ images: [image(), image()] } as unknown as Pick<Program, 'images'>);

const at = (line: number, column?: number): string | undefined => {
  const found = table.at(A, line, column);
  return found && `${found.range.line}:${found.range.column}`;
};

describe('the statement that a breakpoint stops at', () => {
  it('is the first of its line, or the next one to start', () => {
    expect([at(1), at(2), at(3), at(11)]).toEqual(['1:4', '3:8', '3:8', '11:4']);
  });

  it('is the next of its line from a column on', () => {
    expect([at(3, 8), at(3, 9), at(3, 21)]).toEqual(['3:8', '3:20', '3:20']);
  });

  it('is never that of another function: below the last one it is the last one', () => {
    expect(at(5)).toBe('3:20');
  });

  it('is that of the next function for a line outside of any', () => {
    expect(at(7)).toBe('11:4');
  });

  it('is none below everything, and in other files', () => {
    expect(at(13)).toBeUndefined();
    expect(table.at('file:///b.tfw', 1)).toBeUndefined();
  });

  it('is every word that was made of it, in all images', () => {
    expect(table.at(A, 1)?.words).toHaveLength(2);
  });

  it('is found by any spelling of its file', () => {
    expect(table.has('/a.tfw')).toBe(true);
    expect(table.has('/b.tfw')).toBe(false);
  });

  it('is listed once for the lines that are asked for', () => {
    expect(table.within(A, 1, 3).map((found) => found.range.column)).toEqual([4, 8, 20]);
  });
});
