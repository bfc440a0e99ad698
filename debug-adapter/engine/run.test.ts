import { describe, expect, it } from 'vitest';
import { drive, NO_STOPS, picture, poke, stopsOn, texts } from './fixture/drive.ts';
import { endless, startHere } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

const GPC_FAULT = { id: 7, kinds: ['gpc_fault'] as const };
const TAG_STORE = '*0x100080 = 1';

describe('running forward', () => {
  it('ends where no core can run, and says so', () => {
    const engine = createEngine(startHere());
    expect(drive(engine.run(NO_STOPS))).toEqual({ kind: 'end' });
    expect(engine.ended).toBe(true);
    expect(engine.events(0, 100).at(-1)).toMatchObject({ kind: 'finished' });
  });

  it('stops before a marked word, and goes on from there without stopping again', () => {
    const program = startHere();
    const engine = createEngine(program);
    const stops = stopsOn([{ id: 1, words: [program.word('keeper', TAG_STORE)] }]);
    expect(drive(engine.run(stops))).toEqual({ kind: 'stop', hits: [{ id: 1 }] });
    expect(engine.machine.next?.upcoming()?.text).toBe(TAG_STORE);
    expect(drive(engine.run(stops))).toEqual({ kind: 'end' });
  });

  it('stops after the step that raised an event', () => {
    const engine = createEngine(startHere());
    const outcome = drive(engine.run(stopsOn([], [GPC_FAULT])));
    expect(outcome).toMatchObject({
      kind: 'stop',
      hits: [{ id: 7, event: { kind: 'gpc_fault', pa: 0x8_0000, step: engine.position - 1 } }],
    });
  });

  it('lists an event stop and a word stop at the same position as one stop', () => {
    const program = startHere();
    const engine = createEngine(program);
    const establish = [...program.dictionary.values()].find((w) => w.fn.name === 'sync' && w.image === 'host');
    const stops = stopsOn([{ id: 1, words: [establish!] }], [GPC_FAULT]);
    const outcome = drive(engine.run(stops));
    expect(outcome).toMatchObject({ hits: [{ id: 7 }, { id: 1 }] });
    expect(engine.hits(stops)).toMatchObject([{ id: 7 }, { id: 1 }]);
  });

  it('stops only where the condition holds', () => {
    const program = startHere();
    const engine = createEngine(program);
    const words = [program.word('keeper', 'return')];
    const never = stopsOn([{ id: 1, words, condition: () => false }], [{ ...GPC_FAULT, condition: (e) => e.kind !== 'gpc_fault' }]);
    expect(drive(engine.run(never)).kind).toBe('end');
  });

  it('gives up after the steps that it may do', () => {
    const engine = createEngine(endless());
    expect(drive(engine.run(NO_STOPS, 70_000))).toEqual({ kind: 'stepLimit' });
    expect(engine.position).toBe(70_000);
  });

  it('leaves no word marked, even if it is given up', () => {
    const program = endless();
    const engine = createEngine(program);
    const word = program.word('vault', 'call handle');
    const work = engine.run(stopsOn([{ id: 1, words: [word], condition: () => false }]));
    work.next();
    expect(word.mark).toBe(1);
    work.return({ kind: 'end' });
    expect(word.mark).toBe(0);
    expect(engine.position).toBeGreaterThan(0);
  });
});

describe('the call stack', () => {
  it('crosses worlds down to the one that called first', () => {
    const program = startHere();
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [program.word('keeper', TAG_STORE)] }])));
    expect(texts(engine)).toEqual([
      'keeper.set_tag',
      'keeper.route',
      'keeper.sync',
      'SMC from Inner L2',
      'vault.grant',
      'vault.handle',
      'vault.boot',
      'SMC from Outer L2',
      'host.main',
    ]);
    expect(engine.stack(0).map((frame) => frame.word?.text)).toEqual([
      TAG_STORE,
      'call set_tag',
      'call route',
      undefined,
      'smc 2',
      'call grant',
      'call handle',
      undefined,
      'smc 1',
    ]);
  });

  it('shows the handler of a fault above the statement that faulted', () => {
    const engine = createEngine(startHere());
    drive(engine.run(stopsOn([], [GPC_FAULT])));
    expect(texts(engine)).toEqual(['host.sync', 'data abort from Outer L2', 'host.main']);
    expect(engine.stack(0)[2].word?.text).toBe('stolen = *page');
  });

  it('says what a return address leads to that is none', () => {
    const program = startHere();
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [program.word('keeper', TAG_STORE)] }])));
    const { sp } = engine.stack(0)[0];
    poke(engine, Number(sp), 8, 0xbad0n);
    expect(texts(engine)).toContain('return address 0xbad0 is no code');
  });
});

describe('the worlds', () => {
  it('are one line for what runs and one for each that is parked', () => {
    const program = startHere();
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [program.word('host', '*0x80000 = 42')] }])));
    expect(engine.worlds().map(({ where, status, state }) => [where, status, state])).toEqual([
      ['host.main', 'running', 1],
      ['vault', 'parked', 2],
    ]);
  });
});

describe('travelling', () => {
  it('to a step gives what running there gave, forward and backward', () => {
    const engine = createEngine(startHere());
    drive(engine.run(NO_STOPS));
    const end = engine.position;
    const stepped = createEngine(startHere());
    for (let position = 0; position <= end; position++) {
      drive(stepped.run(NO_STOPS, position - stepped.position));
      drive(engine.seek(position));
      expect(picture(engine)).toEqual(picture(stepped));
    }
    drive(engine.seek(0));
    expect(picture(engine)).toEqual(picture(createEngine(startHere())));
  });

  it('over a long run, wherever snapshots were taken', () => {
    const scale = { coarse: 2000, fine: 50, budget: 4 };
    const engine = createEngine(endless(), { scale });
    const expected = createEngine(endless());
    drive(engine.run(NO_STOPS, 30_000));
    for (const position of [30_000, 3, 2000, 29_999, 14_333, 4000, 3999, 20_001]) {
      drive(engine.seek(position));
      drive(expected.seek(position));
      expect(engine.position).toBe(position);
      expect({ ...picture(engine), events: [] }).toEqual({ ...picture(expected), events: [] });
    }
  });

  it('leaves the position where it was when it is given up', () => {
    const engine = createEngine(endless());
    drive(engine.run(NO_STOPS, 100_000));
    const before = picture(engine);
    const work = engine.seek(50_000);
    work.next();
    expect(engine.position).not.toBe(100_000);
    work.return();
    expect(picture(engine)).toEqual(before);
  });

  it('beyond an edit keeps what was edited', () => {
    const engine = createEngine(endless());
    drive(engine.run(NO_STOPS, 1000));
    poke(engine, 0x9_0000, 8, 77n);
    drive(engine.run(NO_STOPS, 1000));
    const after = picture(engine);
    drive(engine.seek(500));
    expect(engine.machine.memory.read(0x9_0000, 8)).toBe(0n);
    drive(engine.run(NO_STOPS, 1500));
    expect(picture(engine)).toEqual(after);
    expect(engine.machine.memory.read(0x9_0000, 8)).toBe(77n);
  });
});

describe('events', () => {
  it('are all there, even those that are not kept', () => {
    const kept = createEngine(endless());
    const engine = createEngine(endless(), { scale: { coarse: 500, fine: 50, budget: 4, events: 20 } });
    for (const each of [kept, engine]) drive(each.run(NO_STOPS, 4000));
    expect(engine.eventCount).toBe(kept.eventCount);
    for (const [from, count] of [
      [0, 10],
      [300, 7],
      [engine.eventCount - 5, 5],
      [engine.eventCount - 5, 50],
      [0, 10_000],
    ]) {
      expect(engine.events(from, count)).toEqual(kept.events(from, count));
    }
    expect(engine.position).toBe(4000);
    drive(engine.seek(1000));
    drive(kept.seek(1000));
    expect(engine.events(0, 10_000)).toEqual(kept.events(0, 10_000));
  });

  it('before an edit stay, and those after it are forgotten', () => {
    const engine = createEngine(endless());
    drive(engine.run(NO_STOPS, 1000));
    drive(engine.seek(500));
    const before = engine.events(0, 10_000);
    poke(engine, 0x9_0000, 8, 1n);
    expect(engine.events(0, 10_000)).toEqual(before);
    drive(engine.run(NO_STOPS, 500));
    expect(engine.events(0, 10_000).map(({ step }) => step)).toEqual(
      engine
        .events(0, 10_000)
        .map(({ step }) => step)
        .sort((a, b) => a - b),
    );
  });
});

describe('running backward', () => {
  it('visits the stops that forward visited, in reverse', () => {
    const program = startHere();
    const engine = createEngine(program);
    const stops = stopsOn(
      [{ id: 1, words: [program.word('keeper', 'return'), program.word('host', 'call leaf')] }],
      [{ id: 2, kinds: ['smc', 'exception_return'] }],
    );
    const forward: unknown[] = [];
    for (let outcome = drive(engine.run(stops)); outcome.kind === 'stop'; outcome = drive(engine.run(stops))) {
      forward.push([engine.position, outcome.hits]);
    }
    const backward: unknown[] = [];
    for (let outcome = drive(engine.reverse(stops)); outcome.kind === 'stop'; outcome = drive(engine.reverse(stops))) {
      backward.push([engine.position, outcome.hits]);
    }
    expect(forward.length).toBeGreaterThan(8);
    expect(backward.reverse()).toEqual(forward);
    expect(engine.position).toBe(0);
  });
});
