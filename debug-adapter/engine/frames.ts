/** The call stack of a core across worlds: its own frames, and below a label each those of every context that waits. */
import type { AssembledImage, WordInfo } from '../../language/index.ts';
import type { Core, RegisterView } from '../../machine/index.ts';
import { standing } from './activation.ts';
import type { Frame } from './engine.ts';
import { DebugEye } from './eye.ts';
import type { Context } from './ledger.ts';
import type { Tape } from './tape.ts';
import { type RawFrame, type Stand, standOf, unwind } from './unwind.ts';

export function stackOf(tape: Tape, core: Core): Frame[] {
  const { program } = tape;
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

  const waiting = [...tape.contexts(core).chain].reverse().flatMap((context): Frame[] => {
    const stand = standOf(core, context);
    if (!stand || !context.departure) return [];
    return [label(core, context, context.departure.cause, stand.view), ...frames(stand, context.id)];
  });
  return [...frames(standing(tape, core), 0), ...waiting];
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
