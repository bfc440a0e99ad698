import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('the nearest name', () => {
  it('is the one with the fewest letters to change', () => {
    expect(nearest('gpt_delegat', ['gpt_undelegate', 'gpt_delegate', 'main'])).toBe('gpt_delegate');
  });

  it('does not mind case', () => {
    expect(nearest('MAIN', ['main'])).toBe('main');
  });

  it('is none where all names are quite different', () => {
    expect(nearest('foo', ['main', 'handler'])).toBeUndefined();
    expect(nearest('foo', [])).toBeUndefined();
  });
});
