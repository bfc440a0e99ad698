/** A core's name in the call stack carries its state: `core 0 · Non-secure EL2 · host`. */
import type { CoreStatus } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';

/** What is said of cores that are doing nothing. */
const IDLE: Partial<Record<CoreStatus, string>> = {
  waiting: 'waits for an interrupt',
  finished: 'finished',
  halted: 'halted',
  off: 'off',
};

/** While the program runs its state is nobody's business: whatever was said would be wrong already. */
export function threadName(debuggee: Debuggee, id: number, stopped: boolean): string {
  if (!stopped) return `core ${id}`;
  const { state, status } = debuggee.engine.machine.cores[id];
  const where = debuggee.engine.worlds().find((line) => line.core === id && line.status !== 'waiting' && line.status !== 'parked')?.where;
  const [image] = (where ?? '').split('.');
  return [`core ${id}`, debuggee.names.state(state), image, IDLE[status]].filter(Boolean).join(' · ');
}
