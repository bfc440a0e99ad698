/** Out of an excursion: forward until the context below the running one runs again, however many frames are in between. */
import type { Engine, Frame, Outcome, StopSet, Work } from '../engine/engine.ts';

export function* finishExcursion(engine: Engine, core: number, stops: StopSet): Work<Outcome> {
  const stack = engine.stack(core);
  const label = stack.findIndex(({ kind }) => kind === 'label');
  const below = stack.slice(label + 1).find(({ kind }) => kind === 'code');
  if (label < 0 || !below) return { kind: 'step', note: 'No other world waits for this one: there is no excursion to finish' };
  // Each step out ends one activation: those above the label, and the context itself where its last one has no frame.
  for (let left = label + 1; left > 0; left--) {
    const outcome = yield* engine.step('out', 'statement', core, stops);
    if (outcome.kind !== 'step' || outcome.note !== undefined || returned(engine.stack(core)[0], below)) return outcome;
  }
  return { kind: 'step' };
}

function returned(top: Frame | undefined, below: Frame): boolean {
  return top !== undefined && top.state === below.state && top.fn === below.fn && top.sp === below.sp;
}
