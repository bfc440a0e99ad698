import { describe, expect, it } from 'vitest';
import { Cancelled, Driver } from './driver.ts';
import type { Work } from './engine/engine.ts';

/** A host whose clock moves one millisecond a look and whose tasks run when the test says so. */
function fakeHost() {
  const tasks: (() => void)[] = [];
  let time = 0;
  return { tasks, read: async () => undefined, later: (task: () => void) => void tasks.push(task), now: () => time++, failed: () => {} };
}

function* count(seen: number[], to: number): Work<string> {
  try {
    for (let i = 0; i < to; i++) {
      seen.push(i);
      yield;
    }
    return 'done';
  } finally {
    seen.push(-1);
  }
}

describe('the driver', () => {
  it('leaves a slice after five milliseconds and goes on later', async () => {
    const host = fakeHost();
    const driver = new Driver(host);
    const seen: number[] = [];
    const result = driver.drive(count(seen, 8));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(driver.busy).toBe(true);
    host.tasks.shift()?.();
    await expect(result).resolves.toBe('done');
    expect(driver.busy).toBe(false);
  });

  it('lets a cancelled work clean up and never resumes it', async () => {
    const host = fakeHost();
    const driver = new Driver(host);
    const seen: number[] = [];
    const result = driver.drive(count(seen, 100));
    driver.cancel();
    await expect(result).rejects.toBeInstanceOf(Cancelled);
    host.tasks.shift()?.();
    expect(seen).toEqual([0, 1, 2, 3, 4, -1]);
  });

  it('refuses a second work while one is going on', () => {
    const driver = new Driver(fakeHost());
    driver.drive(count([], 100)).catch(() => {});
    expect(() => driver.drive(count([], 1))).toThrow('already at work');
  });

  it('passes on what a work throws and is free again', async () => {
    const driver = new Driver(fakeHost());
    // biome-ignore lint/correctness/useYield: it throws before it would
    const broken = function* (): Work<void> {
      throw new Error('broken');
    };
    await expect(driver.drive(broken())).rejects.toThrow('broken');
    expect(driver.busy).toBe(false);
  });
});
