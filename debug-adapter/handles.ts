/** Numbers that clients hold for things of one stop. None is given twice, so that an old one never means something new. */
import { RequestError } from './errors.ts';

export class Handles<T> {
  private last = 0;
  private readonly things = new Map<number, T>();

  add(thing: T): number {
    this.things.set(++this.last, thing);
    return this.last;
  }

  /** Throws when the number is of an earlier stop, or none of ours. */
  get(handle: number): T {
    const thing = this.things.get(handle);
    if (thing === undefined) throw new RequestError('stale');
    return thing;
  }

  /** Everything given out so far becomes stale. */
  clear(): void {
    this.things.clear();
  }
}
