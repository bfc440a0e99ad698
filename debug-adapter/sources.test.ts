import { describe, expect, it } from 'vitest';
import type { FileProvider } from '../language/index.ts';
import { compileFrom } from './sources.ts';

/** Every line of a file is a file that it uses. */
const compile = (files: FileProvider, uri: string) => {
  const missing: string[] = [];
  const visit = (wanted: string): void => {
    const text = files.read(wanted);
    if (text === undefined) missing.push(wanted);
    else text.split('\n').filter(Boolean).forEach(visit);
  };
  visit(uri);
  const range = { uri, line: 0, column: 0, endLine: 0, endColumn: 0 };
  return { diagnostics: missing.map((message) => ({ code: 'TFW104' as const, severity: 'error' as const, message, range })) };
};

const compileWith = async (disk: Record<string, string>) => {
  const reads: string[] = [];
  const read = async (uri: string) => {
    reads.push(uri);
    return disk[uri];
  };
  const { diagnostics } = await compileFrom({ read }, { compile }, 'a', {});
  return { reads, missing: diagnostics.map(({ message }) => message) };
};

describe('the files of a program', () => {
  it('are read once each, however deep they are used', async () => {
    expect(await compileWith({ a: 'b\nc', b: 'd', c: 'd', d: '' })).toEqual({ reads: ['a', 'b', 'c', 'd'], missing: [] });
  });

  it('that do not exist are left to the compiler to report', async () => {
    expect(await compileWith({ a: 'b' })).toEqual({ reads: ['a', 'b'], missing: ['b'] });
  });
});
