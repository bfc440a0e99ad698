/** Worlds: what runs on each core, what waits below it and what is parked in the other worlds. */
import type { WorldEntry } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import type { Row } from './row.ts';

/** Flat with one core; a heading per core where there are several. */
export function worldRows(entries: readonly WorldEntry[]): Row[] {
  const cores = [...new Set(entries.map(({ core }) => core))];
  if (cores.length < 2) return numbered(entries);
  return cores.map((core) => {
    const children = numbered(entries.filter((entry) => entry.core === core));
    return { id: `core ${core}`, label: say('core {0}', core), icon: { id: 'chip' }, open: true, children: () => children };
  });
}

/** Two contexts of one world and one status are told apart by their order. */
function numbered(entries: readonly WorldEntry[]): Row[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const id = `core ${entry.core}, ${entry.world.id}, ${entry.status}`;
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    return worldRow(entry, count === 0 ? id : `${id}, ${count}`);
  });
}

function worldRow(entry: WorldEntry, id: string): Row {
  const { text, world, core, status, threadId } = entry;
  return {
    id,
    label: text,
    tooltip: say('{0} world on core {1}: {2}', world.name, core, status),
    icon: { id: world.icon, color: world.color },
    kind: 'world',
    command: { command: 'worldstep.showCore', title: say('Show Where It Is'), arguments: [{ threadId, text }] },
  };
}
