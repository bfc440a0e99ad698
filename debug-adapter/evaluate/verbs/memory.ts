/** Verbs about addresses and bytes: the way of an access, and the digest of a range. */
import { type Access, Explanation, type RegisterView } from '../../../machine/index.ts';
import type { Debuggee } from '../../debuggee.ts';
import type { Frame } from '../../engine/engine.ts';
import { RequestError } from '../../errors.ts';
import { glob, hex, plural } from '../../format.ts';
import { sentences } from '../../views/explain.ts';
import { sha256, sha512 } from '../digest.ts';
import { type Asking, numberOf, rangeOf, required, type VerbRow } from './verb.ts';

/** Bytes that are hashed at most: a console that takes seconds to answer is no help. */
const MOST_BYTES = 64 << 20;

export const memoryVerbs: Readonly<Record<string, VerbRow>> = {
  walk: {
    operand: '<virtual address> [as <state>]',
    summary: 'walks the translation and the checks that a read would go through',
    example: 'walk 0x8800_0000 as Realm.EL2',
    run: (asking, rest) => walkText(asking, required('walk', '<virtual address> [as <state>]', rest)),
  },
  measure: {
    operand: '<from .. to>',
    summary: 'hashes a range of physical memory',
    example: 'measure 0x8800_0000 .. 0x8800_1000',
    run: (asking, rest) => measureText(asking, required('measure', '<from .. to>', rest)),
  },
};

function walkText(asking: Asking, text: string): string {
  const { frame, session } = asking;
  const { program } = session;
  if (!frame) throw new RequestError('expression', 'There is no code here whose translation could be walked.');
  const [, expression = text, wanted] = /^(.*?)\s+as\s+([\w.*-]+)$/.exec(text) ?? [];
  const va = numberOf(asking, expression);
  const core = program.engine.machine.cores[frame.core];
  const view = wanted === undefined ? frame.registers : viewOf(program, frame, wanted);
  const explanation = new Explanation();
  const access: Access = { kind: 'read', purpose: 'debug', va, size: 1, pa: 0, space: 0 };
  // A core that stands here would ask its TLB first; what waits comes back to whatever the TLB holds then.
  const fault = core.translate(access, { core, view, tlb: frame.live && wanted === undefined, peek: true, explanation });
  const result = fault ? 'It is refused.' : `It arrives at ${program.names.space(access.space)} ${hex(access.pa)}.`;
  return [...sentences(explanation.accesses), result].join('\n');
}

/** The registers of the context in a state that waits or is parked, else those that the core has now. */
function viewOf({ engine, architecture }: Debuggee, { core, registers }: Frame, wanted: string): RegisterView {
  const state = architecture.states.findIndex(({ id, name }) => glob(wanted, id) || glob(wanted, name));
  if (state < 0) {
    throw new RequestError('expression', `There is no state ${wanted}: ${architecture.states.map(({ id }) => id).join(', ')}`);
  }
  const left = engine.worlds().find((line) => line.state === state && line.core === core && line.registers);
  return left?.registers ?? { state, regs: registers.regs };
}

function measureText(asking: Asking, text: string): string {
  const { machine } = asking.session.program.engine;
  const { from, to } = rangeOf(asking, text);
  if (to - from > MOST_BYTES) throw new RequestError('expression', `At most ${plural(MOST_BYTES, 'byte')} can be measured at once.`);
  if (!machine.isMemory(from, to - from)) throw new RequestError('address', `Not all of ${hex(from)} to ${hex(to - 1)} is memory.`);
  const bytes = Uint8Array.from({ length: to - from }, (_, i) => Number(machine.memory.read(from + i, 1)));
  return [
    `${plural(to - from, 'byte')} from ${hex(from)} to ${hex(to - 1)}`,
    `  SHA-256 ${sha256(bytes)}`,
    `  SHA-512 ${sha512(bytes)}`,
  ].join('\n');
}
