/**
 * What data breakpoints watch, as text that a client keeps and gives back: `memory ns 0x88000000 8`, `register 0 ESR_EL2.EC`,
 * `tag 0x88000000 4096`. `*` stands for every space or core; `as rec.pc` says what it is called, and `@change` and `@core1` at
 * the end say when and where.
 */
import { registerIndex } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { DataAccess, DataHit, Watched } from '../engine/engine.ts';
import { hex, integer, parseNumber } from '../format.ts';
import { tagName } from '../names.ts';
import { maskOf } from '../variables/locate.ts';
import { protectionUnit } from '../views/tags.ts';
import { type Found, nothing } from './breakpoint.ts';

export interface DataTarget {
  readonly watched: Watched;
  readonly access: DataAccess;
  /** As stops name it: `the tag of 0x8800_0000`. */
  readonly text: string;
}

const ACCESSES: readonly DataAccess[] = ['read', 'write', 'readWrite', 'change'];

type Parse = (debuggee: Debuggee, words: readonly string[]) => { watched: Watched; text: string } | string;

const KINDS: Readonly<Record<string, Parse>> = {
  memory({ architecture, engine }, [where, address, length, as, ...name]) {
    const space = architecture.spaces.findIndex(({ id }) => id === where);
    const pa = Number(parseNumber(address ?? ''));
    const size = Number(parseNumber(length ?? ''));
    if ((space < 0 && where !== '*') || !Number.isSafeInteger(pa) || !(size > 0)) return 'There are no such bytes of memory.';
    if (!engine.machine.answers(pa, 1)) return `There is no memory at ${hex(pa)}.`;
    const watched: Watched = { kind: 'memory', pa, size, ...(space >= 0 && { space }) };
    return { watched, text: as === 'as' ? name.join(' ') : `${space >= 0 ? `${where}:` : ''}${hex(pa)}` };
  },
  register({ architecture, engine }, [where, name]) {
    const [register, field] = (name ?? '').split('.');
    const row = architecture.registers.find((candidate) => candidate.name === register);
    if (!row) return `There is no register ${register}.`;
    const bits = field === undefined ? undefined : row.fields?.find((candidate) => candidate.name === field);
    if (field !== undefined && !bits) return `${register} has no field ${field}.`;
    const core = where === '*' ? undefined : Number(where);
    if (core !== undefined && !engine.machine.cores[core]) return `There is no core ${where}.`;
    const watched: Watched = {
      kind: 'register',
      register: registerIndex(architecture, register),
      ...(core !== undefined && { core }),
      ...(bits && { mask: maskOf(bits) }),
    };
    return { watched, text: name };
  },
  tag({ engine }, [address, length]) {
    const pa = Number(parseNumber(address ?? ''));
    const size = Number(parseNumber(length ?? ''));
    if (!Number.isSafeInteger(pa) || !(size > 0)) return 'There is no such memory.';
    if (!protectionUnit(engine.machine)) return 'No unit of this platform tags memory.';
    return { watched: { kind: 'tag', pa, size }, text: `the tag of ${hex(pa)}` };
  },
};

/** The text of what is watched; what a client keeps. `name`: of a field of a register, or of what lies in memory. */
export function dataId({ architecture }: Debuggee, watched: Watched, name?: string): string {
  if (watched.kind === 'memory') {
    const space = watched.space === undefined ? '*' : architecture.spaces[watched.space].id;
    return `memory ${space} 0x${watched.pa.toString(16)} ${watched.size}${name === undefined ? '' : ` as ${name}`}`;
  }
  if (watched.kind === 'tag') return `tag 0x${watched.pa.toString(16)} ${watched.size}`;
  return `register ${watched.core ?? '*'} ${architecture.registers[watched.register].name}${name === undefined ? '' : `.${name}`}`;
}

export function findData(text: string, access: string, debuggee: Debuggee): Found {
  const [what, ...suffixes] = text.split('@').map((part) => part.trim());
  const [kind, ...words] = what.split(/\s+/);
  const parse = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  const parsed = parse?.(debuggee, words) ?? `${text} is no data that could be watched.`;
  if (typeof parsed === 'string') return nothing(parsed);
  const given = suffixes.find((suffix): suffix is DataAccess => ACCESSES.some((known) => known === suffix)) ?? access;
  const wanted = ACCESSES.find((known) => known === given) ?? 'write';
  const { watched } = parsed;
  if (watched.kind !== 'memory' && (wanted === 'read' || wanted === 'readWrite')) {
    return nothing(`${watched.kind === 'tag' ? 'Tags' : 'Registers'} are not watched for reads.`);
  }
  const core = coreOf(suffixes);
  // A tag is what the tables say: it is never written, it changes.
  const target: DataTarget = { ...parsed, access: watched.kind === 'tag' ? 'change' : wanted };
  return { words: [], events: [], data: [target], ...(core !== undefined && { core }) };
}

function coreOf(suffixes: readonly string[]): number | undefined {
  const [, number] = suffixes.map((suffix) => /^core\s*(\d+)$/i.exec(suffix)).find(Boolean) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** `write of page: 0 → 42`. */
export function describeData({ architecture }: Debuggee, { text, watched }: DataTarget, { access, before, after }: DataHit): string {
  const show = (value: bigint): string => {
    if (watched.kind === 'tag') return tagName(architecture, Number(value));
    return watched.kind === 'register' ? hex(value) : integer(value);
  };
  const done = access === 'read' ? 'read' : access === 'write' && before === after ? 'write' : 'change';
  const values =
    before === undefined || after === undefined ? '' : done === 'change' ? `: ${show(before)} → ${show(after)}` : `: ${show(after)}`;
  return `${done} of ${text}${values}`;
}
