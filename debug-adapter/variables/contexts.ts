/** What of each world and virtual processor is kept while it does not run: as cores left it, and as firmware has saved it. */
import { evaluateViews, type ViewNode } from '../../language/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame, WorldLine } from '../engine/engine.ts';
import { hex } from '../format.ts';
import { type Expandable, fixed, type Node } from './expandable.ts';
import { generalRegisters, systemRegisters } from './registers.ts';

/** Undefined where nothing waits anywhere and firmware shows nothing. */
export function savedContexts(debuggee: Debuggee, frame: Frame): Expandable | undefined {
  const idle = debuggee.engine.worlds().filter(({ status }) => status === 'waiting' || status === 'parked');
  const views = evaluateViews(debuggee.program, debuggee.engine.machine).filter(({ children }) => children.length > 0);
  if (idle.length + views.length === 0) return undefined;
  return fixed(() => [...idle.map((line) => idleNode(debuggee, frame, line)), ...views.map((view) => viewNode(debuggee, view))]);
}

/** A context as its core left it; its registers are read-only, since what comes back is what firmware has saved. */
function idleNode(debuggee: Debuggee, frame: Frame, { state, where, status, registers, core }: WorldLine): Node {
  const name = `${debuggee.names.state(state)} ▸ ${where}`;
  if (!registers) return { name, value: status };
  const left: Frame = { ...frame, core, state, registers, live: false };
  const opened = { ...generalRegisters(debuggee, left), frame: undefined };
  const system: Node = { name: 'System registers', value: '', children: { ...systemRegisters(debuggee, left), frame: undefined } };
  return {
    name,
    value: `${status}, as of departure`,
    children: fixed(() => [{ name: 'General registers', value: '', children: opened }, system]),
  };
}

function viewNode(debuggee: Debuggee, { label, state, address, fields, children }: ViewNode): Node {
  const { architecture, addresses } = debuggee;
  const place = address && `${architecture.spaces[address.space].id}:${hex(address.pa)}`;
  const memoryReference = address && addresses.refer(addresses.physical(address.space, address.pa));
  const inner = fields.length + children.length;
  return {
    name: label,
    value: [state, place && `at ${place}`].filter(Boolean).join(' '),
    ...(memoryReference !== undefined && { memoryReference }),
    ...(inner > 0 && {
      children: fixed(() => [
        ...fields.map((field): Node => ({ name: field.label, value: field.text })),
        ...children.map((child) => viewNode(debuggee, child)),
      ]),
    }),
  };
}
