/** Notes which steps stored to a spot, and what it held then: the newest of them. */
import type { Event } from '../../machine/index.ts';
import { DataWatch } from './data.ts';
import type { DataStop } from './engine.ts';
import type { StepWatch } from './player.ts';
import type { Tape } from './tape.ts';
import { heldBy, onCore, type Spot, type Touch } from './touch.ts';

export class Recorder implements StepWatch {
  private readonly watch: DataWatch;
  private touches: Touch[] = [];

  constructor(
    private readonly tape: Tape,
    private readonly spot: Spot,
    private readonly count: number,
  ) {
    const { cells, registers, core } = spot;
    const stops: DataStop[] = [
      ...cells.map(({ pa, size }): DataStop => ({ id: 0, access: 'write', on: { kind: 'memory', pa, size } })),
      ...registers.map(
        (register): DataStop => ({ id: 0, access: 'write', on: { kind: 'register', register, ...(core !== undefined && { core }) } }),
      ),
    ];
    this.watch = new DataWatch(tape.machine, stops, tape.unmarked);
  }

  arm(): void {
    this.watch.arm();
  }

  disarm(): void {
    this.watch.disarm();
  }

  /** What was noted since it was asked last, in order. */
  take(): Touch[] {
    const taken = this.touches.slice(-this.count);
    this.touches = [];
    return taken;
  }

  before(): void {
    this.watch.before();
  }

  after(): void {
    this.watch.after();
    if (!this.watch.happened()) return;
    const { tape, spot } = this;
    const { core } = this.watch.found[0].hit;
    const cores = tape.machine.cores.filter(({ id }) => onCore(spot, id));
    this.touches.push({
      step: tape.position - 1,
      core: tape.stepped?.id ?? core,
      word: tape.word ?? undefined,
      value: heldBy(tape, spot, cores),
    });
    if (this.touches.length > 2 * this.count + 64) this.touches = this.touches.slice(-this.count);
  }

  /** Nobody has to look: it is noted. */
  happened(): boolean {
    return false;
  }

  refresh(): void {
    this.watch.refresh();
  }

  transferred(event: Extract<Event, { kind: 'dma' }>): void {
    this.watch.transferred(event);
  }
}
