/** Which core steps next. A schedule is an input of the run: the same one gives the same run. */
import type { Core } from './core.ts';

/** `roundRobin`: one step each in turn. A seed: turns of 1 to 16 steps, in an order that the seed decides. */
export type Schedule = 'roundRobin' | { readonly seed: number };

export interface ScheduleState {
  readonly current: number;
  readonly left: number;
  readonly random: number;
  readonly held: number;
}

export class Scheduler {
  private current = 0;
  private left = 1;
  private random: number;
  /** Core that has every turn while it can run, -1: none. */
  private held = -1;

  constructor(
    private readonly cores: readonly Core[],
    private readonly schedule: Schedule,
  ) {
    // xorshift needs a state other than 0.
    this.random = schedule === 'roundRobin' ? 0 : schedule.seed >>> 0 || 0x9e37_79b9;
  }

  /** The core whose turn it is, or the first after it that can run. */
  get next(): Core | undefined {
    const { cores, current } = this;
    if (cores[current].status === 'running') return cores[current];
    for (let i = 1; i < cores.length; i++) {
      const core = cores[(current + i) % cores.length];
      if (core.status === 'running') return core;
    }
    return undefined;
  }

  /** Called after each step. */
  advance(): void {
    if (this.cores.length === 1 || this.isHeld()) return;
    if (--this.left > 0) return;
    if (this.schedule === 'roundRobin') {
      this.current = (this.current + 1) % this.cores.length;
      this.left = 1;
    } else {
      this.current = this.draw() % this.cores.length;
      this.left = 1 + (this.draw() & 15);
    }
  }

  /** The next turn is of that core and one step long; the schedule goes on from there. */
  choose(core: number): void {
    this.current = core;
    this.left = 1;
  }

  /** Every turn is of that core while it can run; without one, the schedule decides again. */
  hold(core: number | undefined): void {
    this.held = core ?? -1;
    if (core !== undefined) this.choose(core);
  }

  private isHeld(): boolean {
    if (this.held < 0 || this.cores[this.held].status !== 'running') return false;
    this.choose(this.held);
    return true;
  }

  /** xorshift32. */
  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x >>> 0;
  }

  save(): ScheduleState {
    return { current: this.current, left: this.left, random: this.random, held: this.held };
  }

  restore(state: ScheduleState): void {
    this.current = state.current;
    this.left = state.left;
    this.random = state.random;
    this.held = state.held;
  }
}
