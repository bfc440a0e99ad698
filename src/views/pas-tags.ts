/** PAS Tags: which world owns which physical memory, as coalesced ranges that open down to single granules. */
import type { Requests, StaleEntry, TagEntry } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import { spellAddress, spellSize } from './address.ts';
import type { Row } from './row.ts';

type Tags = Requests['worldstep/tags']['body'];

/** As many rows as an open range shows; a larger one opens in several levels. */
const fanOut = 256n;

/** @param marked whether what changed since the last stop is marked. */
export function tagRows({ unit, total, ranges, stale }: Tags, marked = true): Row[] {
  const granule = BigInt(unit);
  const rows = ranges.map((entry) =>
    rangeRow({ ...entry, changed: marked && entry.changed }, BigInt(entry.from), BigInt(entry.to), granule),
  );
  const missing = total - ranges.length;
  return [...staleRows(stale), ...rows, ...(missing > 0 ? [moreRow(missing)] : [])];
}

function rangeRow(entry: TagEntry, from: bigint, to: bigint, granule: bigint): Row {
  const whole = from === BigInt(entry.from) && to === BigInt(entry.to);
  // Of a range that changed somewhere, nobody said which granule it was.
  const changed = whole && entry.changed;
  return {
    id: `tag ${from.toString(16)}-${to.toString(16)}`,
    // The next row, or the size, says where it ends: side bars are narrow, and the tag must not be cut off.
    label: spellAddress(from),
    description: [entry.tag, spellSize(to - from), ...(changed ? [say('changed')] : [])].join(' · '),
    tooltip: `${spellAddress(from)} – ${spellAddress(to - 1n)}: ${entry.tag}${changed ? say('; some of it changed since the last stop') : ''}`,
    icon: { id: entry.world?.icon ?? 'circle-outline', color: entry.world?.color },
    changed,
    kind: 'tag',
    address: `0x${from.toString(16)}`,
    // As the world that owns it sees it.
    ...(entry.world && { memory: `${entry.world.id.toLowerCase()}:0x${from.toString(16)}` }),
    children: to - from > granule ? () => parts(entry, from, to, granule) : undefined,
  };
}

function parts(entry: TagEntry, from: bigint, to: bigint, granule: bigint): Row[] {
  let size = granule;
  while ((to - from + size - 1n) / size > fanOut) size *= fanOut;
  const rows: Row[] = [];
  // Inner borders are multiples of the part's size, so that parts of neighbouring ranges line up.
  for (let start = from; start < to; ) {
    const next = (start / size + 1n) * size;
    const end = next < to ? next : to;
    rows.push(rangeRow(entry, start, end, granule));
    start = end;
  }
  return rows;
}

/** What caches still say against the tables, apart from the tables' own ranges: no address belongs to two tags. */
function staleRows(stale: readonly StaleEntry[]): Row[] {
  if (stale.length === 0) return [];
  const children = stale.map((entry) => staleRow(entry));
  const description = `${stale.length}`;
  return [{ id: 'stale', label: say('Stale TLB Entries'), description, icon: warning, open: true, children: () => children }];
}

const warning = { id: 'warning', color: 'list.warningForeground' };

function staleRow({ core, from, to, text }: StaleEntry): Row {
  const start = BigInt(from);
  return {
    id: `stale ${core} ${from}-${to}`,
    label: spellAddress(start),
    description: text,
    tooltip: `${spellAddress(start)} – ${spellAddress(BigInt(to) - 1n)}: ${text}`,
    icon: warning,
    kind: 'stale',
    address: from,
  };
}

function moreRow(missing: number): Row {
  const command = { command: 'worldstep.showMoreTags', title: say('Show More'), arguments: [] };
  return { id: 'more', label: say('Show more ({0} ranges left)', missing), icon: { id: 'ellipsis' }, command };
}
