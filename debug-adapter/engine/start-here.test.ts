import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, type Program, type WordInfo } from '../../language/index.ts';
import { namesOf } from '../names.ts';
import type { Engine } from './engine.ts';
import { drive, hash, NO_STOPS, stopsOn, texts } from './fixture/drive.ts';
import { createEngine } from './run.ts';
import { trace } from './trace.ts';

/** The first two minutes: what a new user sees, on the real machine and firmware. */
const SCENARIO = new URL('../../scenarios/arm/cca/start-here.tfw', import.meta.url);
const PAGE = 0x8800_0000;
const FAULT = stopsOn([], [{ id: 1, kinds: ['gpc_fault'] }]);

let program: Program;
beforeAll(() => {
  const files = { read: (uri: string) => (uri === SCENARIO.href ? readFileSync(SCENARIO, 'utf8') : undefined) };
  const compiled = compile(files, SCENARIO.href);
  if (!compiled.program) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  program = compiled.program;
}, 60_000);

const worlds = (engine: Engine): string[] =>
  engine.worlds().map(({ state, where, status }) => `${program.platform.architecture.states[state].name} ▸ ${where}, ${status}`);
/** The first word of a statement of the host, by its source. */
function statement(text: string): WordInfo {
  const lines = program.sources.get(program.uri)?.split('\n') ?? [];
  const line = lines.findIndex((each) => each.includes(text));
  const found = [...program.dictionary.values()].find(
    ({ range, statement }) => statement && range.uri === program.uri && range.line === line,
  );
  if (!found) throw new Error(`no statement ${text}`);
  return found;
}

/** Registers, the memory of all images, tags, events and what is shown. */
function state(engine: Engine): object {
  const { machine } = engine;
  const images = program.images.flatMap(({ base, image }) => Array.from({ length: image.size / 4096 }, (_, i) => base / 4096 + i));
  return {
    cores: machine.cores.map(({ regs, pc, state, status }) => ({ regs: [...regs], pc, state, status })),
    memory: images.map((page) => hash(machine.memory.page(page).bytes)),
    tags: machine.units.map((unit) => unit.ranges(0, 2 ** 32)),
    events: engine.events(0, engine.eventCount),
    stack: texts(engine),
    worlds: worlds(engine),
  };
}

describe('the host reads a page it gave away', () => {
  it('stops at the entry with RMM parked', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [program.entries[0].word] }])));
    expect(worlds(engine)).toEqual(['Non-secure EL2 ▸ host.main, running', 'Realm EL2 ▸ rmm, parked']);
    expect(texts(engine)).toEqual(['host.main']);
  });

  it('stops on the fault, with the statement that faulted below its vector', () => {
    const engine = createEngine(program);
    expect(drive(engine.run(FAULT))).toMatchObject({ hits: [{ event: { kind: 'gpc_fault', pa: PAGE } }] });
    expect(texts(engine)).toEqual(['host.sync_same_el', 'data abort from Non-secure EL2', 'host.main']);
    expect(engine.stack(0)[2].word?.range.line).toBe(statement('let stolen').range.line);
  });

  it('travels to the store that took the page, under one stack across three worlds', () => {
    const engine = createEngine(program);
    drive(engine.run(FAULT));
    const writer = drive(engine.lastWrite({ kind: 'tag', pa: PAGE }));
    drive(engine.seek(writer?.step ?? 0));
    const stack = texts(engine).map((text) => text.replace(/^(bl31|rmm)\..*/, '$1'));
    const runs = stack.filter((text, i) => text !== stack[i - 1]);
    expect(runs).toEqual(['bl31', 'SMC from Realm EL2', 'rmm', 'SMC from Non-secure EL2', 'host.main']);
    const [unit] = engine.machine.units;
    const before = unit.tagAt(PAGE);
    drive(engine.seek((writer?.step ?? 0) + 1));
    expect([before, unit.tagAt(PAGE)]).toEqual([9, 11]);
  });

  it('explains the fault by the access that was refused', () => {
    const engine = createEngine(program);
    drive(engine.run(FAULT));
    const found = drive(engine.explainLastFault());
    expect(found?.explanation.accesses.at(-1)?.fault).toContain('granule is Realm');
  });

  it('passes', () => {
    const engine = createEngine(program);
    expect(drive(engine.run(NO_STOPS))).toEqual({ kind: 'end' });
    expect(engine.verdict()).toEqual({ passed: true, reasons: [] });
  });

  it('is stepped over, into and out of like one program', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [statement('let status')] }])));
    const before = engine.position;
    drive(engine.step('over', 'statement', 0, NO_STOPS));
    expect(engine.stack(0)[0].word?.range.line).toBe(statement('expect status').range.line);
    drive(engine.stepBack('over', 'statement', 0));
    expect(engine.position).toBe(before);
    drive(engine.step('into', 'statement', 0, NO_STOPS));
    expect(texts(engine)).toEqual(['bl31.sync_lower', 'SMC from Non-secure EL2', 'host.main']);
    drive(engine.step('out', 'statement', 0, NO_STOPS));
    expect(texts(engine)).toEqual(['host.main']);
    drive(engine.stepBack('out', 'statement', 0));
    expect(drive(engine.stepBack('into', 'instruction', 0)).kind).toBe('step');
  });

  it('reads as one flow', () => {
    const lines: string[] = [];
    drive(
      trace(createEngine(program), { verbose: false, names: namesOf(program), limit: 1_000_000 }, ({ depth, text }) =>
        lines.push('  '.repeat(depth) + text),
      ),
    );
    const flow = lines.slice(lines.findIndex((line) => line.includes('RMI_GRANULE_DELEGATE')));
    expect(flow[0]).toBe('host.main  smc RMI_GRANULE_DELEGATE(0x8800_0000)');
    expect(flow[1]).toBe('  bl31.sync_lower');
    expect(flow).toContain('host.main  → 0x0');
    expect(flow.slice(-2)).toEqual([
      'host.main  GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm',
      '  host.sync_same_el  finished in Non-secure EL2',
    ]);
  });

  it('is the same at a position however it is reached', () => {
    const travelled = createEngine(program);
    drive(travelled.run(NO_STOPS));
    const end = travelled.position;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: end }), (position) => {
        const fresh = createEngine(program);
        drive(fresh.run(NO_STOPS, position));
        drive(travelled.seek(position));
        expect(state(travelled)).toEqual(state(fresh));
      }),
      { numRuns: 4, examples: [[end], [0]] },
    );
  });

  it('stops backward where it stopped forward, whatever the stops', () => {
    const words = [...program.dictionary.values()].filter(({ fn }) => fn.name !== 'reset' && fn.image !== 'bl31');
    const stopsOf = (go: () => ReturnType<Engine['run']>, engine: Engine): number[] => {
      const positions: number[] = [];
      while (drive(go()).kind === 'stop') positions.push(engine.position);
      return positions;
    };
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (picks) => {
        const stops = stopsOn([{ id: 1, words: picks.map((i) => words[i % words.length]) }], [{ id: 2, kinds: ['world_switch'] }]);
        const engine = createEngine(program);
        const forward = stopsOf(() => engine.run(stops), engine);
        const backward = stopsOf(() => engine.reverse(stops), engine);
        expect(backward.reverse()).toEqual(forward);
      }),
      { numRuns: 3 },
    );
  });
});
