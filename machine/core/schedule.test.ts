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

describe('a choice by hand', () => {
  it('gives that core one step, from which the schedule goes on', () => {
    const scheduler = new Scheduler(coresOf('running', 'running', 'running'), 'roundRobin');
    scheduler.choose(2);
    expect(turns(scheduler, 3)).toEqual([2, 0, 1]);
  });

  it('of a core that cannot run is passed over', () => {
    const scheduler = new Scheduler(coresOf('running', 'waiting', 'running'), 'roundRobin');
    scheduler.choose(1);
    expect(turns(scheduler, 2)).toEqual([2, 2]);
  });

  it('that holds a core gives it every turn, until it is taken back, also over a saved state', () => {
    const scheduler = new Scheduler(coresOf('running', 'running'), { seed: 4 });
    scheduler.hold(1);
    const state = scheduler.save();
    expect(turns(scheduler, 40)).toEqual(Array(40).fill(1));
    scheduler.hold(undefined);
    expect(new Set(turns(scheduler, 200))).toEqual(new Set([0, 1]));
    scheduler.restore(state);
    expect(turns(scheduler, 40)).toEqual(Array(40).fill(1));
  });

  it('lets the others run while the core that is held cannot', () => {
    const cores = coresOf('running', 'waiting', 'running');
    const scheduler = new Scheduler(cores, 'roundRobin');
    scheduler.hold(1);
    expect(turns(scheduler, 4)).toEqual([2, 2, 0, 2]);
    (cores[1] as { status: CoreStatus }).status = 'running';
    expect(turns(scheduler, 3).slice(1)).toEqual([1, 1]);
  });
});
