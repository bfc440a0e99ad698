/** The laws of runs and travel, on the real firmware: boot included, from reset to the end of a scenario. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine, type StopSet, type Work } from '../debug-adapter/index.ts';
import type { Program } from '../language/index.ts';
import { EVENTS, type EventKind } from '../machine/index.ts';
import { compileText } from './support/programs.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
const SCENARIOS = ['start-here', 'round-trip', 'neighbours'];
const NONE: StopSet = { words: [], events: [] };

function done<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const programOf = (name: string): Program =>
  compileText(readFileSync(new URL(`../scenarios/arm/cca/${name}.tfw`, import.meta.url), 'utf8'));

/** All that a run could differ in: registers, states, all of memory, events, stacks. Pages that were never stored to read as zeros. */
function picture(engine: Engine): object {
  const { machine } = engine;
  return {
    position: engine.position,
    cores: machine.cores.map(({ regs, state, status, pc }) => ({ regs: [...regs], state, status, pc })),
    memory: digest(engine),
    events: engine.events(0, engine.eventCount),
    stack: machine.cores.flatMap((core) => engine.stack(core.id).map(({ kind, text, pc, sp }) => ({ kind, text, pc, sp }))),
    worlds: engine.worlds(),
    tags: machine.units.map((unit) => [unit.ranges(0, 2 ** 48), unit.stale()]),
  };
}

/** FNV-1a over the memory that the scenarios reach: SRAM, the host's page and its neighbours, images, tables. */
function digest({ machine, program }: Engine): string {
  let hash = 0xcbf29ce484222325n;
  const areas = [
    ...program.images.map(({ base, image }) => [base, base + image.size]),
    [0x8800_0000, 0x8800_4000],
    [0xfe00_0000, 0xfe00_4000],
    [0xfff0_0000, 0xfff4_0000],
  ];
  for (const [from, to] of areas) {
    for (let page = from / 4096; page < to / 4096; page++) {
      for (const word of machine.memory.page(page).u64) hash = BigInt.asUintN(64, (hash ^ word) * 0x100000001b3n);
    }
  }
  return hash.toString(16);
}

const kinds = Object.keys(EVENTS) as EventKind[];
const stops = fc.record({
  lines: fc.array(fc.nat(), { maxLength: 5 }),
  events: fc.array(fc.constantFrom<EventKind>(...kinds), { maxLength: 2 }),
});

describe.each(SCENARIOS)('%s, with its firmware', (name) => {
  let program: Program;
  let end: number;
  let whole: object;
  beforeAll(() => {
    program = programOf(name);
    const engine = createEngine(program);
    done(engine.run(NONE));
    end = engine.position;
    whole = picture(engine);
  });

  it('is the same done word by word', () => {
    const engine = createEngine(programOf(name));
    // One step at a time for the last stretch, where all worlds have their turn.
    done(engine.run(NONE, end - 1500));
    while (!engine.ended) done(engine.run(NONE, 1));
    expect(picture(engine)).toEqual(whole);
  });

  it('is the same after any travel', { timeout: 60_000 * EFFORT }, () => {
    const engine = createEngine(program);
    done(engine.run(NONE));
    fc.assert(
      fc.property(fc.nat(end), fc.nat(end), (a, b) => {
        done(engine.seek(a));
        expect(engine.position).toBe(a);
        const there = picture(engine);
        done(engine.seek(b));
        done(engine.seek(a));
        expect(picture(engine)).toEqual(there);
        done(engine.run(NONE));
        expect(picture(engine)).toEqual(whole);
      }),
      { numRuns: 4 * EFFORT },
    );
  });

  it('stops backward where it stopped forward, in reverse', { timeout: 60_000 * EFFORT }, () => {
    const statements = [...program.dictionary.values()].filter((word) => word.statement);
    fc.assert(
      fc.property(stops, ({ lines, events }) => {
        const set: StopSet = {
          words: [
            { id: 1, words: lines.map((line) => statements[line % statements.length]).filter((word) => word.fn.name !== 'fill_desc') },
          ],
          events: [{ id: 2, kinds: events }],
        };
        const engine = createEngine(program);
        const forward: unknown[] = [];
        for (let outcome = done(engine.run(set)); outcome.kind === 'stop'; outcome = done(engine.run(set)))
          forward.push([engine.position, outcome.hits]);
        const last = engine.position;
        const backward: unknown[] = [];
        for (let outcome = done(engine.reverse(set)); outcome.kind === 'stop'; outcome = done(engine.reverse(set))) {
          if (engine.position > 0) backward.push([engine.position, outcome.hits]);
        }
        expect(backward.reverse()).toEqual(forward.filter((stop) => (stop as [number])[0] < last));
      }),
      { numRuns: 3 * EFFORT },
    );
  });
});
