/** What keeps the design honest: each of these would fail if state, code or stacks lived anywhere but in memory and registers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine, type StopSet, type Work } from '../debug-adapter/index.ts';
import { compile, compileCondition, type Program, type WordInfo } from '../language/index.ts';
import type { Event } from '../machine/index.ts';
import { BESIDE_LIBRARY, withEditedLibrary } from './support/library.ts';
import { compileText, run, show, troubles } from './support/programs.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const fixture = (name: string): Program => compileText(read(`fixtures/${name}.tfw`));
const START_HERE = read('../scenarios/arm/cca/start-here.tfw');

function done<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Stops before the statement whose source contains `text`. */
function stopAt(program: Program, text: string): StopSet {
  const words = [...program.dictionary.values()].filter((word) => word.statement && sourceOf(program, word).includes(text));
  expect(words.length).toBeGreaterThan(0);
  return { words: [{ id: 1, words }], events: [] };
}

function sourceOf(program: Program, word: WordInfo): string {
  return program.sources.get(word.range.uri)?.split('\n')[word.range.line] ?? '';
}

const stack = (engine: Engine): string[] => engine.stack(0).map((frame) => frame.text);

describe('a return address overwritten in memory', () => {
  it('is shown by the call stack, and the return goes there', () => {
    const program = fixture('return-address');
    const engine = createEngine(program);
    done(engine.run(stopAt(program, 'frame[0] = &elsewhere')));
    expect(stack(engine)).toEqual(['host.victim', 'host.main']);
    done(engine.step('over', 'statement', 0, { words: [], events: [] }));
    expect(stack(engine).slice(0, 2)).toEqual(['host.victim', 'host.elsewhere']);
    expect(done(engine.run({ words: [], events: [] })).kind).toBe('end');
    expect(engine.verdict()).toEqual({ passed: true, reasons: [] });
  });

  it('that leads to no code is shown as what it is', () => {
    const program = compileText(read('fixtures/return-address.tfw').replace('&elsewhere as u64', '0x8900_0000'));
    const engine = createEngine(program);
    done(engine.run(stopAt(program, 'frame[0] = 0x8900_0000')));
    done(engine.step('over', 'statement', 0, { words: [], events: [] }));
    const broken = engine.stack(0)[1];
    expect(broken.kind).toBe('broken');
    expect(broken.text).toContain('0x8900_0000');
  });
});

describe('words', () => {
  const main = (program: Program, name: string): WordInfo[] =>
    [...program.dictionary.values()].filter((word) => word.image === name && word.fn.name === 'main');

  it('of two images differ wherever the images do, and those of the same image never', () => {
    const program = fixture('twin-images');
    const [first, second] = [main(program, 'first'), main(program, 'second')];
    expect(first.length).toBe(second.length);
    for (const [i, word] of first.entries()) expect(word.hash).not.toBe(second[i].hash);
    expect(main(fixture('twin-images'), 'first').map((word) => word.hash)).toEqual(first.map((word) => word.hash));
  });

  it('change when a constant of their image changes, and no other word does', () => {
    const before = main(fixture('twin-images'), 'first');
    const after = main(compileText(read('fixtures/twin-images.tfw').replace('ANSWER: u64 = 42', 'ANSWER: u64 = 44')), 'first');
    const changed = before.filter((word, i) => word.hash !== after[i].hash);
    expect(changed.map((word) => word.range.line)).toEqual([9]);
    expect(changed[0].text).toContain('= 0x2a');
  });
});

describe('an event that a fixture declares itself', () => {
  it('can be stopped on with a condition over its fields', () => {
    const program = fixture('firmware-event');
    const condition = compileCondition(program, 'check == 2 && verdict == 1', { firmwareEvent: 'htrap' });
    if (typeof condition !== 'function') throw new Error(condition.map(show).join());
    const engine = createEngine(program);
    const matches = (event: Event, eye: Parameters<typeof condition>[0]) =>
      'name' in event && event.name === 'htrap' && condition(eye, event);
    const outcome = done(engine.run({ words: [], events: [{ id: 7, kinds: ['firmware'], condition: matches }] }));
    expect(outcome.kind).toBe('stop');
    if (outcome.kind !== 'stop') return;
    expect(outcome.hits.map((hit) => [hit.id, hit.event?.fields])).toEqual([[7, { check: 2n, verdict: 1n }]]);
  });
});

describe('the TLB invalidation of a granule transition', () => {
  const build = (edit: (path: string, text: string) => string): Program => {
    const { program, diagnostics } = compile(withEditedLibrary(BESIDE_LIBRARY, START_HERE, edit), BESIDE_LIBRARY);
    if (!program) throw new Error(diagnostics.map(show).join('\n'));
    return program;
  };

  it('protects the page, with the library as it is', () => {
    const ran = run(build((_, text) => text));
    expect(troubles(ran)).toEqual([]);
    expect(ran.events.filter((event) => event.kind === 'gpc_fault')).toHaveLength(1);
    expect(ran.machine.units.flatMap((unit) => unit.stale())).toEqual([]);
  });

  it('deleted from the firmware, lets the host read on, and the stale entry shows', () => {
    const ran = run(build((_, text) => text.replace(/^\s*tlbi\(RPALOS.*$/gm, '')));
    expect(ran.events.filter((event) => event.kind === 'gpc_fault')).toEqual([]);
    expect(troubles(ran)).toEqual(['the host read Realm memory']);
    const [unit] = ran.machine.units;
    const names = (tag: number) => ran.machine.architecture.tags.find((row) => row.value === tag)?.name;
    const stale = unit.stale().filter((entry) => entry.from <= 0x8800_0000 && entry.to > 0x8800_0000);
    expect(stale.map((entry) => [entry.core, names(entry.cached), names(entry.table)])).toEqual([[0, 'Non-secure', 'Realm']]);
  });
});

describe('an exception return to an unknown address', () => {
  it('goes there, and the fetch gets what silicon gives it: an undefined instruction taken to the same level', () => {
    const ran = run(fixture('unknown-return'));
    const [undefined_] = ran.events.filter((event) => event.kind === 'undefined_instruction');
    expect(undefined_).toMatchObject({ pc: 0x8900_0000n });
    const entry = ran.events.filter((event) => event.kind === 'exception_entry').at(-1);
    expect(entry).toMatchObject({ elr: 0x8900_0000n, syndrome: 0x200_0000n });
    expect(ran.machine.cores[0].status).toBe('finished');
  });
});
