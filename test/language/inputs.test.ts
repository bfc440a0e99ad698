import { describe, expect, it } from 'vitest';
import { type CompileOptions, compile, listScenarios } from '../../language/index.ts';
import { BARE_PLATFORM, compileText, files, run, show, troubles, URI } from '../support/programs.ts';

const scenario = (members: string): string => `${BARE_PLATFORM}\nscenario "test" on bare {\n${members}\ncore 0 runs host.main\n}`;
const with_ = (text: string, options: CompileOptions) => compile(files({ [URI]: text }), URI, options);
const problems = (text: string, options: CompileOptions = {}): string[] =>
  with_(text, options).diagnostics.map((diagnostic) => show(diagnostic).replace(/^\S+ /, ''));

describe('an argument', () => {
  const TEXT = scenario(`
    /// Where to write.
    arg page: u64 = 0x20_0000
    arg count: u8 = 3
    arg twice = 1 << 4
    image host in Root.EL3 {
        fn main() {
            *(page as *u64) = count as u64 + twice
            expect sizeof([u8; twice]) == twice
        }
    }`);
  const word = (options: CompileOptions, at = 0x20_0000): bigint => {
    const { program } = with_(TEXT, options);
    return run(program!).machine.memory.read(at, 8);
  };

  it('is a constant with the value that the scenario says', () => {
    expect(word({})).toBe(19n);
  });

  it('has another value if whoever starts the scenario gives it one', () => {
    expect(word({ args: { page: 0x30_0000n, count: 255n, twice: 32n } }, 0x30_0000)).toBe(287n);
    expect(word({ args: { page: 0x30_0000n } })).toBe(0n);
  });

  it('changes the program, not the file', () => {
    const [plain, other, again] = [{}, { args: { count: 4n } }, {}].map((options) => with_(TEXT, options).program!.hash);
    expect(other).not.toBe(plain);
    expect(again).toBe(plain);
  });

  it('is listed with its name, type, value and purpose', () => {
    const [{ args }] = listScenarios(files({ [URI]: TEXT }), URI);
    expect(args.map(({ name, type, value, summary }) => [name, type.kind, value, summary])).toEqual([
      ['page', 'int', 0x20_0000n, 'Where to write.'],
      ['count', 'int', 3n, ''],
      ['twice', 'literal', 16n, ''],
    ]);
  });

  it('has to exist, and its value to fit it', () => {
    expect(problems(TEXT, { args: { pgae: 1n } })).toEqual(['TFW405 Scenario "test" has no argument `pgae`; did you mean `page`?']);
    expect(problems(TEXT, { args: { zzz: 1n } })).toEqual([
      'TFW405 Scenario "test" has no argument `zzz`; it has `page`, `count`, `twice`.',
    ]);
    expect(problems(TEXT, { args: { count: 256n } })).toEqual(['TFW405 `count` cannot be 256, which does not fit 8 bits.']);
    expect(problems(TEXT, { args: { count: -1n } })).toEqual(['TFW405 `count` cannot be -1, which does not fit 8 bits.']);
  });

  it('has to suit what depends on it', () => {
    expect(problems(TEXT, { args: { twice: 0n } })).toEqual([expect.stringMatching(/^TFW206 An array has at least one element/)]);
  });

  it('is a constant, and nothing can be assigned to it', () => {
    const bad = scenario('arg a = x0\nimage host in Root.EL3 { fn main() { a = 2 } }');
    expect(problems(bad)).toEqual([
      expect.stringMatching(/^TFW205 The value of `a` is known before anything runs/),
      'TFW203 `a` is an argument of the scenario: a constant.',
    ]);
  });
});

describe('seeds', () => {
  const HOST = 'image host in Root.EL3 { fn main() { } }';
  const seeds = (text: string) => listScenarios(files({ [URI]: text }), URI)[0].seeds;

  it('are listed one by one, ranges with both ends', () => {
    expect(seeds(scenario(`seeds 1..4, 9, 3\n${HOST}`))).toEqual([1, 2, 3, 4, 9]);
    expect(seeds(scenario(HOST))).toEqual([]);
  });

  it('decide the schedule, unless one is given', () => {
    const machine = (text: string, options: CompileOptions = {}) => with_(text, options).program!.createMachine().options;
    const plain = scenario(HOST);
    const listed = scenario(`seeds 5..6\n${HOST}`);
    expect(machine(plain)).toMatchObject({ schedule: 'roundRobin', seed: 1 });
    expect(machine(listed)).toMatchObject({ schedule: { seed: 5 }, seed: 5 });
    expect(machine(listed, { seed: 6 })).toMatchObject({ schedule: { seed: 6 }, seed: 6 });
    expect(machine(plain, { seed: 7 })).toMatchObject({ schedule: { seed: 7 }, seed: 7 });
    expect(machine(listed, { seed: 7, schedule: 'roundRobin' })).toMatchObject({ schedule: 'roundRobin', seed: 7 });
    expect(machine(plain, { schedule: { seed: 8 } })).toMatchObject({ schedule: { seed: 8 }, seed: 8 });
  });

  it('are numbers that a schedule can take', () => {
    expect(problems(scenario(`seeds 4..1\n${HOST}`))).toEqual(['TFW206 The range is empty: its first seed is above its last.']);
    expect(problems(scenario(`seeds 0\n${HOST}`))).toEqual(['TFW206 A seed is 1 to 0xffffffff.']);
    expect(problems(scenario(`seeds 0x1_0000_0000\n${HOST}`))).toEqual(['TFW206 A seed is 1 to 0xffffffff.']);
    expect(problems(scenario(`seeds 1..2000\n${HOST}`))).toEqual(['TFW206 A scenario is tested under 1000 seeds at most.']);
    expect(problems(scenario(`seeds 1\nseeds 2\n${HOST}`))).toEqual(['TFW102 The seeds are already listed; separate them by commas.']);
  });
});

describe('where debugging begins', () => {
  const text = (from: string) =>
    `${BARE_PLATFORM}\nscenario "test" on bare {\nimage host in Root.EL3 { fn main() { x0 = 1 } }\ncore 0 runs host.main${from}\n}`;

  it('is the first statement of what a core runs', () => {
    const [{ core, word }] = compileText(text('')).entries;
    expect([core, word.image, word.fn.name, word.text]).toEqual([0, 'host', 'main', 'x0 = 1']);
  });

  it('is reset with `from reset`', () => {
    const program = compileText(text(' from reset'));
    const [{ core, word }] = program.entries;
    expect([core, word.image, word.fn.name]).toEqual([0, 'loader', 'reset']);
    expect(program.createMachine().cores[0].upcoming()).toBe(word);
    expect(troubles(run(program))).toEqual([]);
  });
});
