/** Why an address cannot be read, said by the units that refuse it: the debugger asks them again, and lets them explain. */
import { type Access, Explanation, type Fault } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { hex } from '../format.ts';

export function whyUnreadable({ engine }: Debuggee, frame: Frame, fault: Fault): string {
  if (!fault.access) return 'it cannot be read';
  const { va } = fault.access;
  const core = engine.machine.cores[frame.core];
  const explanation = new Explanation();
  const access: Access = { ...fault.access, purpose: 'debug', pa: 0, space: 0 };
  core.translate(access, { core, view: frame.registers, tlb: false, peek: true, explanation });
  const refusal = explanation.accesses.flatMap(({ steps }) => steps).findLast(({ verdict }) => verdict === 'fault');
  return `${hex(va)} cannot be read here${refusal ? `. ${refusal.unit}: ${refusal.note}` : ''}`;
}
