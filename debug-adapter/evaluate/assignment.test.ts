import { describe, expect, it } from 'vitest';
import { assignmentOf } from './assignment.ts';

describe('an assignment in the console', () => {
  it.each([
    ['x = 5', { to: 'x', value: '5' }],
    ['page[3].next = &table[1]', { to: 'page[3].next', value: '&table[1]' }],
    ['ESR_EL2.EC=0x25', { to: 'ESR_EL2.EC', value: '0x25' }],
    ['x |= 1', { to: 'x', value: '(x) | (1)' }],
    ['x <<= 2', { to: 'x', value: '(x) << (2)' }],
    ['x -= y - 1', { to: 'x', value: '(x) - (y - 1)' }],
    ['ok = a == b', { to: 'ok', value: 'a == b' }],
  ])('%s stores', (text, assignment) => expect(assignmentOf(text)).toEqual(assignment));

  it.each(['x', 'x == 5', 'x != 5', 'x <= 5', 'x >= 5', 'a < b', 'a == b == c', '= 5'])('%s is none', (text) =>
    expect(assignmentOf(text)).toBeUndefined(),
  );
});
