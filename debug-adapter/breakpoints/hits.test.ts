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
    const hits = new Hits(0, 1);
    expect([10, 20, 30, 20, 10, 40].map((position) => hits.count(position))).toEqual([1, 2, 3, 2, 1, 4]);
  });

  it('counts from where the breakpoint was set: what lies before has none', () => {
    const hits = new Hits(20, 1);
    expect([10, 20, 30, 10, 40].map((position) => hits.count(position))).toEqual([0, 0, 1, 0, 2]);
  });

  it('begins anew in another run', () => {
    const hits = new Hits(0, 1);
    hits.count(10);
    hits.known = 15;
    hits.enter(1);
    expect([hits.known, hits.count(20)]).toEqual([15, 2]);
    hits.enter(2);
    expect([hits.known, hits.count(20)]).toEqual([0, 1]);
  });
});
