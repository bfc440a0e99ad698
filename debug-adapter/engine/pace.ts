/**
 * How much is done before the driver gets its turn. The engine has no clock; it counts steps, few enough for a slice to
 * stay far below the driver's 5 ms whatever the steps do.
 */
const SLICE = 8 * 1024;

export class Pace {
  private left = SLICE;

  /** Steps that may be done before the next look at `due`. */
  get steps(): number {
    return Math.max(1, this.left);
  }

  /** Counts work done. Answers whether it is the driver's turn. */
  due(steps: number): boolean {
    this.left -= steps;
    if (this.left > 0) return false;
    this.left = SLICE;
    return true;
  }
}
