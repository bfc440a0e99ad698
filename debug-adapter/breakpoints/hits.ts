/**
 * Hit conditions: `3`, `>= 3`, `% 10`. Hits count from where the breakpoint was set. The count belongs to a position, not to a
 * counter: a position has the same number whichever way it is reached, forwards, backwards or by a leap.
 */
import { parseNumber } from '../format.ts';

const OPERATORS: Readonly<Record<string, (count: number, wanted: number) => boolean>> = {
  '==': (count, wanted) => count === wanted,
  '=': (count, wanted) => count === wanted,
  '>=': (count, wanted) => count >= wanted,
  '>': (count, wanted) => count > wanted,
  '<=': (count, wanted) => count <= wanted,
  '<': (count, wanted) => count < wanted,
  '%': (count, wanted) => count % wanted === 0,
};

export const HIT_SYNTAX = 'A hit condition is a number, or one of == >= > <= < % and a number: `>= 3`.';

export type HitTest = (count: number) => boolean;

/** Undefined where the text is no hit condition. A number alone means that many hits and no others. */
export function parseHitCondition(text: string): HitTest | undefined {
  const [, operator = '==', number] = /^\s*([=<>%]{0,2})\s*(\S+)\s*$/.exec(text) ?? [];
  const test = Object.hasOwn(OPERATORS, operator || '==') ? OPERATORS[operator || '=='] : undefined;
  const wanted = Number(parseNumber(number ?? ''));
  if (!test || !Number.isSafeInteger(wanted) || (operator === '%' && wanted === 0)) return undefined;
  return (count) => test(count, wanted);
}

/**
 * The positions at which a breakpoint was hit after the one where it was set, ascending. They are all known up to `known`;
 * whoever goes on from beyond that looks for those in between first.
 */
export class Hits {
  private positions: number[] = [];
  known: number;

  constructor(
    readonly origin: number,
    /** The run that it is about: another one has another future. */
    private run: number,
  ) {
    this.known = origin;
  }

  /** Notes a hit and says how many there were up to and with this one; 0 for one that is not behind the origin. */
  count(position: number): number {
    if (position <= this.origin) return 0;
    let low = 0;
    let high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positions[middle] < position) low = middle + 1;
      else high = middle;
    }
    if (this.positions[low] !== position) this.positions.splice(low, 0, position);
    return low + 1;
  }

  /** From here on hits of `run` count. */
  enter(run: number): void {
    if (run === this.run) return;
    this.run = run;
    this.known = this.origin;
    this.positions = [];
  }
}
