/**
 * Runs the engine's work in slices, so that messages arrive between them: a pause within one slice, whatever the program
 * does. Where a slice ends depends on a clock; what the work computes does not.
 */
import type { Work } from './engine/engine.ts';
import type { Host } from './host.ts';

/** Milliseconds after which the adapter looks for messages. */
const SLICE = 5;

/** Rejects the promise of a work that was given up. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
  }
}

export class Driver {
  private current: { readonly cancel: () => void } | undefined;

  constructor(private readonly host: Host) {}

  get busy(): boolean {
    return this.current !== undefined;
  }

  /** Does one work; there is never a second at the same time, because the machine is wherever the work takes it. */
  drive<T>(work: Work<T>): Promise<T> {
    if (this.current) throw new Error('the engine is already at work');
    return new Promise<T>((resolve, reject) => {
      const settle = (done: () => void) => {
        this.current = undefined;
        done();
      };
      const slice = () => {
        if (this.current !== token) return;
        try {
          const end = this.host.now() + SLICE;
          do {
            const { done, value } = work.next();
            if (done) return settle(() => resolve(value));
          } while (this.host.now() < end);
          this.host.later(slice);
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const token = {
        cancel: () => {
          try {
            work.return(undefined as T);
            settle(() => reject(new Cancelled()));
          } catch (error) {
            settle(() => reject(error));
          }
        },
      };
      this.current = token;
      slice();
    });
  }

  /** Gives the current work up, if there is one: forward runs stay where they are, travels where they began. */
  cancel(): void {
    this.current?.cancel();
  }
}
