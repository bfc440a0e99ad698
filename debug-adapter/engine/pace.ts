/**
 * How much is done before the driver gets its turn. The engine has no clock; it counts steps, few enough for a slice to
 * stay far below the driver's 5 ms whatever the steps do.
 */
const SLICE = 8 * 1024;

/** What a step costs, in plain steps: plainly, or looked at one by one. */
export const PLAIN = 1;
export const WATCHED = 8;

export class Pace {
  private left = SLICE;

  /** Steps that may be done before the next look at `due`. */
  steps(weight: number): number {
    return Math.max(1, Math.floor(this.left / weight));
  }

  /** Counts work done. Answers whether it is the driver's turn. */
  due(steps: number, weight: number): boolean {
    this.left -= steps * weight;
    if (this.left > 0) return false;
    this.left = SLICE;
    return true;
  }
}
