/**
 * Frames of a context, from the words' own unwind facts and the frames in simulated memory. A frame holds the return PC
 * at SP, the caller's SP at SP + 8 and the address of the result at SP + 16; vectors and entries end a stack.
 */
import type { WordInfo } from '../../language/index.ts';
import type { Core, RegisterView } from '../../machine/index.ts';
import { hex } from '../format.ts';
import { Sight } from './eye.ts';
import type { Context, Extent } from './ledger.ts';

/** A frame before it is dressed for the call stack. */
export interface RawFrame {
  readonly word: WordInfo | undefined;
  /** Address of `word`; of a broken frame, where the stack leads. */
  readonly pc: bigint;
  /** SP, if there is a frame at it. */
  readonly sp: bigint | undefined;
  /** Why there is no more to see. */
  readonly broken?: string;
}

const MAX_FRAMES = 256;

/** Where a context stands, as the unwinder needs it. */
export interface Stand {
  readonly core: Core;
  readonly view: RegisterView;
  readonly word: WordInfo | undefined;
  readonly pc: bigint;
  readonly sp: bigint;
}

/** The frames of one context, innermost first. */
export function unwind(stand: Stand): RawFrame[] {
  const { core, view } = stand;
  const frames: RawFrame[] = [];
  const broken = (pc: bigint, text: string): RawFrame[] => [...frames, { word: undefined, pc, sp: undefined, broken: text }];
  let { word, pc, sp } = stand;
  if (word === undefined) return broken(pc, `${hex(pc)} is no code`);
  const sight = new Sight(core, view);
  for (;;) {
    frames.push({ word, pc, sp: word.framed ? sp : undefined });
    if (word.fn.kind !== 'fn' || !word.framed) return frames;
    if (frames.length === MAX_FRAMES) return broken(pc, `more than ${MAX_FRAMES} frames`);
    const back = sight.slot(sp);
    const callerSp = sight.slot(BigInt.asUintN(64, sp + 8n));
    if (back === undefined || callerSp === undefined) return broken(pc, `the frame at ${hex(sp)} cannot be read`);
    const call = sight.wordAt(BigInt.asUintN(64, back - 4n));
    // Control goes on behind the call; a return address that stands behind no call was not put there by one.
    const caller = call?.role === 'call' ? call : sight.wordAt(back);
    if (caller === undefined) return broken(back, `return address ${hex(back)} is no code`);
    if (callerSp <= sp) return broken(back, `the caller's stack pointer ${hex(callerSp)} is not above ${hex(sp)}`);
    word = caller;
    pc = caller === call ? back - 4n : back;
    sp = callerSp;
  }
}

/** What of the stack belongs to a context that stands so. */
export function extentOf(stand: Stand): Extent {
  const empty = { sp: stand.sp, top: stand.sp, base: stand.word?.fn };
  if (stand.word === undefined || !stand.word.framed) return empty;
  const frames = unwind(stand);
  const last = frames.findLast((frame) => frame.word !== undefined && frame.sp !== undefined);
  if (last?.word === undefined || last.sp === undefined) return empty;
  const outermost = frames.at(-1)?.word?.fn;
  return { sp: stand.sp, top: last.sp + BigInt(last.word.fn.frameSize), base: outermost };
}

/** Where a context that was left stands. */
export function standOf(core: Core, { departure }: Context): Stand | undefined {
  if (departure === undefined) return undefined;
  const { view, word, at, extent } = departure;
  return { core, view, word, pc: at, sp: extent.sp };
}
