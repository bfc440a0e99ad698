import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine, Granularity, How } from './engine.ts';
import type { Fixture } from './fixture/assembler.ts';
import { drive, NO_STOPS, stopsOn, texts } from './fixture/drive.ts';
import { startHere } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

let program: Fixture;
let engine: Engine;

const at = (): string => {
  const [frame] = engine.stack(0);
  return `${frame.text}: ${frame.word?.text}`;
};
const runTo = (image: string, text: string): void => {
  drive(engine.run(stopsOn([{ id: 1, words: [program.word(image, text)] }])));
};
const step = (how: How, granularity: Granularity = 'statement'): string => {
  const outcome = drive(engine.step(how, granularity, 0, NO_STOPS));
  return outcome.kind === 'step' ? at() : outcome.kind;
};
const back = (how: How, granularity: Granularity = 'statement'): string => {
  const outcome = drive(engine.stepBack(how, granularity, 0));
  return outcome.kind === 'step' ? at() : outcome.kind;
};

beforeEach(() => {
  program = startHere();
  engine = createEngine(program);
});

describe('stepping over', () => {
  it('a statement goes to the next one', () => {
    runTo('host', '*0x80000 = 42');
    expect(step('over')).toBe('host.main: call twice');
  });

  it('a call runs it to its return', () => {
    runTo('host', 'call twice');
    expect(step('over')).toBe('host.main: smc 1');
  });

  it('an SMC runs the whole excursion through the other worlds, and the rest of its statement', () => {
    runTo('host', 'smc 1');
    expect(step('over')).toBe('host.main: stolen = *page');
    expect(texts(engine)).toEqual(['host.main']);
  });

  it('an SMC of the inner world leaves out what the keeper does', () => {
    runTo('vault', 'smc 2');
    expect(step('over')).toBe('vault.grant: return');
  });

  it('the last statement of a function goes to the caller, not into a later call at the same stack pointer', () => {
    runTo('host', 'local 24 = 4');
    expect(step('over')).toBe('host.leaf: return');
    expect(step('over')).toBe('host.twice: call leaf');
    expect(step('over')).toBe('host.twice: return');
  });

  it('the return to another world stops where that was waited for, and says so', () => {
    runTo('keeper', 'load inner');
    for (let i = 0; i < 2; i++) step('over');
    expect(step('over')).toBe('keeper.sync: eret');
    const outcome = drive(engine.step('over', 'statement', 0, NO_STOPS));
    expect(outcome).toMatchObject({ kind: 'step', note: expect.stringContaining('has ended') });
    expect(at()).toBe('host.main: stolen = *page');
  });

  it('stops inside at a stop of the set, which cancels the step', () => {
    runTo('host', 'smc 1');
    const stops = stopsOn([{ id: 5, words: [program.word('vault', 'call grant')] }]);
    expect(drive(engine.step('over', 'statement', 0, stops))).toEqual({ kind: 'stop', hits: [{ id: 5 }] });
    expect(at()).toBe('vault.handle: call grant');
  });

  it('one word goes to the word after an excursion', () => {
    runTo('host', 'smc 1');
    expect(step('over', 'instruction')).toBe('host.main: status');
  });

  it('ends with the run', () => {
    runTo('host', 'finish');
    expect(step('over')).toBe('end');
  });
});

describe('stepping into', () => {
  it('a call goes to its first statement', () => {
    runTo('host', 'call twice');
    expect(step('into')).toBe('host.twice: local 24 = 3');
  });

  it('an SMC follows it to the other world', () => {
    runTo('host', 'smc 1');
    expect(step('into')).toBe('keeper.sync: establish');
  });

  it('an exception return follows it to whoever goes on', () => {
    runTo('keeper', 'load inner');
    for (let i = 0; i < 3; i++) step('over');
    expect(step('into')).toBe('vault.boot: call handle');
  });
});

describe('stepping out', () => {
  it('of a function goes to its caller', () => {
    runTo('keeper', '*0x100080 = 1');
    expect(step('out')).toBe('keeper.route: return');
    expect(step('out')).toBe('keeper.sync: eret');
  });

  it('of the keeper goes to whom it interrupted, across the other world', () => {
    runTo('keeper', 'load inner');
    expect(step('out')).toBe('keeper.sync: eret');
    expect(step('out')).toBe('host.main: status');
  });

  it('of what nobody called runs to the end', () => {
    runTo('host', 'call twice');
    expect(step('out')).toBe('end');
  });
});

describe('stepping back', () => {
  it('over retraces what over went through, in every function', () => {
    runTo('host', '*0x80000 = 42');
    const places = [at()];
    for (let i = 0; i < 3; i++) places.push(step('over'));
    expect(places.at(-1)).toBe('host.main: stolen = *page');
    const retraced = [at()];
    for (let i = 0; i < 3; i++) retraced.push(back('over'));
    expect(retraced).toEqual(places.reverse());
  });

  it('over the first statement of a function goes to the call of it', () => {
    runTo('keeper', '*0x100080 = 1');
    expect(back('over')).toBe('keeper.set_tag: local 24 = 7');
    expect(back('over')).toBe('keeper.route: call set_tag');
  });

  it('over the first statement of a vector goes to what called it in the other world', () => {
    runTo('vault', 'smc 2');
    step('into');
    expect(back('over')).toBe('vault.grant: smc 2');
  });

  it('into goes to the statement executed last, in whatever world', () => {
    runTo('host', 'smc 1');
    step('over', 'instruction');
    expect(back('into')).toBe('keeper.sync: eret');
    expect(back('over')).toBe('keeper.sync: call route');
  });

  it('out goes to the call, also across worlds', () => {
    runTo('keeper', '*0x100080 = 1');
    expect(back('out')).toBe('keeper.route: call set_tag');
    expect(back('out')).toBe('keeper.sync: call route');
    expect(back('out')).toBe('vault.grant: smc 2');
    expect(back('out')).toBe('vault.handle: call grant');
    expect(back('out')).toBe('vault.boot: call handle');
  });

  it('into retraces every statement that into went through, to the start of the run', () => {
    const places: string[] = [];
    while (!engine.ended) {
      const place = step('into');
      if (place !== 'end') places.push(`${engine.position} ${place}`);
    }
    drive(engine.seek(Number(places.at(-1)?.split(' ')[0])));
    const retraced = [places.at(-1)];
    for (let place = back('into'); place !== 'start'; place = back('into')) retraced.push(`${engine.position} ${place}`);
    expect(retraced.reverse()).toEqual(places);
  });

  it('by one word undoes one step', () => {
    runTo('keeper', '*0x100080 = 1');
    const { position } = engine;
    back('into', 'instruction');
    expect(engine.position).toBe(position - 1);
  });

  it('leaves the position where it was when it is given up', () => {
    runTo('host', 'finish');
    const { position } = engine;
    const work = engine.stepBack('out', 'statement', 0);
    work.return({ kind: 'end' });
    expect(engine.position).toBe(position);
  });
});
