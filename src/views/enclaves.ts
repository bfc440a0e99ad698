/** Enclaves: what firmware declares of its own data, realms and whatever else it keeps, by the program's views. */
import type { ViewEntry } from '../../debug-adapter/protocol.ts';
import type { Row } from './row.ts';

export function enclaveRows(views: readonly ViewEntry[]): Row[] {
  return numbered(views, '').map(({ entry, id }) => ({
    ...itemRow(entry, id),
    description: entry.children.length === 0 ? 'none' : undefined,
    icon: { id: entry.icon ?? 'list-tree' },
    open: true,
  }));
}

/** Its fields first, then what stands under it. */
function itemRow(entry: ViewEntry, id: string): Row {
  const { label, icon, world, state, address, fields, children } = entry;
  const rows = (): Row[] => [
    ...fields.map((field, i) => ({
      id: `${id} field ${i}`,
      label: field.label,
      description: field.text,
      tooltip: `${field.label}: ${field.text}`,
    })),
    ...numbered(children, id).map((child) => itemRow(child.entry, child.id)),
  ];
  const about = [label, ...(state === undefined ? [] : [state]), ...(address ? [address.text] : [])].join(' · ');
  return {
    id,
    label,
    tooltip: about,
    icon: world ? { id: world.icon, color: world.color } : { id: icon ?? 'symbol-object' },
    ...(state !== undefined && { description: state }),
    ...(address && { kind: 'place' as const, address: address.pa }),
    ...(fields.length + children.length > 0 && { children: rows }),
  };
}

/** Items of one label are told apart by their order; what is open stays open as long as labels stay. */
function numbered(entries: readonly ViewEntry[], path: string): { readonly entry: ViewEntry; readonly id: string }[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const count = seen.get(entry.label) ?? 0;
    seen.set(entry.label, count + 1);
    return { entry, id: `${path}/${entry.label}${count === 0 ? '' : ` (${count})`}` };
  });
}
