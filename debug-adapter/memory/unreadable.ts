/** Why an address cannot be read, said by the units that refuse it: the debugger asks them again, and lets them explain. */
import { type Access, Explanation, type Fault, type RegisterView } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { hex } from '../format.ts';
import type { Place } from './addresses.ts';

export function whyUnreadable(debuggee: Debuggee, frame: Frame, fault: Fault): string {
  if (!fault.access) return 'it cannot be read';
  return refusalOf(debuggee, frame.core, frame.registers, fault.access) ?? `${hex(fault.access.va)} cannot be read here`;
}

/** Undefined where it can be read. */
export function whyUnreadableAt(debuggee: Debuggee, place: Place): string | undefined {
  const { addresses, engine, architecture } = debuggee;
  const { space, address } = place;
  const at = addresses.locateBytes(place);
  if (at && engine.machine.isMemory(at.pa, 1)) return undefined;
  if (space.kind === 'virtual') {
    const access: Access = { kind: 'read', purpose: 'debug', va: address, size: 1, pa: 0, space: 0 };
    const refusal = refusalOf(debuggee, space.core, space.view, access);
    if (refusal !== undefined) return refusal;
  }
  if (at && engine.machine.answers(at.pa, 1)) return `Registers of a device stand at ${hex(at.pa)}; they are not shown as memory.`;
  const where = space.kind === 'physical' ? `${architecture.spaces[space.space].id}:` : '';
  return `Nothing answers at ${where}${hex(at?.pa ?? address)}.`;
}

function refusalOf({ engine }: Debuggee, id: number, view: RegisterView, refused: Readonly<Access>): string | undefined {
  const core = engine.machine.cores[id];
  const explanation = new Explanation();
  const access: Access = { ...refused, purpose: 'debug', pa: 0, space: 0 };
  core.translate(access, { core, view, tlb: false, peek: true, explanation });
  const refusal = explanation.accesses.flatMap(({ steps }) => steps).findLast(({ verdict }) => verdict === 'fault');
  return refusal && `${hex(refused.va)} cannot be read here. ${refusal.unit}: ${refusal.note}`;
}
