import type { Work } from '../debug-adapter/engine/engine.ts';

/** Does the engine's work to its end: nobody asks for anything meanwhile. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
