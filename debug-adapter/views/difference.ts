/** What differs between two positions, as lines that one can read. */
import { EVENTS, type EventKind } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Difference, RunPosition } from '../engine/engine.ts';
import { hex, plural } from '../format.ts';
import { tagName } from '../names.ts';
import type { DifferenceEntry, Requests } from '../protocol.ts';
import type { Session } from '../session.ts';

export async function differenceOf(session: Session, from: RunPosition, to: RunPosition): Promise<Requests['worldstep/diff']['body']> {
  const found = await session.drive('Comparing', session.program.engine.difference(from, to));
  const { program } = session;
  return {
    differences: [...cores(program, found), ...registers(program, found), ...tags(program, found), ...memory(found), ...events(found)],
    more: found.more,
  };
}

function cores({ names }: Debuggee, difference: Difference): DifferenceEntry[] {
  return difference.cores.map(({ core, before, after }) => {
    const text = ({ state, pc, status }: typeof before): string =>
      `${names.state(state)} at ${hex(pc)}${status === 'running' ? '' : `, ${status}`}`;
    return { group: `core ${core}`, name: 'position', before: text(before), after: text(after) };
  });
}

function registers({ architecture }: Debuggee, difference: Difference): DifferenceEntry[] {
  return difference.registers.map(({ core, register, before, after }) => ({
    group: `core ${core}`,
    name: architecture.registers[register].name,
    before: hex(before),
    after: hex(after),
  }));
}

function tags({ architecture }: Debuggee, difference: Difference): DifferenceEntry[] {
  return difference.tags.map(({ from, to, before, after }) => ({
    group: 'tags',
    name: `${hex(from)} to ${hex(to)}`,
    before: tagName(architecture, before),
    after: tagName(architecture, after),
  }));
}

/** Bytes of one difference that are shown. */
const MOST_BYTES = 16;

function memory(difference: Difference): DifferenceEntry[] {
  return difference.memory.map(({ pa, before, after }) => ({
    group: 'memory',
    name: `${hex(pa)}, ${plural(before.length, 'byte')}`,
    before: bytesText(before),
    after: bytesText(after),
  }));
}

function bytesText(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, MOST_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > MOST_BYTES ? `${shown} …` : shown;
}

function events({ events = {} }: Difference): DifferenceEntry[] {
  return (Object.entries(events) as [EventKind, number][])
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ group: 'events', name: EVENTS[kind].label, before: '', after: `${count}` }));
}

/** Lines for the console. */
export function differenceLines({ differences, more }: Requests['worldstep/diff']['body']): string {
  if (differences.length === 0) return 'Nothing differs.';
  const lines = differences.map(
    ({ group, name, before, after }) => `${group} · ${name}: ${before === '' ? after : `${before} → ${after}`}`,
  );
  return [...lines, ...(more ? ['… and more memory'] : [])].join('\n');
}
