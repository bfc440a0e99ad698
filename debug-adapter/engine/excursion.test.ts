import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { drive, NO_STOPS, stopsOn, texts } from './fixture/drive.ts';
import { guests } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

function runTo(engine: Engine, program: ReturnType<typeof guests>, image: string, text: string): void {
  drive(engine.run(stopsOn([{ id: 1, words: [program.word(image, text)] }])));
}
const lines = (engine: Engine) => engine.worlds().map(({ where, status }) => `${where} ${status}`);

describe('a routine that waits for what it runs', () => {
  it('stays below the guest that it entered', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'guest', 'hvc');
    expect(texts(engine)).toEqual(['guest.ask', 'guest.main', 'exception return from Inner L2', 'vault.enter', 'vault.boot']);
  });

  it('and the guest stay below the vector that the guest called', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'vault', 'resume');
    expect(texts(engine)).toEqual([
      'vault.sync',
      'HVC from Inner L1',
      'guest.ask',
      'guest.main',
      'exception return from Inner L2',
      'vault.enter',
      'vault.boot',
    ]);
  });

  it('goes on as itself when the vector jumps back to it, and the guest is parked', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'vault', 'back');
    expect(texts(engine)).toEqual(['vault.enter', 'vault.boot']);
    expect(lines(engine)).toEqual(['vault.enter running', 'guest parked']);
  });

  it('finds the guest again when it enters it once more', () => {
    const program = guests();
    const engine = createEngine(program);
    const stops = stopsOn([{ id: 1, words: [program.word('guest', 'hvc')] }]);
    drive(engine.run(stops));
    drive(engine.run(stops));
    expect(texts(engine)).toEqual(['guest.ask', 'guest.main', 'exception return from Inner L2', 'vault.enter', 'vault.boot']);
    expect(lines(engine)).toEqual(['guest.ask running', 'vault waiting']);
  });

  it('is one statement to step over, forward and back', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'vault', 'eret');
    const before = engine.position;
    expect(drive(engine.step('over', 'statement', 0, NO_STOPS))).toEqual({ kind: 'step' });
    expect(engine.stack(0)[0].word?.text).toBe('back');
    expect(drive(engine.stepBack('over', 'statement', 0))).toEqual({ kind: 'step' });
    expect(engine.position).toBe(before);
  });

  it('is where stepping over the jump of the vector goes', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'vault', 'resume');
    expect(drive(engine.step('over', 'statement', 0, NO_STOPS))).toEqual({ kind: 'step' });
    expect(engine.stack(0)[0].word?.text).toBe('back');
  });

  it('is what stepping out of the guest goes to', () => {
    const program = guests();
    const engine = createEngine(program);
    runTo(engine, program, 'guest', 'hvc');
    drive(engine.step('out', 'statement', 0, NO_STOPS));
    expect(texts(engine)[0]).toBe('guest.main');
    drive(engine.step('out', 'statement', 0, NO_STOPS));
    expect(texts(engine)[0]).toBe('vault.enter');
  });
});
