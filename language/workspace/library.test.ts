import { describe, expect, it } from 'vitest';
import { moduleNames } from './library.ts';
import { checkLibrary } from './program.ts';

describe('the firmware library', () => {
  it('has nothing that the checker objects to, in any of its modules', () => {
    expect(moduleNames().length).toBeGreaterThan(40);
    expect(checkLibrary().map(({ code, message, range }) => `${range.uri}:${range.line + 1} ${code} ${message}`)).toEqual([]);
  });
});
