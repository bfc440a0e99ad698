/** Who wrote this last: searches the past by what stretches wrote, then by what words wrote. */
import type { ProtectionUnit } from '../../machine/index.ts';
import type { Target, Work, Writer } from './engine.ts';
import { explainHere } from './explain.ts';
import type { Tape } from './tape.ts';
import { mayTouch, overlaps, type Spot, type Touch, touchesTo, touchOf } from './touch.ts';

export function* lastWrite(tape: Tape, target: Target): Work<Writer | undefined> {
  const found = yield* tape.visit(() => SEARCHES[target.kind](tape, target as never));
  return found && { step: found.step, core: found.core, word: found.word };
}

const SEARCHES: { readonly [K in Target['kind']]: (tape: Tape, target: Extract<Target, { kind: K }>) => Work<Touch | undefined> } = {
  memory: (tape, { pa, size }) => newest(tape, tape.position, { cells: [{ pa, size }], registers: [] }, storing),

  register(tape, { core, register }) {
    const { registers } = tape.machine.architecture;
    const { alias } = registers[register];
    const real = alias ? registers.findIndex((row) => row.name === alias.of) : register;
    return newest(tape, tape.position, { cells: [], registers: [real], core }, telling);
  },

  *tag(tape, { pa }) {
    const origin = tape.position;
    const changes: Touch[] = [];
    for (const unit of tape.machine.units) {
      const change = yield* lastChange(tape, unit, pa, origin);
      if (change) changes.push(change);
    }
    return changes.sort((a, b) => b.step - a.step)[0];
  },
};

/** The last step before `origin` that gave `pa` another tag. What decides the tag may itself have been moved by then. */
function* lastChange(tape: Tape, unit: ProtectionUnit, pa: number, origin: number): Work<Touch | undefined> {
  const rows = tape.machine.architecture.registers;
  let position = origin;
  yield* tape.seek(position);
  for (;;) {
    const after = unit.tagAt(pa);
    const { cells, registers } = unit.source(pa);
    const spot: Spot = { cells, registers: registers.map((name) => rows.findIndex((row) => row.name === name)) };
    const found: Touch | undefined = yield* newest(tape, position, spot, telling);
    if (found === undefined) return undefined;
    if (found.word === undefined && found.step === position) return found;
    yield* tape.seek(found.step);
    if (unit.tagAt(pa) !== after) return found;
    position = found.step;
  }
}

/** Decides which of a stretch's touches counts; the tape may be taken anywhere from the start of the stretch. */
type Pick = (tape: Tape, touches: readonly Touch[], spot: Spot, rewind: () => void) => Touch | undefined;

const telling: Pick = (_, touches) => touches.findLast((touch) => touch.telling);

/** A line may have been stored to beside the spot: what changed nothing there has to show its accesses. */
const storing: Pick = (tape, touches, spot, rewind) => {
  const last = touches.findLastIndex((touch) => touch.telling);
  let found: Touch | undefined = touches[last];
  rewind();
  for (const touch of touches.slice(last + 1)) {
    tape.play(touch.step);
    if (explainHere(tape).writes.some((write) => spot.cells.some((cell) => overlaps(cell, write)))) found = touch;
  }
  return found;
};

/** The last touch before `position` that counts. */
function* newest(tape: Tape, position: number, spot: Spot, pick: Pick): Work<Touch | undefined> {
  return yield* tape.backwards(
    position,
    (summary) => mayTouch(spot, summary),
    (end) => {
      const start = tape.checkpoint();
      return pick(tape, touchesTo(tape, end, spot), spot, () => tape.load(start));
    },
    (step, edit) => touchOf(spot, step, edit),
  );
}
