import { describe, expect, it } from 'vitest';
import { apply } from '../format/format.ts';
import { formattingOf, type Lines } from './formatting.ts';

const URI = 'file:///work/a.tfw';
const formatted = (text: string, lines?: Lines): string => apply(text, formattingOf({ read: () => text }, URI, lines));

describe('formatting in an editor', () => {
  it('changes what is not formatted, and nothing else', () => {
    expect(formattingOf({ read: () => 'const A = 1\nconst B=2\n' }, URI)).toEqual([
      { offset: 19, end: 19, text: ' ' },
      { offset: 20, end: 20, text: ' ' },
    ]);
  });

  it('of a range leaves the lines around it', () => {
    const text = 'fn f() {\na=1\n    b=2\n c=3\n}\n';
    expect(formatted(text, { from: 2, to: 2 })).toBe('fn f() {\na=1\n    b = 2\n c=3\n}\n');
    expect(formatted(text, { from: 3, to: 9 })).toBe('fn f() {\na=1\n    b=2\n    c = 3\n}\n');
    expect(formatted(text, { from: 0, to: 4 })).toBe('fn f() {\n    a = 1\n    b = 2\n    c = 3\n}\n');
  });

  it('leaves a file alone that cannot be read', () => {
    expect(formattingOf({ read: () => 'fn f( {' }, URI)).toEqual([]);
    expect(formattingOf({ read: () => undefined }, URI)).toEqual([]);
  });
});
