/**
 * Activations: one call of a function each, for as long as it lives, wherever it goes on. A context and the place of a
 * frame on its stack identify one.
 */
import type { Core } from '../../machine/index.ts';
import { upcoming, wordAt } from './eye.ts';
import type { Tape } from './tape.ts';
import { type RawFrame, type Stand, standOf, unwind } from './unwind.ts';

export interface Activation {
  readonly context: number;
  readonly sp: bigint;
}

/** Above every stack: where vectors and entries count as standing, whether or not they have a frame yet. */
export const BASE = 1n << 64n;

/** Where a core stands. One that has stopped for good stands at the word that stopped it; its PC is past that. */
export function standing(tape: Tape, core: Core): Stand {
  const { pc, sp } = core;
  const last = tape.lastWord(core);
  if (last !== undefined && wordAt(core, core, pc - 4n) === last) return { core, view: core, word: last, pc: pc - 4n, sp };
  return { core, view: core, word: upcoming(core) ?? undefined, pc, sp };
}

/** The activation that a core executes in. */
export function activationOf(tape: Tape, core: Core, { word, sp } = standing(tape, core)): Activation {
  return { context: tape.contexts(core).running.id, sp: word !== undefined && word.fn.kind !== 'fn' ? BASE : sp };
}

/** Who waits for whom on a core, innermost first; generated start code is nobody's caller. */
export function activations(tape: Tape, core: Core): Activation[] {
  const { running, chain } = tape.contexts(core);
  const own = (frames: readonly RawFrame[], context: number): Activation[] =>
    frames.flatMap(({ word, sp }) => {
      if (word === undefined || word.fn.kind === 'start') return [];
      return [{ context, sp: word.fn.kind === 'fn' && sp !== undefined ? sp : BASE }];
    });
  const waiting = [...chain].reverse().flatMap((context) => {
    const stand = standOf(core, context);
    return stand ? own(unwind(stand), context.id) : [];
  });
  return [...own(unwind(standing(tape, core)), running.id), ...waiting];
}
