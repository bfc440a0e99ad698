/** Enclaves: what firmware declares of its own data, realms and whatever else it keeps, by the program's views. */
import type { ViewEntry } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import type { Row } from './row.ts';

/** What rows said at a stop, by their ids: states and values. */
export type Said = ReadonlyMap<string, string>;

/** @param before what the rows said at the stop before; without it, nothing is marked as changed. */
export function enclaveRows(views: readonly ViewEntry[], before?: Said): Row[] {
  return numbered(views, '').map(({ entry, id }) => ({
    ...itemRow(entry, id, before),
    description: entry.children.length === 0 ? say('none') : undefined,
    icon: { id: entry.icon ?? 'list-tree' },
    changed: false,
    open: true,
  }));
}

/** What all rows say, for the next stop to compare with. */
export function saidBy(views: readonly ViewEntry[]): Said {
  const said = new Map<string, string>();
  const visit = (entries: readonly ViewEntry[], path: string): void => {
    for (const { entry, id } of numbered(entries, path)) {
      said.set(id, entry.state ?? '');
      for (const [i, field] of entry.fields.entries()) said.set(fieldId(id, i), field.text);
      visit(entry.children, id);
    }
  };
  visit(views, '');
  return said;
}

const fieldId = (id: string, index: number) => `${id} field ${index}`;

/** Its fields first, then what stands under it. */
function itemRow(entry: ViewEntry, id: string, before: Said | undefined): Row {
  const { label, icon, world, state, address, fields, children } = entry;
  const changed = before !== undefined && before.get(id) !== (state ?? '');
  const rows = (): Row[] => [
    ...fields.map((field, i) => fieldRow(field, fieldId(id, i), before)),
    ...numbered(children, id).map((child) => itemRow(child.entry, child.id, before)),
  ];
  const about = [label, ...(state === undefined ? [] : [state]), ...(address ? [address.text] : [])].join(' · ');
  const description = [...(state === undefined ? [] : [state]), ...(changed ? [before.has(id) ? say('changed') : say('new')] : [])];
  return {
    id,
    label,
    tooltip: about,
    icon: world ? { id: world.icon, color: world.color } : { id: icon ?? 'symbol-object' },
    ...(changed && { changed }),
    ...(description.length > 0 && { description: description.join(' · ') }),
    ...(address && { kind: 'place' as const, address: address.pa }),
    ...(address?.memoryReference !== undefined && { memory: address.memoryReference }),
    ...(fields.length + children.length > 0 && { children: rows }),
  };
}

function fieldRow({ label, text }: ViewEntry['fields'][number], id: string, before: Said | undefined): Row {
  // A field of what is new is not news by itself.
  const changed = before?.has(id) === true && before.get(id) !== text;
  return {
    id,
    label,
    description: changed ? say('{0} · changed', text) : text,
    tooltip: `${label}: ${text}`,
    ...(changed && { changed }),
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
