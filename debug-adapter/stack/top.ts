import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';

/** The frame that a user looks at when nothing else is said: the youngest code, and after a fault the code that faulted. */
export function topFrame(debuggee: Debuggee, core: number): Frame | undefined {
  const frames = debuggee.stack(core).map(({ frame }) => frame);
  const { stop } = debuggee;
  const shown = stop?.handlerHidden && stop.core === core ? frames.slice(frames.findIndex(({ kind }) => kind === 'label') + 1) : frames;
  return shown.find(({ kind }) => kind === 'code') ?? frames.find(({ kind }) => kind === 'code');
}
