import { describe, expect, it } from 'vitest';
import { closest, editDistance } from './suggest.ts';

describe('the distance of two words', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('%s and %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  it('is not counted out beyond the limit', () => {
    expect(editDistance('abcdefgh', 'zyxwvuts', 2)).toBe(3);
  });
});

describe('a guess', () => {
  it('is the closest of the candidates', () => {
    expect(closest('RMI_VERSON', ['RMI_FEATURES', 'RMI_VERSION', 'RMM_VERSION'])).toBe('RMI_VERSION');
  });

  it('ignores case before anything else', () => {
    expect(closest('Sy', ['Ss', 'SY'])).toBe('SY');
    expect(closest('oshst', ['OSHLD', 'OSHST'])).toBe('OSHST');
  });

  it('is not made where nothing is close', () => {
    expect(closest('granule', ['realm', 'grate'])).toBeUndefined();
    expect(closest('ab', ['xy', 'a', 'abc'])).toBeUndefined();
  });
});
