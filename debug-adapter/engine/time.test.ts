/** Runs that part where the past is changed, what they are saved as, and what tells two positions apart. */
import { describe, expect, it } from 'vitest';
import type { Engine, RunPosition } from './engine.ts';
import { op, setLocal, smc, store } from './fixture/assembler.ts';
import { drive, NO_STOPS, picture, poke, stopsOn } from './fixture/drive.ts';
import { endless, hostDoing, PAGE, startHere, wake } from './fixture/firmware.ts';
import { R } from './fixture/machine.ts';
import { createEngine } from './run.ts';
import { optionsOf, parseRunFile, RunFileError } from './run-file.ts';

const FREE = PAGE + 4096;
const scale = { coarse: 24, fine: 4, budget: 4 };
const twoCores = () => hostDoing([wake(), setLocal(24, 1n), smc(1n), store(FREE, 5n)], { cores: 2 });

const wordsOf = (engine: Engine, wanted: string) => [...engine.program.dictionary.values()].filter(({ text }) => text === wanted);

function ran(engine: Engine): Engine {
  drive(engine.run(NO_STOPS));
  return engine;
}
const at = (engine: Engine, step: number): Engine => {
  drive(engine.seek(step));
  return engine;
};

describe('an input in the past', () => {
  it('begins another run, and leaves the old future to be travelled to', () => {
    const engine = ran(createEngine(startHere(), { scale }));
    const old = engine.here;
    const whole = picture(engine);
    at(engine, 40);
    poke(engine, FREE, 8, 7n);
    expect(engine.here).toEqual({ run: 2, step: 40 });
    ran(engine);
    const changed = picture(engine);
    expect(engine.machine.memory.read(FREE, 8)).toBe(7n);
    drive(engine.travel(old));
    expect(engine.here).toEqual(old);
    expect(picture(engine)).toEqual(whole);
    drive(engine.travel({ run: 2, step: 39 }));
    expect(engine.machine.memory.read(FREE, 8)).toBe(0n);
    drive(engine.run(NO_STOPS));
    expect(picture(engine)).toEqual(changed);
    expect(engine.runs).toMatchObject([
      { id: 1, end: old.step, inputs: [] },
      { id: 2, parent: { run: 1, step: 40 }, inputs: [{ step: 40, input: { kind: 'memory', pa: FREE } }] },
    ]);
  });

  it('of a run without a future changes that run', () => {
    const engine = createEngine(endless(), { scale });
    drive(engine.run(NO_STOPS, 50));
    poke(engine, FREE, 8, 1n);
    poke(engine, FREE, 8, 2n);
    expect(engine.here).toEqual({ run: 1, step: 50 });
    expect(engine.inputs.map(({ step }) => step)).toEqual([50, 50]);
    drive(engine.run(NO_STOPS, 50));
    at(engine, 50);
    expect(engine.machine.memory.read(FREE, 8)).toBe(2n);
    expect(at(engine, 49).machine.memory.read(FREE, 8)).toBe(0n);
    expect(engine.inputs).toEqual([]);
  });

  it('is what the machine is at that position, however it is reached', () => {
    const engine = createEngine(endless(), { scale });
    drive(engine.run(NO_STOPS, 200));
    at(engine, 100);
    engine.input([{ kind: 'register', core: 0, register: R.x1, value: 9n }]);
    const there = picture(engine);
    drive(engine.run(NO_STOPS, 100));
    for (const by of [99, 0, 150]) {
      at(engine, by);
      expect(picture(at(engine, 100))).toEqual(there);
    }
    at(engine, 90);
    drive(engine.run(NO_STOPS, 10));
    expect(picture(engine)).toEqual(there);
  });

  it('evicts the run that was left longest ago, and says so to who asks for it', () => {
    const engine = createEngine(endless(), { scale: { ...scale, runs: 3 } });
    drive(engine.run(NO_STOPS, 100));
    for (let i = 0; i < 4; i++) {
      drive(engine.travel({ run: engine.here.run, step: 50 }));
      poke(engine, FREE, 8, BigInt(i));
      drive(engine.run(NO_STOPS, 50));
    }
    expect(engine.runs.map(({ id }) => id)).toEqual([3, 4, 5]);
    expect(() => drive(engine.travel({ run: 1, step: 0 }))).toThrow('run 1 is not kept');
    const { here } = engine;
    drive(engine.travel({ run: 3, step: 75 }));
    expect(engine.machine.memory.read(FREE, 8)).toBe(1n);
    drive(engine.travel(here));
    expect(engine.machine.memory.read(FREE, 8)).toBe(3n);
  });

  it('travelling to another run is given up like any travel', () => {
    const engine = createEngine(endless());
    drive(engine.run(NO_STOPS, 100_000));
    at(engine, 60_000);
    poke(engine, FREE, 8, 1n);
    const before = [engine.here, picture(engine)];
    const work = engine.travel({ run: 1, step: 99_000 });
    work.next();
    work.return();
    expect([engine.here, picture(engine)]).toEqual(before);
  });

  it('keeps events and the verdict of each run apart', () => {
    const engine = ran(createEngine(startHere(), { scale }));
    const old = engine.here;
    const [events, verdict] = [engine.events(0, 1000), engine.verdict()];
    const fault = engine.events(0, 1000).findIndex(({ kind }) => kind === 'gpc_fault');
    at(engine, events[fault].step);
    // The tag is taken back by hand: the read that faulted does not.
    poke(engine, 0x10_0080, 1, 0n);
    ran(engine);
    expect(engine.events(0, 1000).some(({ kind }) => kind === 'gpc_fault')).toBe(false);
    drive(engine.travel(old));
    expect(engine.events(0, 1000)).toEqual(events);
    expect(engine.verdict()).toEqual(verdict);
  });
});

describe('choices of the schedule', () => {
  it('let one core step next, or one core alone, and are replayed', () => {
    const engine = createEngine(twoCores(), { scale });
    drive(engine.run(stopsOn([{ id: 1, words: wordsOf(engine, 'call twice'), core: 1 }])));
    const { position } = engine;
    engine.input([{ kind: 'next', core: 0 }]);
    expect(engine.machine.next?.id).toBe(0);
    drive(engine.run(NO_STOPS, 1));
    engine.input([{ kind: 'only', core: 1 }]);
    for (let i = 0; i < 5; i++) {
      expect(engine.machine.next?.id).toBe(1);
      drive(engine.run(NO_STOPS, 1));
    }
    engine.input([{ kind: 'only' }]);
    ran(engine);
    const whole = picture(engine);
    at(engine, position - 1);
    ran(engine);
    expect(picture(engine)).toEqual(whole);
  });

  it('of a step alone hold for that step', () => {
    const engine = createEngine(twoCores(), { scale });
    drive(engine.run(stopsOn([{ id: 1, words: wordsOf(engine, 'local 24 = 1') }])));
    const [, other] = engine.machine.cores;
    const before = [other.pc, other.sp];
    expect(drive(engine.step('over', 'statement', 0, NO_STOPS, { alone: true }))).toEqual({ kind: 'step' });
    expect([other.pc, other.sp]).toEqual(before);
    expect(engine.inputs.map(({ input }) => input)).toEqual([{ kind: 'only', core: 0 }, { kind: 'only' }]);
    drive(engine.run(NO_STOPS, 4));
    expect([other.pc, other.sp]).not.toEqual(before);
  });
});

describe('a bookmark', () => {
  it('names a position of a run, and moves when its name is given again', () => {
    const engine = ran(createEngine(startHere(), { scale }));
    at(engine, 30);
    engine.bookmark('a');
    at(engine, 60);
    engine.bookmark('b');
    engine.bookmark('a');
    expect(engine.bookmarks).toEqual([
      { name: 'b', position: { run: 1, step: 60 } },
      { name: 'a', position: { run: 1, step: 60 } },
    ]);
    engine.removeBookmark('b');
    expect(engine.bookmarks.map(({ name }) => name)).toEqual(['a']);
  });
});

describe('a run file', () => {
  function changed(): Engine {
    const engine = createEngine(twoCores(), { scale });
    drive(engine.run(NO_STOPS, 30));
    engine.bookmark('here it was changed');
    engine.input([
      { kind: 'register', core: 0, register: R.x1, value: (1n << 64n) - 1n },
      { kind: 'memory', pa: FREE, space: 0, bytes: Uint8Array.of(1, 2, 255) },
      { kind: 'only', core: 1 },
    ]);
    drive(engine.run(NO_STOPS, 12));
    engine.input([{ kind: 'only' }, { kind: 'next', core: 0 }]);
    drive(engine.run(NO_STOPS, 20));
    return engine;
  }

  it('replays in another session, to the bit', () => {
    const engine = changed();
    const text = JSON.stringify(engine.save({ seed: 3, args: { n: 1n << 63n } }));
    const other = createEngine(twoCores());
    const file = parseRunFile(text);
    expect(optionsOf(file)).toEqual({ seed: 3, args: { n: 1n << 63n } });
    drive(other.load(file));
    expect(picture(other)).toEqual(picture(engine));
    expect(other.bookmarks).toEqual([{ name: 'here it was changed', position: { run: 2, step: 30 } }]);
    for (const each of [engine, other]) ran(each);
    expect(picture(other)).toEqual(picture(engine));
    drive(other.travel({ run: 1, step: 0 }));
    expect(other.here).toEqual({ run: 1, step: 0 });
  });

  it('holds no inputs that came after the position', () => {
    const engine = changed();
    at(engine, 35);
    expect(engine.save().inputs.map(({ kind }) => kind)).toEqual(['register', 'memory', 'only']);
  });

  it('of another program is refused, and says why', () => {
    const file = changed().save();
    const other = createEngine(startHere());
    const refused = (edit: object) => () => drive(other.load({ ...file, ...edit }));
    expect(refused({ program: { ...file.program, hash: '1' } })).toThrow(RunFileError);
    expect(refused({ program: { ...file.program, hash: '1' } })).toThrow('the program, its arguments or its seed have changed');
    expect(refused({ program: { ...file.program, scenario: 'b' } })).toThrow('This run is of the scenario "b", and not of "fixture".');
    expect(other.here).toEqual({ run: 1, step: 0 });
    expect(other.runs.length).toBe(1);
  });

  it('that is damaged is refused, whatever is wrong with it', () => {
    expect(() => parseRunFile('{')).toThrow('no JSON');
    expect(() => parseRunFile('null')).toThrow('no saved run');
    expect(() => parseRunFile('{"format":"worldstep run","version":9}')).toThrow('another version');
    expect(() => parseRunFile('{"format":"worldstep run","version":1}')).toThrow('damaged');
    const file = changed().save();
    const engine = createEngine(twoCores());
    const inputs = [
      { step: 30, kind: 'register', core: 7, register: 'x1', value: '0x1' },
      { step: 30, kind: 'register', core: 0, register: 'y1', value: '0x1' },
      { step: 30, kind: 'register', core: 0, register: 'x1', value: '1' },
      { step: 30, kind: 'memory', pa: '0x20000000', space: 'all', bytes: '00' },
      { step: 30, kind: 'memory', pa: '0x1000', space: 'all', bytes: '0' },
      { step: -1, kind: 'only' },
      { step: 30, kind: 'nothing' },
      null,
    ];
    for (const input of inputs) {
      const load = () => drive(engine.load({ ...file, inputs: [input] as unknown as typeof file.inputs }));
      expect(load, JSON.stringify(input)).toThrow(RunFileError);
    }
  });

  it('given up while it replays was never there', () => {
    const long = createEngine(endless());
    drive(long.run(NO_STOPS, 100_000));
    const engine = createEngine(endless());
    const work = engine.load(long.save());
    work.next();
    work.return();
    expect([engine.here, engine.runs.length]).toEqual([{ run: 1, step: 0 }, 1]);
  });
});

describe('the history of a value', () => {
  const body = [store(FREE, 1n), store(FREE, 2n), store(FREE, 2n), store(FREE + 4, 9n, 4), setLocal(24, 1n)];

  it('is every write to it, the newest first, in pages', () => {
    const engine = ran(createEngine(hostDoing(body), { scale }));
    const target = { kind: 'memory', pa: FREE, size: 4 } as const;
    const all = drive(engine.valueHistory(target, { count: 10 }));
    expect(all.changes.map(({ value, word }) => [value, word?.text])).toEqual([
      [2n, '*0x81000 = 2'],
      [2n, '*0x81000 = 2'],
      [1n, '*0x81000 = 1'],
    ]);
    expect(all.next).toBeUndefined();
    const paged: unknown[] = [];
    for (let before: number | undefined = engine.position; before !== undefined; ) {
      const page: ReturnType<typeof engine.valueHistory> extends Generator<void, infer T> ? T : never = drive(
        engine.valueHistory(target, { count: 1, before }),
      );
      paged.push(...page.changes);
      before = page.next;
    }
    expect(paged).toEqual(all.changes);
  });

  it('has what was changed by hand between what words wrote', () => {
    const engine = ran(createEngine(hostDoing(body), { scale }));
    const target = { kind: 'memory', pa: FREE, size: 8 } as const;
    const [, second] = drive(engine.valueHistory(target, { count: 2 })).changes;
    at(engine, second.step + 1);
    poke(engine, FREE, 8, 77n);
    ran(engine);
    const { changes } = drive(engine.valueHistory(target, { count: 9 }));
    expect(changes.map(({ value, word }) => [value, word?.text])).toEqual([
      [9n * 2n ** 32n + 77n, '*0x81004 = 9'],
      [77n, undefined],
      [2n, '*0x81000 = 2'],
      [2n, '*0x81000 = 2'],
      [1n, '*0x81000 = 1'],
    ]);
    const first = drive(engine.valueHistory(target, { count: 2 }));
    const rest = drive(engine.valueHistory(target, { count: 9, before: first.next }));
    expect([...first.changes, ...rest.changes]).toEqual(changes);
  });

  it('of registers and tags is there too', () => {
    const set = (value: bigint) => op(`x1 = ${value}`, (core) => core.set(R.x1, value));
    const engine = ran(createEngine(hostDoing([set(1n), set(1n), set(2n), smc(1n), smc(1n)]), { scale }));
    const register = drive(engine.valueHistory({ kind: 'register', core: 0, register: R.x1 }, { count: 9 })).changes;
    expect(register.map(({ value }) => value)).toEqual([2n, 1n, 1n]);
    poke(engine, 0x10_0080, 1, 0n);
    const tag = drive(engine.valueHistory({ kind: 'tag', pa: PAGE }, { count: 9 })).changes;
    expect(tag.map(({ value, word }) => [value, word?.text])).toEqual([
      [0n, undefined],
      [1n, '*0x100080 = 1'],
    ]);
  });
});

describe('the difference of two positions', () => {
  it('is what registers, memory and tags are there, and what happened between', () => {
    const engine = ran(createEngine(startHere(), { scale }));
    const end = engine.here;
    const { position } = engine;
    const before = picture(engine);
    const smc = engine.events(0, 1000).findLast(({ kind }) => kind === 'smc');
    const from: RunPosition = { run: 1, step: 40 };
    const found = drive(engine.difference(from, end));
    expect(picture(engine)).toEqual(before);
    at(engine, 40);
    const regs = engine.machine.cores[0].regs.slice();
    const count = engine.eventCount;
    const bytes = (pa: number, size: number) => Uint8Array.from({ length: size }, (_, i) => Number(engine.machine.memory.read(pa + i, 1)));
    for (const { pa, before } of found.memory) expect(bytes(pa, before.length)).toEqual(before);
    at(engine, position);
    for (const { pa, after } of found.memory) expect(bytes(pa, after.length)).toEqual(after);
    const changed = [...regs].flatMap((value, register) => (value === engine.machine.cores[0].regs[register] ? [] : [register]));
    expect(found.registers.map(({ register }) => register)).toEqual(changed);
    expect(found.tags).toEqual([{ unit: 'tags', from: PAGE, to: PAGE + 4096, before: 0, after: 1 }]);
    expect(Object.values(found.events ?? {}).reduce((sum, n) => sum + n, 0)).toBe(engine.eventCount - count);
    expect(smc).toBeDefined();
    expect(drive(engine.difference(end, end))).toMatchObject({ registers: [], memory: [], tags: [], cores: [], events: {} });
  });

  it('of two runs is between their futures, wherever they parted', () => {
    const engine = ran(createEngine(startHere(), { scale }));
    const end = engine.here;
    at(engine, 50);
    poke(engine, FREE, 8, 0x0102n);
    ran(engine);
    const found = drive(engine.difference(end, engine.here));
    expect(found.memory).toEqual([{ pa: FREE, before: Uint8Array.of(0, 0), after: Uint8Array.of(2, 1) }]);
    expect(found.events).toBeUndefined();
  });
});

describe('events by kind', () => {
  it('are counted and found, forward and back, also those that are not kept', () => {
    const kept = createEngine(endless());
    const engine = createEngine(endless(), { scale: { coarse: 500, fine: 50, budget: 4, events: 20 } });
    for (const each of [kept, engine]) {
      drive(each.run(NO_STOPS, 4000));
      at(each, 3333);
    }
    const all = kept.events(0, kept.eventCount);
    const smcs = all.flatMap((event, index) => (event.kind === 'smc' ? [{ index, event }] : []));
    for (const each of [kept, engine]) {
      expect(drive(each.countEvents(['smc']))).toBe(smcs.length);
      expect(drive(each.countEvents(['smc', 'finished', 'exception_return']))).toBe(
        all.filter(({ kind }) => kind === 'smc' || kind === 'exception_return').length,
      );
      expect(drive(each.findEvents(['smc'], 0, 7))).toEqual(smcs.slice(0, 7));
      const middle = smcs[40].index;
      expect(drive(each.findEvents(['smc'], middle, 1000))).toEqual(smcs.slice(40));
      expect(drive(each.findEvents(['smc'], middle, 5, { backwards: true }))).toEqual(smcs.slice(35, 40).reverse());
      expect(drive(each.findEvents(['smc'], all.length, 1000, { backwards: true }))).toEqual([...smcs].reverse());
      const second = (event: (typeof all)[number]) => event.kind === 'smc' && event.fid === 2n;
      expect(drive(each.findEvents(['smc'], 0, 3, { matches: second }))).toEqual(smcs.filter(({ event }) => second(event)).slice(0, 3));
      expect(each.position).toBe(3333);
    }
  });
});
