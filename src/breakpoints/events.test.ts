import { describe, expect, it } from 'vitest';
import type { Row } from '../views/row.ts';
import { EventBreakpoints, type Kept } from './events.ts';

const event = (filter: string, on: boolean) => ({ filter, label: `The ${filter}`, description: `${filter} happened`, on, fields: [] });
const groups = [
  { label: 'Faults', events: [event('refusal', true), event('panic', true)] },
  { label: 'Calls', events: [event('call', false)] },
];

function known(kept?: Kept, keep?: (kept: Kept) => void): EventBreakpoints {
  const breakpoints = new EventBreakpoints(kept, keep);
  breakpoints.know(groups);
  return breakpoints;
}
const lines = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ label, description, checked, children }) => [
    `${checked === undefined ? '' : checked ? '[x] ' : '[ ] '}${label}${description ? `: ${description}` : ''}`,
    ...(children ? lines(children()).map((line) => `  ${line}`) : []),
  ]);

describe('event breakpoints', () => {
  it('begin ticked where the adapter says so', () => {
    expect(lines(known().rows())).toEqual(['Faults: 2 of 2', '  [x] The refusal', '  [x] The panic', 'Calls', '  [ ] The call']);
    expect(known().wanted.breakpoints).toEqual([{ filter: 'refusal' }, { filter: 'panic' }]);
  });

  it('tell the adapter what is ticked, with its conditions, hit counts and log messages', () => {
    const breakpoints = known();
    breakpoints.tick('refusal', false);
    breakpoints.wish('call', { condition: 'x1 == 2', hitCondition: '> 3', logMessage: 'seen {x1}' });
    expect(breakpoints.wanted).toEqual({
      ids: ['panic', 'call'],
      breakpoints: [{ filter: 'panic' }, { filter: 'call', condition: 'x1 == 2', hitCondition: '> 3', logMessage: 'seen {x1}' }],
    });
    expect(lines(breakpoints.rows()).at(-1)).toBe('  [x] The call: when x1 == 2 · hits > 3 · logs seen {x1}');
  });

  it('can be there several times, with other conditions, and be removed again', () => {
    const breakpoints = known();
    const { id } = breakpoints.add({ filter: 'call', condition: 'x1 == 1' });
    const named = breakpoints.add({ name: 'smc:GIVE_*' });
    expect(lines(breakpoints.rows())).toEqual([
      'Calls, functions and data',
      '  [x] smc:GIVE_*',
      'Faults: 2 of 2',
      '  [x] The refusal',
      '  [x] The panic',
      'Calls: 1 of 2',
      '  [ ] The call',
      '  [x] The call: when x1 == 1',
    ]);
    breakpoints.remove(id);
    breakpoints.remove(named.id);
    expect(lines(breakpoints.rows())).toEqual(lines(known().rows()));
  });

  it('say what the adapter finds wrong with them, while it runs', () => {
    const breakpoints = known();
    breakpoints.wish('call', { condition: 'y' });
    const { ids } = breakpoints.wanted;
    breakpoints.answer(
      ids,
      ids.map((id, i) => ({ id: i, verified: id !== 'call', ...(id === 'call' && { message: '`y` is not declared' }) })),
    );
    expect(lines(breakpoints.rows()).at(-1)).toBe('  [x] The call: `y` is not declared · when y');
    breakpoints.forget();
    expect(lines(breakpoints.rows()).at(-1)).toBe('  [x] The call: when y');
  });

  it('are kept, but only where they differ from how all begins', () => {
    let kept: Kept | undefined;
    const before = known(undefined, (now) => (kept = now));
    before.tick('panic', false);
    before.add({ name: 'f' });
    expect(kept?.items).toHaveLength(2);
    const after = known(kept);
    expect(after.wanted.breakpoints).toEqual(before.wanted.breakpoints);
    expect(after.add({ name: 'g' }).id).not.toBe(kept?.items[1].id);
    after.reset();
    expect(after.wanted).toEqual(known().wanted);
  });
});
