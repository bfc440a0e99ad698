/** The call stack of a core across worlds: its own frames, and below a label each those of every context that waits. */
import type { AssembledImage, Program, WordInfo } from '../../language/index.ts';
import type { Core, RegisterView } from '../../machine/index.ts';
import type { Frame } from './engine.ts';
import { DebugEye, upcoming, wordAt } from './eye.ts';
import type { Context } from './ledger.ts';
import { type RawFrame, type Stand, standOf, unwind } from './unwind.ts';

/** Above every stack: where the frame of a vector or entry counts as standing, whether or not it has one. */
export const BASE = 1n << 64n;

/** One call of a function, as long as it lives: a context and where its frame stands there. */
export interface Activation {
  readonly context: number;
  readonly sp: bigint;
}

/** `last`: the word that a core executed before it stopped for good. PC is past it, but that is where the core stands. */
export function standOfCore(core: Core, last?: WordInfo): Stand {
  const { pc, sp } = core;
  if (last !== undefined && wordAt(core, core, pc - 4n) === last) return { core, view: core, word: last, pc: pc - 4n, sp };
  return { core, view: core, word: upcoming(core) ?? undefined, pc, sp };
}

/** The activation that a core executes in. */
export function activationOf(core: Core, running: Context): Activation {
  const word = upcoming(core);
  return { context: running.id, sp: word !== null && word.fn.kind !== 'fn' ? BASE : core.sp };
}

interface Contexts {
  readonly running: Context;
  readonly chain: readonly Context[];
}

/** What waits for whom on a core, innermost first; generated start code is nobody's caller. */
export function activations(core: Core, { running, chain }: Contexts): Activation[] {
  const own = (frames: readonly RawFrame[], context: number): Activation[] =>
    frames
      .filter((frame) => frame.word !== undefined && frame.word.fn.kind !== 'start')
      .map(({ word, sp }) => ({ context, sp: word?.fn.kind === 'fn' && sp !== undefined ? sp : BASE }));
  return [
    ...own(unwind(standOfCore(core)), running.id),
    ...[...chain].reverse().flatMap((context) => {
      const stand = standOf(core, context);
      return stand ? own(unwind(stand), context.id) : [];
    }),
  ];
}

export function stackOf(program: Program, core: Core, { chain }: Contexts, last?: WordInfo): Frame[] {
  const image = (word: WordInfo | undefined): AssembledImage | undefined =>
    word && program.images.find((loaded) => loaded.image.name === word.image)?.image;
  const dress = (raw: RawFrame, stand: Stand, context: number): Frame => {
    const { word, pc, sp } = raw;
    const { view } = stand;
    return {
      kind: word ? 'code' : 'broken',
      text: word ? `${word.image}.${word.fn.name}` : (raw.broken ?? ''),
      ...(word && { word, fn: word.fn, image: image(word) }),
      state: view.state,
      core: core.id,
      pc,
      ...(sp !== undefined && { sp }),
      context,
      eye: new DebugEye(core, view, pc, sp ?? stand.sp),
      registers: view,
      live: context === 0,
    };
  };
  const frames = (stand: Stand, context: number): Frame[] => visible(unwind(stand)).map((raw) => dress(raw, stand, context));

  const waiting = [...chain].reverse().flatMap((context): Frame[] => {
    const stand = standOf(core, context);
    if (!stand || !context.departure) return [];
    return [label(core, context, context.departure.cause, stand.view), ...frames(stand, context.id)];
  });
  return [...frames(standOfCore(core, last), 0), ...waiting];
}

/** Generated start code below what it started tells a reader nothing. */
function visible(frames: readonly RawFrame[]): readonly RawFrame[] {
  return frames.filter((frame, i) => i === 0 || frame.word?.fn.kind !== 'start');
}

function label(core: Core, context: Context, text: string, view: RegisterView): Frame {
  const at = context.departure?.at ?? 0n;
  return {
    kind: 'label',
    text,
    state: view.state,
    core: core.id,
    pc: at,
    context: context.id,
    eye: new DebugEye(core, view, at, context.departure?.extent.sp ?? 0n),
    registers: view,
    live: false,
  };
}
