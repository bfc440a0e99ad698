import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventKind } from '../../machine/index.ts';
import type { Engine, StopSet } from './engine.ts';
import type { Draft, Fixture } from './fixture/assembler.ts';
import { drive, NO_STOPS, picture, stopsOn } from './fixture/drive.ts';
import { hostDoing, PIECES, wake } from './fixture/firmware.ts';
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
});
