/** Who wrote this last, and before that: searches the past by what stretches wrote, then by what words wrote. */
import type { ProtectionUnit } from '../../machine/index.ts';
import type { Target, ValueChange, ValueHistory, Work, Writer } from './engine.ts';
import { explainHere } from './explain.ts';
import { editOf } from './inputs.ts';
import type { Tape } from './tape.ts';
import { heldBy, mayTouch, onCore, overlaps, realRegister, type Spot, type Touch, touchesTo } from './touch.ts';

export function* lastWrite(tape: Tape, target: Target): Work<Writer | undefined> {
  const [found] = yield* tape.visit(() => changesOf(tape, target, tape.position, 1));
  return found && { step: found.step, core: found.core, word: found.word };
}

export function* valueHistory(
  tape: Tape,
  target: Target,
  options: { readonly count: number; readonly before?: number },
): Work<ValueHistory> {
  const before = Math.min(options.before ?? tape.position, tape.frontier);
  const changes = yield* tape.visit(() => changesOf(tape, target, before, options.count + 1));
  const last = changes[options.count - 1];
  return {
    changes: changes.slice(0, options.count).map(({ step, core, word, value }): ValueChange => ({ step, core, word, value })),
    ...(changes.length > options.count && last && { next: beforeTouch(last) }),
  };
}

/** Up to where what came before a touch is to be looked for: half a step before the inputs of its position, if it is one. */
const beforeTouch = ({ word, step }: Touch): number => (word ? step : step - 0.5);

/** Takes the machine to a position, or half a step before it: to what it is before its inputs are given. */
function* stand(tape: Tape, before: number): Work<void> {
  yield* tape.seek(Math.max(0, Math.floor(before)));
  if (!Number.isInteger(before) && before > 0) tape.playOne();
}

function* changesOf(tape: Tape, target: Target, before: number, count: number): Work<Touch[]> {
  switch (target.kind) {
    case 'memory':
      return yield* newest(tape, before, { cells: [{ pa: target.pa, size: target.size }], registers: [] }, count, storing);
    case 'register': {
      const { register, mask } = realRegister(tape.machine.architecture, target.register);
      const found = yield* newest(tape, before, { cells: [], registers: [register], core: target.core }, count, telling);
      const row = tape.machine.architecture.registers[target.register];
      const { alias } = row;
      return alias
        ? found.map((touch) => ({ ...touch, value: ((touch.value & mask) >> BigInt(alias.low)) << BigInt(alias.shift) }))
        : found;
    }
    case 'tag': {
      const changes: Touch[] = [];
      for (const unit of tape.machine.units) changes.push(...(yield* tagChanges(tape, unit, target.pa, before, count)));
      return changes.sort((a, b) => b.step - a.step).slice(0, count);
    }
  }
}

/** The last steps before `before` that gave `pa` another tag. What decides the tag may itself have been moved by then. */
function* tagChanges(tape: Tape, unit: ProtectionUnit, pa: number, before: number, count: number): Work<Touch[]> {
  const rows = tape.machine.architecture.registers;
  const changes: Touch[] = [];
  let position = before;
  yield* stand(tape, position);
  while (changes.length < count) {
    const after = unit.tagAt(pa);
    const { cells, registers } = unit.source(pa);
    const spot: Spot = { cells, registers: registers.map((name) => rows.findIndex((row) => row.name === name)) };
    const [found] = yield* newest(tape, position, spot, 1, telling);
    if (found === undefined) return changes;
    position = beforeTouch(found);
    yield* stand(tape, position);
    if (unit.tagAt(pa) !== after || position < 0) changes.push({ ...found, value: BigInt(after) });
    if (position < 0) return changes;
  }
  return changes;
}

/** Decides which of a stretch's touches count; the tape may be taken anywhere from the start of the stretch. */
type Pick = (tape: Tape, touches: readonly Touch[], spot: Spot, count: number, rewind: () => void) => Touch[];

const telling: Pick = (_, touches) => touches.filter((touch) => touch.telling);

/** A line may have been stored to beside the spot: what changed nothing there has to show its accesses. */
const storing: Pick = (tape, touches, spot, count, rewind) => {
  const mute: Touch[] = [];
  let known = 0;
  for (const touch of [...touches].reverse()) {
    if (known >= count) break;
    if (touch.telling) known++;
    else mute.push(touch);
  }
  if (mute.length === 0) return touches.filter((touch) => touch.telling);
  const stored = new Set<Touch>();
  rewind();
  for (const touch of mute.reverse()) {
    tape.play(touch.step);
    if (explainHere(tape).writes.some((write) => spot.cells.some((cell) => overlaps(cell, write)))) stored.add(touch);
  }
  return touches.filter((touch) => touch.telling || stored.has(touch));
};

/** The last touches before `position` that count, the newest first: at most `count`. */
function* newest(tape: Tape, position: number, spot: Spot, count: number, pick: Pick): Work<Touch[]> {
  const byHand = yield* touchesByHand(tape, position, spot, count);
  const found: Touch[] = [];
  const enough = (end: number): boolean => found.length + byHand.filter(({ step }) => step >= end).length >= count;
  yield* tape.backwards(
    position,
    (summary, { end }) => !enough(end) && mayTouch(spot, summary),
    (end) => {
      const start = tape.checkpoint();
      const picked = pick(tape, touchesTo(tape, end, spot), spot, count, () => tape.load(start));
      found.push(...picked.reverse());
      return enough(start.step) ? true : undefined;
    },
  );
  // At the same step, the user's hand came before the word.
  return [...found, ...byHand]
    .sort((a, b) => b.step - a.step || Number(a.word === undefined) - Number(b.word === undefined))
    .slice(0, count);
}

/** What the user did to a spot up to and including `position`, the newest first. */
function* touchesByHand(tape: Tape, position: number, spot: Spot, count: number): Work<Touch[]> {
  const { machine, inputs } = tape;
  const cores = machine.cores.filter(({ id }) => onCore(spot, id));
  const found: Touch[] = [];
  for (const { step, input } of [...inputs.all].reverse()) {
    if (step > position || found.some((touch) => touch.step === step)) continue;
    if (found.length === count) break;
    const { cells, registers } = editOf(machine, [input]);
    const cell = cells.some((changed) => spot.cells.some((wanted) => overlaps(changed, wanted)));
    const register = registers.find(({ core, register }) => onCore(spot, core) && spot.registers.includes(register));
    if (!cell && !register) continue;
    yield* tape.seek(step);
    found.push({ step, core: register?.core ?? 0, word: undefined, telling: true, value: heldBy(tape, spot, cores) });
  }
  return found;
}
