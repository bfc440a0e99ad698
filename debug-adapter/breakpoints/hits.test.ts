import { describe, expect, it } from 'vitest';
import { Hits, parseHitCondition } from './hits.ts';

const matching = (text: string) => [1, 2, 3, 4, 5, 6].filter((count) => parseHitCondition(text)?.(count));

describe('a hit condition', () => {
  it.each([
    ['3', [3]],
    ['== 3', [3]],
    ['>=5', [5, 6]],
    ['> 5', [6]],
    ['<= 2', [1, 2]],
    ['<2', [1]],
    ['% 3', [3, 6]],
    ['0x3', [3]],
  ])('%s is true at the hits %j', (text, counts) => {
    expect(matching(text)).toEqual(counts);
  });

  it.each(['', 'often', '=> 3', '% 0', '3 4', '-1', '>'])('that reads "%s" is none', (text) => {
    expect(parseHitCondition(text)).toBeUndefined();
  });
});

describe('the number of a hit', () => {
  it('is the same when its position is reached again', () => {
    const hits = new Hits();
    expect([10, 20, 30, 20, 10, 40].map((position) => hits.count(position))).toEqual([1, 2, 3, 2, 1, 4]);
  });
});
