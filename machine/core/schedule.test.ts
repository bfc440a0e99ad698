/** Schedules decide which core steps next, and nothing else does. */
import { describe, expect, it } from 'vitest';
import type { Core, CoreStatus } from './core.ts';
import { type Schedule, Scheduler } from './schedule.ts';

const coresOf = (...statuses: CoreStatus[]) => statuses.map((status, id) => ({ id, status })) as unknown as Core[];

function turns(scheduler: Scheduler, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => {
    const id = scheduler.next?.id;
    scheduler.advance();
    return id;
  });
}

describe('round robin', () => {
  it('gives each core one step in turn', () => {
    expect(turns(new Scheduler(coresOf('running', 'running', 'running'), 'roundRobin'), 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('passes over cores that cannot run', () => {
    expect(turns(new Scheduler(coresOf('running', 'waiting', 'running', 'off'), 'roundRobin'), 4)).toEqual([0, 2, 2, 0]);
  });
});

describe('any schedule', () => {
  const schedules: readonly Schedule[] = ['roundRobin', { seed: 1 }, { seed: 77 }];
  for (const schedule of schedules) {
    const name = JSON.stringify(schedule);

    it(`${name} has no next core when none can run`, () => {
      expect(new Scheduler(coresOf('halted', 'waiting', 'finished', 'off'), schedule).next).toBeUndefined();
    });

    it(`${name} lets every running core step`, () => {
      expect(new Set(turns(new Scheduler(coresOf('running', 'running', 'running'), schedule), 2000))).toEqual(new Set([0, 1, 2]));
    });

    it(`${name} goes on as before from a saved state`, () => {
      const scheduler = new Scheduler(coresOf('running', 'running', 'running'), schedule);
      turns(scheduler, 123);
      const state = scheduler.save();
      const first = turns(scheduler, 500);
      scheduler.restore(state);
      expect(turns(scheduler, 500)).toEqual(first);
    });
  }
});

describe('a seeded schedule', () => {
  const order = (seed: number) => turns(new Scheduler(coresOf('running', 'running'), { seed }), 400);

  it('is the same for the same seed and another for another', () => {
    expect(order(3)).toEqual(order(3));
    expect(order(3)).not.toEqual(order(5));
  });

  it('gives turns of 1 to 16 steps, several of the same core joined', () => {
    const order = turns(new Scheduler(coresOf('running', 'running'), { seed: 9 }), 4000);
    const lengths: number[] = [];
    for (const [i, id] of order.entries()) {
      if (i === 0 || id !== order[i - 1]) lengths.push(0);
      lengths[lengths.length - 1]++;
    }
    expect(new Set(lengths).size).toBeGreaterThan(10);
  });

  it('tells different seeds apart, also those that differ in their lowest bit', () => {
    expect(order(2)).not.toEqual(order(3));
  });
});
