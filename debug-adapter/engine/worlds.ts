/** The lines of the Worlds view: what runs on each core, what waits below it, and what is parked in the other worlds. */

import { hex } from '../format.ts';
import { standing } from './activation.ts';
import type { WorldLine } from './engine.ts';
import type { Context } from './ledger.ts';
import type { Tape } from './tape.ts';

export function worldLines(tape: Tape): WorldLine[] {
  const { machine } = tape;
  const lines = machine.cores.flatMap((core): WorldLine[] => {
    const { chain } = tape.contexts(core);
    const { word, pc } = standing(tape, core);
    const line: WorldLine = {
      core: core.id,
      state: core.state,
      status: core.status === 'waiting' ? 'running' : core.status,
      where: word ? `${word.image}.${word.fn.name}` : hex(pc),
      context: 0,
    };
    return [line, ...[...chain].reverse().flatMap((context) => left(context, 'waiting'))];
  });
  return [...lines, ...tape.parked.flatMap((context) => left(context, 'parked'))];
}

function left({ id, core, departure }: Context, status: 'waiting' | 'parked'): WorldLine[] {
  if (departure === undefined) return [];
  const { word, pc, view } = departure;
  return [{ core, state: view.state, status, where: word?.image ?? hex(pc), context: id, registers: view }];
}
