import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../language/index.ts';
import type { Event } from '../../machine/index.ts';
import { type Draft, draft, goto, setLocal } from './fixture/assembler.ts';
import { drive, NO_STOPS } from './fixture/drive.ts';
import { hostDoing, wake } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

const range = { uri: 'file:///x.tfw', line: 7, column: 0, endLine: 7, endColumn: 3 };
const expectation = (text: string, never: boolean, matches: (event: Event) => boolean): Expectation => ({ text, range, never, matches });

const verdictOf = (body: readonly Draft[], expectations: readonly Expectation[] = [], limit?: number) => {
  const engine = createEngine(hostDoing(body, { expectations, cores: 2 }));
  drive(engine.run(NO_STOPS, limit));
  return engine.verdict();
};

const panic = (): Draft =>
  draft('panic', () => (core) => {
    core.next();
    core.status = 'halted';
    core.emit({ kind: 'panic', from: core.state, message: 'no' });
  });

describe('a run passes', () => {
  it('when every core finished or is idle', () => {
    expect(verdictOf([wake(), setLocal(24, 1n)])).toEqual({ passed: true, reasons: [] });
    const asleep = draft('sleep', () => (core) => {
      core.next();
      core.status = 'waiting';
    });
    expect(verdictOf([asleep]).passed).toBe(true);
  });

  it('when what it should show was shown, and what it never should was not', () => {
    const shown = expectation('event finished', false, ({ kind }) => kind === 'finished');
    const never = expectation('never panic', true, ({ kind }) => kind === 'panic');
    expect(verdictOf([], [shown, never]).passed).toBe(true);
  });
});

describe('a run fails', () => {
  it('at the statement that gave up', () => {
    const { passed, reasons } = verdictOf([panic()]);
    expect(passed).toBe(false);
    expect(reasons).toMatchObject([{ text: 'panic: no', at: { text: 'panic' } }]);
  });

  it('while a core still runs', () => {
    expect(verdictOf([goto('main')], [], 100).reasons).toEqual([{ text: 'core 0 is still running' }]);
  });

  it('where an event was expected that never happened', () => {
    const { reasons } = verdictOf([], [expectation('expect event panic()', false, ({ kind }) => kind === 'panic')]);
    expect(reasons).toEqual([{ text: 'never happened: expect event panic()', at: range }]);
  });

  it('where an event happened that never should', () => {
    const { reasons } = verdictOf([], [expectation('expect never finished()', true, ({ kind }) => kind === 'finished')]);
    expect(reasons).toMatchObject([{ text: expect.stringContaining('happened although it never should'), at: range }]);
  });
});

describe('a verdict', () => {
  it('is about the run up to the position', () => {
    const engine = createEngine(hostDoing([panic()]));
    drive(engine.run(NO_STOPS));
    drive(engine.seek(engine.position - 1));
    expect(engine.verdict().reasons).toEqual([{ text: 'core 0 is still running' }]);
  });
});
