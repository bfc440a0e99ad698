/** Which tag protects which memory, as protection units enumerate themselves; no unit is known by name here. */
import type { Machine, ProtectionUnit, TagRange, WorldRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { tagName } from '../names.ts';
import type { Requests, StaleEntry, TagEntry, WorldStyle } from '../protocol.ts';

type Body = Requests['worldstep/tags']['body'];

/** Units of a platform beyond the first are not shown yet. */
export function protectionUnit({ units }: Machine): ProtectionUnit | undefined {
  return units[0];
}

/** The tags of all memory that answers on the bus, ascending. */
export function tagsNow(machine: Machine): TagRange[] {
  const unit = protectionUnit(machine);
  const memory = [...machine.map].sort((a, b) => a.from - b.from);
  return coalesce(unit ? memory.flatMap(({ from, to }) => unit.ranges(from, to)) : []);
}

export function tags(debuggee: Debuggee, page: { start: number; count: number; from: number; to: number }): Body {
  const { architecture, before } = debuggee;
  const unit = protectionUnit(debuggee.engine.machine);
  const shown = debuggee.tags.flatMap((range) => clip(range, page.from, page.to));
  const entries = shown.slice(page.start, page.count === 0 ? undefined : page.start + page.count).map((range): TagEntry => {
    const world = architecture.tags.find(({ value }) => value === range.tag)?.world;
    return {
      from: wire(range.from),
      to: wire(range.to),
      tag: tagName(architecture, range.tag),
      ...(world !== undefined && { world: styleOf(architecture.worlds[world]) }),
      changed: before !== undefined && !sameTags(before.tags, range),
    };
  });
  return { unit: wire(unit?.granule ?? 1), total: shown.length, ranges: entries, stale: unit ? staleEntries(debuggee, unit) : [] };
}

export function styleOf({ id, name, icon, color }: WorldRow): WorldStyle {
  return { id, name, icon, color };
}

function staleEntries({ architecture }: Debuggee, unit: ProtectionUnit): StaleEntry[] {
  return unit.stale().map(({ core, from, to, cached, table }) => ({
    core,
    from: wire(from),
    to: wire(to),
    text: `core ${core}'s TLB still says ${tagName(architecture, cached)}; the table says ${tagName(architecture, table)}`,
  }));
}

function coalesce(ranges: readonly TagRange[]): TagRange[] {
  const joined: TagRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && last.to === range.from && last.tag === range.tag) joined[joined.length - 1] = { ...last, to: range.to };
    else joined.push(range);
  }
  return joined;
}

function clip(range: TagRange, from: number, to: number): TagRange[] {
  const clipped = { ...range, from: Math.max(range.from, from), to: Math.min(range.to, to) };
  return clipped.from < clipped.to ? [clipped] : [];
}

/** Whether all of `range` had its tag before. */
function sameTags(before: readonly TagRange[], range: TagRange): boolean {
  return before.every(({ from, to, tag }) => to <= range.from || from >= range.to || tag === range.tag);
}

/** Numbers for programs: hex without groups. */
const wire = (value: number): string => `0x${value.toString(16)}`;
