import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventKind } from '../../machine/index.ts';
import type { Engine, StopSet } from './engine.ts';
import type { Draft, Fixture } from './fixture/assembler.ts';
import { drive, NO_STOPS, picture, poke, stopsOn } from './fixture/drive.ts';
import { hostDoing, PAGE, PIECES, wake } from './fixture/firmware.ts';
import { R } from './fixture/machine.ts';
import { createEngine } from './run.ts';
import { EVENT_KINDS } from './summary.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);

/** Programs of the host, with one core or two, in turn or by a seed. */
const programs = fc
  .record({
    pieces: fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }),
    second: fc.boolean(),
    seed: fc.option(fc.nat(1000), { nil: undefined }),
  })
  .map(({ pieces, second, seed }) => {
    const body: Draft[] = pieces.map((piece) => piece());
    return () => hostDoing(second ? [wake(), ...body] : body, { cores: second ? 2 : 1, ...(seed !== undefined && { schedule: { seed } }) });
  });

/** So close that even short runs are thinned, cut up and searched by summary. */
const scale = { coarse: 24, fine: 4, budget: 4 };

const stopSets = fc.record({
  words: fc.array(fc.nat(60), { maxLength: 4 }),
  kinds: fc.array(fc.constantFrom<EventKind>(...EVENT_KINDS), { maxLength: 2 }),
});

function stopSet(program: Fixture, { words, kinds }: { words: number[]; kinds: EventKind[] }): StopSet {
  const all = [...program.dictionary.values()];
  return stopsOn([{ id: 1, words: words.map((i) => all[i % all.length]) }], [{ id: 2, kinds }]);
}

function stopsOf(engine: Engine, go: () => ReturnType<Engine['run']>): [number, unknown][] {
  const found: [number, unknown][] = [];
  for (let outcome = drive(go()); outcome.kind === 'stop'; outcome = drive(go())) found.push([engine.position, outcome.hits]);
  return found;
}

describe('any run', () => {
  it('is the same whether it is run, done word by word, or gone through back and forth', () => {
    fc.assert(
      fc.property(programs, fc.nat(), fc.nat(), (make, a, b) => {
        const engine = createEngine(make(), { scale });
        drive(engine.run(NO_STOPS));
        const end = engine.position;
        const whole = picture(engine);
        const stepped = createEngine(make());
        while (!stepped.ended) drive(stepped.run(NO_STOPS, 1));
        expect(picture(stepped)).toEqual(whole);
        drive(engine.seek(a % (end + 1)));
        drive(stepped.seek(a % (end + 1)));
        expect(picture(engine)).toEqual(picture(stepped));
        drive(engine.seek(b % (end + 1)));
        drive(engine.run(NO_STOPS));
        expect(picture(engine)).toEqual(whole);
      }),
      { numRuns: 30 * EFFORT },
    );
  });

  it('stops backward where it stopped forward, in reverse', () => {
    fc.assert(
      fc.property(programs, stopSets, (make, wanted) => {
        const program = make();
        const engine = createEngine(program, { scale });
        const stops = stopSet(program, wanted);
        const forward = stopsOf(engine, () => engine.run(stops));
        const end = engine.position;
        const backward = stopsOf(engine, () => engine.reverse(stops));
        // A word at the very start stops backward; forward, a run begins there. And one is at the end already.
        expect(backward.filter(([position]) => position > 0).reverse()).toEqual(forward.filter(([position]) => position < end));
      }),
      { numRuns: 30 * EFFORT },
    );
  });

  it('steps back to where a step forward came from', () => {
    fc.assert(
      fc.property(programs, fc.nat(), fc.constantFrom('over', 'into'), (make, at, how) => {
        const engine = createEngine(make(), { scale });
        drive(engine.run(NO_STOPS));
        drive(engine.seek(at % (engine.position + 1)));
        // From a statement of the core on, so that there is a place to come back to.
        if (drive(engine.step('into', 'statement', 0, NO_STOPS)).kind !== 'step') return;
        const from = picture(engine);
        const [before] = engine.stack(0);
        if (drive(engine.step(how, 'statement', 0, NO_STOPS)).kind !== 'step') return;
        const [after] = engine.stack(0);
        // Over the end of a function leads to its caller, and back over that to the call.
        if (how === 'over' && (after.fn !== before.fn || after.sp !== before.sp)) return;
        expect(drive(engine.stepBack(how, 'statement', 0)).kind).toBe('step');
        expect(picture(engine)).toEqual(from);
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('is the same at a position whatever way led there: steps of all kinds, runs, toggled stops, on either core', () => {
    fc.assert(
      fc.property(programs, stopSets, fc.array(moves, { minLength: 1, maxLength: 12 }), (make, wanted, way) => {
        const engine = createEngine(make(), { scale });
        const witness = createEngine(make());
        const set = stopSet(engine.program as Fixture, wanted);
        for (const move of way) {
          const stops = move.stops ? set : NO_STOPS;
          const hits = go(engine, move, stops);
          const there = picture(engine);
          const met = engine.hits(set);
          // A stop says what stops at its position, neither more nor less.
          if (hits !== undefined) expect(met).toEqual(hits);
          drive(witness.seek(engine.position));
          expect(picture(witness)).toEqual(there);
          expect(witness.hits(stopSet(witness.program as Fixture, wanted))).toEqual(met);
        }
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('with changes by hand stops backward where it stopped forward, and is what its inputs give from the start', () => {
    const change = fc.record({ at: fc.nat(), what: fc.nat(3), value: fc.nat(255) });
    fc.assert(
      fc.property(programs, stopSets, fc.array(change, { minLength: 1, maxLength: 4 }), (make, wanted, changes) => {
        const engine = createEngine(make(), { scale });
        for (const { at, what, value } of changes) {
          drive(engine.run(NO_STOPS, 2000));
          drive(engine.seek(at % (engine.position + 1)));
          CHANGES[what](engine, value);
        }
        drive(engine.run(NO_STOPS, 2000));
        const end = engine.position;
        const whole = picture(engine);
        const stops = stopSet(engine.program as Fixture, wanted);
        drive(engine.seek(0));
        const forward = stopsOf(engine, () => engine.run(stops, end - engine.position));
        expect(picture(engine)).toEqual(whole);
        const backward = stopsOf(engine, () => engine.reverse(stops));
        expect(backward.filter(([position]) => position > 0).reverse()).toEqual(forward.filter(([position]) => position < end));
        drive(engine.seek(end));
        const other = createEngine(make());
        drive(other.load(engine.save()));
        expect(picture(other)).toEqual(whole);
      }),
      { numRuns: 40 * EFFORT },
    );
  });
});

const moves = fc.record({
  how: fc.constantFrom('over', 'into', 'out'),
  granularity: fc.constantFrom('statement', 'line', 'instruction'),
  core: fc.nat(1),
  kind: fc.constantFrom('step', 'stepBack', 'run', 'reverse', 'seek', 'finish', 'finishBack', 'restart'),
  to: fc.nat(),
  stops: fc.boolean(),
});
type Move = typeof moves extends fc.Arbitrary<infer T> ? T : never;

/** Makes a move; what it says that it hit, if it stopped at a stop. */
function go(engine: Engine, { how, granularity, core: wanted, kind, to }: Move, stops: StopSet): readonly unknown[] | undefined {
  const core = wanted % engine.machine.cores.length;
  const work = {
    step: () => engine.step(how, granularity, core, stops),
    stepBack: () => engine.stepBack(how, granularity, core, { stops }),
    run: () => engine.run(stops, 500),
    reverse: () => engine.reverse(stops),
    finish: () => engine.finishExcursion(core, stops),
    finishBack: () => engine.finishExcursionBack(core, { stops }),
    restart: () =>
      engine.restartFrame(
        core,
        Math.max(
          0,
          engine.stack(core).findIndex(({ kind }) => kind === 'code'),
        ),
      ),
  };
  if (kind === 'seek') {
    drive(engine.seek(to % (engine.position + 100)));
    return undefined;
  }
  if (kind === 'restart' && !engine.stack(core).some((frame) => frame.kind === 'code')) return undefined;
  const outcome = drive(work[kind]());
  return outcome.kind === 'stop' && stops !== NO_STOPS ? outcome.hits : undefined;
}

/** Changes that the fixture's firmware survives, more or less. */
const CHANGES: readonly ((engine: Engine, value: number) => void)[] = [
  (engine, value) => poke(engine, PAGE + 4096 + (value % 64), 1, BigInt(value)),
  (engine, value) => engine.input([{ kind: 'register', core: 0, register: R.x1, value: BigInt(value) }]),
  (engine, value) => engine.input([{ kind: 'next', core: value % engine.machine.cores.length }]),
  (engine, value) => engine.input([value % 3 === 0 ? { kind: 'only' } : { kind: 'only', core: value % engine.machine.cores.length }]),
];
