/** Who wrote this last, and before that: searches the past by what stretches wrote, then by what words wrote. */
import type { ProtectionUnit } from '../../machine/index.ts';
import type { Target, ValueChange, ValueHistory, Work, Writer } from './engine.ts';
import { editOf } from './inputs.ts';
import { Recorder } from './recorder.ts';
import type { Tape } from './tape.ts';
import { heldBy, mayTouch, onCore, overlaps, realRegister, type Spot, type Touch } from './touch.ts';

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
      return yield* newest(tape, before, { cells: [{ pa: target.pa, size: target.size }], registers: [] }, count);
    case 'register': {
      const { register, mask } = realRegister(tape.machine.architecture, target.register);
      const found = yield* newest(tape, before, { cells: [], registers: [register], core: target.core }, count);
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
    const [found] = yield* newest(tape, position, spot, 1);
    if (found === undefined) return changes;
    position = beforeTouch(found);
    yield* stand(tape, position);
    if (unit.tagAt(pa) !== after || position < 0) changes.push({ ...found, value: BigInt(after) });
    if (position < 0) return changes;
  }
  return changes;
}

/** The last touches before `position`, the newest first: at most `count`. */
function* newest(tape: Tape, position: number, spot: Spot, count: number): Work<Touch[]> {
  const byHand = yield* touchesByHand(tape, position, spot, count);
  const found: Touch[] = [];
  const enough = (end: number): boolean => found.length + byHand.filter(({ step }) => step >= end).length >= count;
  const recorder = new Recorder(tape, spot, count);
  recorder.arm();
  try {
    yield* tape.stretches(
      position,
      (summary, { end }) => !enough(end) && mayTouch(spot, summary),
      function* (end): Work<true | undefined> {
        const start = tape.position;
        yield* tape.replay(end, { every: false, mask: 0, data: recorder, look: () => undefined });
        found.push(...recorder.take().reverse());
        return enough(start) ? true : undefined;
      },
    );
  } finally {
    recorder.disarm();
  }
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
    found.push({ step, core: register?.core ?? 0, word: undefined, value: heldBy(tape, spot, cores) });
  }
  return found;
}
