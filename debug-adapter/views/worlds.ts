/** Per core, the running world and what waits or is parked in the others. */
import type { Debuggee } from '../debuggee.ts';
import type { WorldLine } from '../engine/engine.ts';
import type { WorldEntry } from '../protocol.ts';
import { styleOf } from './tags.ts';

export function worlds(debuggee: Debuggee): WorldEntry[] {
  return debuggee.engine.worlds().map((line) => ({
    core: line.core,
    text: textOf(debuggee, line),
    world: styleOf(debuggee.architecture.worlds[debuggee.architecture.states[line.state].world]),
    status: line.status,
    threadId: line.core + 1,
  }));
}

/** `Non-secure EL2 ▸ host.main`, `Realm EL2 ▸ rmm, parked`: what runs needs no word for it. */
function textOf({ names }: Debuggee, { state, where, status }: WorldLine): string {
  return [`${names.state(state)} ▸ ${where}`, ...(status === 'running' ? [] : [status])].join(', ');
}
