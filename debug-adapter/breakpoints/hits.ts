/**
 * Hit conditions: `3`, `>= 3`, `% 10`. The count belongs to a position, not to a counter: a position reached again, forwards
 * or backwards, has the number it had before.
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

/** The positions at which a breakpoint was hit, ascending. */
export class Hits {
  private readonly positions: number[] = [];

  /** Notes a hit and says how many there were up to and with this one. */
  count(position: number): number {
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
}
