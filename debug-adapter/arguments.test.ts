import { describe, expect, it } from 'vitest';
import { Arguments } from './arguments.ts';

const args = (raw: unknown) => new Arguments('next', raw);

describe('arguments of a request', () => {
  it.each([
    ['a missing integer', () => args({}).integer('threadId'), 'next.threadId must be an integer'],
    ['an integer that is text', () => args({ threadId: '1' }).integer('threadId'), 'next.threadId must be an integer'],
    ['an integer that is not whole', () => args({ threadId: 1.5 }).integer('threadId'), 'next.threadId must be an integer'],
    ['a negative count', () => args({ start: -1 }).count('start'), 'next.start must be no negative number'],
    ['a flag that is a number', () => args({ hex: 1 }).flag('hex'), 'next.hex must be a boolean'],
    ['a list that is none', () => args({ filters: 'all' }).texts('filters'), 'next.filters must be a list'],
    ['a list with a stranger in it', () => args({ filters: ['a', 7] }).texts('filters'), 'next.filters[1] must be a string'],
    ['an object in a list that is text', () => args({ lines: ['x'] }).objects('lines'), 'next.lines[0] must be an object'],
    ['a wrong word', () => args({ how: 'up' }).oneOf('how', ['over', 'into'], 'over'), 'next.how must be one of over, into'],
    ['arguments that are a list', () => args([]), 'next must be an object'],
  ])('say what is wrong with %s', (_, read, message) => {
    expect(read).toThrow(message);
  });

  it('may be missing where there is another answer', () => {
    const none = args(undefined);
    expect([none.integer('a', 7), none.text('b', 'x'), none.flag('c'), none.texts('d'), none.phrase('e')]).toEqual([
      7,
      'x',
      false,
      [],
      undefined,
    ]);
  });

  it('of a nested object are named by their path', () => {
    expect(() =>
      args({ source: { path: 1 } })
        .object('source')
        .text('path'),
    ).toThrow('next.source.path must be a string');
  });

  it('that are blank say nothing', () => {
    expect(args({ condition: '  ' }).phrase('condition')).toBeUndefined();
  });
});
