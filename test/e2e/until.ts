import { expect } from 'vitest';

/** Asks again and again until the answer is the wanted one; fails with the last answer beside it. */
export function until<T>(ask: () => Promise<T>, wanted: T, timeout = 15_000): Promise<void> {
  return expect.poll(ask, { timeout, interval: 50 }).toEqual(wanted);
}
