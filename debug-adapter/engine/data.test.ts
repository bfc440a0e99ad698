import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataAccess, DataStop, Engine, StopSet, Watched } from './engine.ts';
import { type Draft, op, setLocal, smc, store } from './fixture/assembler.ts';
import { drive, NO_STOPS, picture, poke } from './fixture/drive.ts';
import { hostDoing, PAGE, PIECES, startHere, wake } from './fixture/firmware.ts';
import { R } from './fixture/machine.ts';
import { createEngine } from './run.ts';

const FREE = PAGE + 4096;
const scale = { coarse: 24, fine: 4, budget: 4 };
const load = (pa: number, size = 8): Draft => op(`load ${pa.toString(16)}`, (core) => void core.load(BigInt(pa), size));
const set = (register: number, value: bigint): Draft => op(`set ${register} ${value}`, (core) => core.set(register, value));

const on = (watched: Watched, access: DataAccess): StopSet => ({ words: [], events: [], data: [{ id: 1, access, on: watched }] });
const memory = (pa: number, size = 8): Watched => ({ kind: 'memory', pa, size });

/** Text of the word that did it, and what it did, at every stop. */
function stopsIn(engine: Engine, stops: StopSet): unknown[] {
  const found: unknown[] = [];
  for (let outcome = drive(engine.run(stops)); outcome.kind === 'stop'; outcome = drive(engine.run(stops))) {
    for (const { data } of outcome.hits) found.push([texts.get(engine)?.[engine.position - 1], data?.access, data?.before, data?.after]);
  }
  return found;
}

/** The texts of all words that a run executes, by step. */
const texts = new WeakMap<Engine, string[]>();
function prepared(body: readonly Draft[]): Engine {
  const scout = createEngine(hostDoing(body));
  const executed: string[] = [];
  while (!scout.ended) {
    executed.push(scout.machine.next?.upcoming()?.text ?? '');
    drive(scout.run(NO_STOPS, 1));
  }
  const engine = createEngine(hostDoing(body), { scale });
  texts.set(engine, executed);
  return engine;
}

describe('a stop on memory', () => {
  const body = [store(FREE, 1n), load(FREE), store(FREE, 1n), store(FREE + 8, 5n), store(FREE + 4, 3n, 4), load(FREE + 8)];

  it('for writes stops after each store to one of its bytes, whatever it leaves', () => {
    expect(stopsIn(prepared(body), on(memory(FREE), 'write'))).toEqual([
      ['*0x81000 = 1', 'change', 0n, 1n],
      ['*0x81000 = 1', 'write', 1n, 1n],
      ['*0x81004 = 3', 'change', 0n, 3n],
    ]);
  });

  it('for changes passes over stores of what is there already', () => {
    expect(stopsIn(prepared(body), on(memory(FREE), 'change'))).toEqual([
      ['*0x81000 = 1', 'change', 0n, 1n],
      ['*0x81004 = 3', 'change', 0n, 3n],
    ]);
  });

  it('for reads stops after each load, and for both after either', () => {
    expect(stopsIn(prepared(body), on(memory(FREE), 'read'))).toEqual([['load 81000', 'read', 1n, 1n]]);
    expect(stopsIn(prepared(body), on(memory(FREE + 8), 'readWrite'))).toEqual([
      ['*0x81008 = 5', 'change', 0n, 5n],
      ['load 81008', 'read', 5n, 5n],
    ]);
  });

  it('sees two accesses of one word apart', () => {
    const both = op('both', (core) => {
      core.load(BigInt(FREE + 64), 8);
      core.load(BigInt(FREE), 8);
      core.store(BigInt(FREE + 64), 8, 1n);
      core.store(BigInt(FREE), 8, 2n);
    });
    expect(stopsIn(prepared([both, both]), on(memory(FREE), 'readWrite')).length).toBe(2);
    expect(stopsIn(prepared([both]), on(memory(FREE), 'write'))).toEqual([['both', 'change', 0n, 2n]]);
  });

  it('sees what words do to their own frames', () => {
    const body = [setLocal(24, 5n), setLocal(32, 6n), setLocal(24, 7n), op('read', (core) => void core.local(24))];
    const scout = createEngine(hostDoing(body));
    drive(
      scout.run({
        words: [{ id: 1, words: [...scout.program.dictionary.values()].filter(({ text }) => text === 'local 24 = 7') }],
        events: [],
      }),
    );
    const local = memory(Number(scout.machine.cores[0].sp) + 24);
    expect(stopsIn(prepared(body), on(local, 'write')).filter((found) => (found as string[])[0].startsWith('local'))).toEqual([
      ['local 24 = 5', 'change', 0n, 5n],
      ['local 24 = 7', 'change', 5n, 7n],
    ]);
    expect(stopsIn(prepared(body), on(local, 'read'))).toEqual([['read', 'read', 7n, 7n]]);
  });

  it('does not stop for a word that faults, whose stores never happen', () => {
    const faulting = op('faulting', (core) => {
      core.store(BigInt(FREE), 8, 9n);
      core.load(0x20_0000n, 8);
    });
    expect(stopsIn(prepared([faulting]), on(memory(FREE), 'write'))).toEqual([]);
  });

  it('is not about what the user changes', () => {
    const engine = prepared([store(FREE, 1n), setLocal(24, 1n), store(FREE, 8n)]);
    const stops = on(memory(FREE), 'change');
    drive(engine.run(stops));
    poke(engine, FREE, 8, 7n);
    const outcome = drive(engine.run(stops));
    expect(outcome).toMatchObject({ kind: 'stop', hits: [{ id: 1, data: { before: 7n, after: 8n } }] });
  });
});

describe('a stop on a register', () => {
  const body = [set(R.x1, 4n), set(R.x1, 4n), set(R.x0, 1n), set(R.x1, 6n), smc(1n)];

  it('for writes and changes tells one from the other', () => {
    const register: Watched = { kind: 'register', register: R.x1, core: 0 };
    expect(stopsIn(prepared(body), on(register, 'write'))).toEqual([
      ['set 1 4', 'change', 0n, 4n],
      ['set 1 4', 'write', 4n, 4n],
      ['set 1 6', 'change', 4n, 6n],
    ]);
    expect(stopsIn(prepared(body), on(register, 'change')).length).toBe(2);
  });

  it('with a mask is about one field only', () => {
    const field: Watched = { kind: 'register', register: R.x1, mask: 2n };
    expect(stopsIn(prepared(body), on(field, 'change'))).toEqual([['set 1 6', 'change', 4n, 6n]]);
  });

  it('leaves the marks by which its last write is found', () => {
    const engine = prepared(body);
    stopsIn(engine, on({ kind: 'register', register: R.x1 }, 'write'));
    expect(drive(engine.lastWrite({ kind: 'register', core: 0, register: R.x1 }))?.word?.text).toBe('set 1 6');
  });
});

describe('a stop on a tag', () => {
  it('stops after the store that changes it, not after one that repeats it', () => {
    const tag: Watched = { kind: 'tag', pa: PAGE - 4096, size: 3 * 4096 };
    const engine = prepared([smc(1n), smc(1n)]);
    expect(stopsIn(engine, on(tag, 'change'))).toEqual([['*0x100080 = 1', 'change', 0n, 1n]]);
  });
});

describe('data stops', () => {
  it('cost nothing else: the run is the same, and so is what is known of it', () => {
    const plain = createEngine(startHere());
    drive(plain.run(NO_STOPS));
    const engine = createEngine(startHere());
    const never: DataStop[] = [memory(PAGE), memory(0xcfa0, 128), { kind: 'register', register: R.x0 } as Watched].map((on) => ({
      id: 1,
      access: on.kind === 'register' ? 'write' : 'readWrite',
      on,
      condition: () => false,
    }));
    expect(drive(engine.run({ words: [], events: [], data: never })).kind).toBe('end');
    expect(picture(engine)).toEqual(picture(plain));
    expect(engine.machine.watch).toBeNull();
  });

  it('are found again backward where they were forward, in reverse, on two cores', () => {
    const watched = fc.constantFrom<Watched>(
      memory(FREE),
      memory(PAGE, 64),
      memory(0xcf00, 256),
      { kind: 'register', register: R.x0 },
      { kind: 'register', register: R.SP_2, core: 1 },
      { kind: 'tag', pa: PAGE, size: 4096 },
    );
    const access = fc.constantFrom<DataAccess>('read', 'write', 'readWrite', 'change');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }),
        watched,
        access,
        fc.boolean(),
        (pieces, what, how, two) => {
          const body = pieces.map((piece) => piece());
          const engine = createEngine(hostDoing(two ? [wake(), ...body] : body, { cores: two ? 2 : 1 }), { scale });
          const stops = on(what, how);
          const forward: unknown[] = [];
          for (let outcome = drive(engine.run(stops)); outcome.kind === 'stop'; outcome = drive(engine.run(stops))) {
            forward.push([engine.position, outcome.hits]);
            expect(engine.hits(stops)).toEqual(outcome.hits);
          }
          const end = engine.position;
          const backward: unknown[] = [];
          for (let outcome = drive(engine.reverse(stops)); outcome.kind === 'stop'; outcome = drive(engine.reverse(stops))) {
            backward.push([engine.position, outcome.hits]);
          }
          expect(backward.reverse()).toEqual(forward.filter((stop) => (stop as [number])[0] < end));
        },
      ),
      { numRuns: 40 },
    );
  });
});
