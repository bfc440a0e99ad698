/** Names for the values that events carry, read from an architecture's tables and a program's constants. */
import type { Program } from '../language/index.ts';
import type { Architecture, Names } from '../machine/index.ts';
import { hex } from './format.ts';

export function namesOf(program: Pick<Program, 'platform' | 'callName' | 'missingVector'>): Names {
  const { architecture } = program.platform;
  return {
    state: (index) => nameOf(architecture.states, index),
    world: (index) => nameOf(architecture.worlds, index),
    space: (index) => nameOf(architecture.spaces, index),
    tag: (value) => tagName(architecture, value),
    call: (fid) => program.callName(fid) ?? hex(fid),
    address: (value) => hex(value),
    missingVector: (address, state) => program.missingVector(address, state),
  };
}

/** A tag that is no row of the table is what an attacker or a bug wrote into memory: it is shown as the number it is. */
export function tagName(architecture: Architecture, value: number): string {
  return architecture.tags.find((row) => row.value === value)?.name ?? hex(value);
}

function nameOf(rows: readonly { readonly name: string }[], index: number): string {
  return rows[index]?.name ?? `${index}`;
}
