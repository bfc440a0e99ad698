/** What the debugger asks to be told of accesses. It only listens: a run with a watch is the same run. */
import type { Access } from './access.ts';
import type { Core } from './core.ts';

export interface AccessWatch {
  /** A load that was done or a store that is queued. Answers whether accesses to its page are to be told one by one. */
  accessed(core: Core, access: Readonly<Access>): boolean;
  /** The word that made the last accesses has faulted: its stores never happen. */
  dropped(): void;
}
