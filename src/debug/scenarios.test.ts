import { describe, expect, it } from 'vitest';
import { namesUri, obviousScenario } from './scenarios.ts';

const scenario = (name: string, line: number, endLine: number) => ({ name, summary: '', range: { line, endLine } });
const two = [scenario('first', 2, 10), scenario('second', 12, 20)];

describe('the scenario that F5 means', () => {
  it('is the only one, wherever the cursor is', () => {
    expect(obviousScenario(two.slice(0, 1), 100)?.name).toBe('first');
    expect(obviousScenario(two.slice(0, 1), undefined)?.name).toBe('first');
  });

  it('is the one around the cursor, from its first line to its last', () => {
    expect([2, 10, 12, 20].map((line) => obviousScenario(two, line)?.name)).toEqual(['first', 'first', 'second', 'second']);
  });

  it('is open between and outside of several', () => {
    expect([0, 11, 21, undefined].map((line) => obviousScenario(two, line))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is open where there is none', () => {
    expect(obviousScenario([], 0)).toBeUndefined();
  });
});

describe('a program', () => {
  it.each([
    ['/work/a.tfw', false],
    ['C:\\work\\a.tfw', false],
    ['a.tfw', false],
    ['file:///work/a.tfw', true],
    ['worldstep-lib:/firmware/a.tfw', true],
  ])('%s is a URI: %s', (program, expected) => expect(namesUri(program)).toBe(expected));
});
