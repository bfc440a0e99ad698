/** What firmware says of its own data: the views that it declares, evaluated at the stop. */
import { evaluateViews, type ViewNode } from '../../language/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { hex } from '../format.ts';
import type { ViewEntry } from '../protocol.ts';
import { styleOf } from './tags.ts';

export function declaredViews(debuggee: Debuggee): ViewEntry[] {
  return evaluateViews(debuggee.program, debuggee.engine.machine).map((node) => entry(debuggee, node));
}

function entry(debuggee: Debuggee, { label, icon, world, state, address, fields, children }: ViewNode): ViewEntry {
  const { architecture } = debuggee;
  return {
    label,
    ...(icon !== undefined && { icon }),
    ...(world !== undefined && { world: styleOf(architecture.worlds[world]) }),
    ...(state !== undefined && { state }),
    ...(address && { address: addressOf(debuggee, address) }),
    fields: fields.map((field) => ({ label: field.label, text: field.text })),
    children: children.map((child) => entry(debuggee, child)),
  };
}

function addressOf({ architecture, addresses }: Debuggee, { space, pa }: NonNullable<ViewNode['address']>): ViewEntry['address'] {
  const memoryReference = addresses.refer(addresses.physical(space, pa));
  return {
    pa: `0x${pa.toString(16)}`,
    text: `${architecture.spaces[space].id}:${hex(pa)}`,
    ...(memoryReference !== undefined && { memoryReference }),
  };
}
