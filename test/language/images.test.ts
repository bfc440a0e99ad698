import { describe, expect, it } from 'vitest';
import { compile, compileExpression } from '../../language/index.ts';
import { BARE_PLATFORM, compileText, files, run, show, troubles, URI } from '../support/programs.ts';

const PLATFORM = `
image loader in Root.EL3 {
    var next: [u64; 4]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[0]
        eret()
    }
}
platform board on arm_rme {
    cores 3
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next secondaries turn_on
    payload NS.EL1 at 0x40_0000
}
const NOTES: u64 = 0x80_0000
fn turn_on(core: u64, address: u64) {
    *(NOTES as *u64) += 1
    *((NOTES + core * 8) as *u64) = address
}
`;

const scenario = (members: string, on = 'board'): string => `${PLATFORM}\nscenario "test" on ${on} {\n${members}\n}`;
const problems = (text: string): string[] =>
  compile(files({ [URI]: text }), URI).diagnostics.map((diagnostic) => show(diagnostic).replace(/^\S+ /, ''));

const GUEST = `image guest in NS.EL1 {
    var answer: u64 = 7
    fn main() { answer = 42 }
}`;

describe('an image as a value', () => {
  it('has the address it was loaded at, its bytes, and the address where it is entered', () => {
    const program = compileText(
      scenario(`${GUEST}
        image host in Root.EL3 {
            fn main() {
                expect guest.base == 0x40_0000
                expect guest.size == 0x4000
                expect guest.entry == guest.base
                expect host.base == 0x10_0000 && host.entry > host.base
                finish
            }
        }
        core 0 runs host.main`),
    );
    expect(program.images.find(({ image }) => image.name === 'guest')?.image.size).toBe(0x4000);
    expect(troubles(run(program))).toEqual([]);
  });

  it('is entered at its first `entry`, if it has one', () => {
    const program = compileText(
      scenario(`image guest in NS.EL1 {
            fn main() { finish }
            entry second_thought { finish }
        }
        image host in Root.EL3 { fn main() { expect guest.entry == guest.base } }
        core 0 runs host.main`),
    );
    expect(troubles(run(program))).toEqual([]);
    expect(program.images.find(({ image }) => image.name === 'guest')?.image.functions.some(({ kind }) => kind === 'start')).toBe(false);
  });

  it('of a module is loaded because a scenario names it', () => {
    const program = compileText(
      `${GUEST}\n${scenario('image host in Root.EL3 { fn main() { expect guest.base == 0x40_0000 } }\ncore 0 runs host.main')}`,
    );
    expect(program.images.map(({ image }) => image.name)).toEqual(['loader', 'host', 'guest']);
    expect(troubles(run(program))).toEqual([]);
  });

  it('of the platform is what replaces it', () => {
    const text = `image other in Root.EL3 { entry reset { SPSR_EL3 = 0xd\n ELR_EL3 = next[0]\n eret() }\nvar next: [u64; 4]\nvar room: [u64; 512] }
platform mine extends board { load other at 0x6_0000 replaces loader }\n${scenario(
      'image host in Root.EL3 { fn main() { expect loader.base == 0x6_0000 && loader.base == other.base } }\ncore 0 runs host.main',
      'mine',
    )}`;
    expect(troubles(run(compileText(text)))).toEqual([]);
  });

  it('changes the words that name it when it moves', () => {
    const text = scenario(`${GUEST}\nimage host in Root.EL3 { fn main() { let at = guest.base } }\ncore 0 runs host.main`);
    const word = (source: string) =>
      compileText(source)
        .images.flatMap(({ image }) => image.words)
        .find((w) => w?.statement && w.image === 'host');
    const moved = word(text.replace('at 0x40_0000', 'at 0x50_0000'));
    expect(moved?.text).toContain('0x500000');
    expect(moved?.hash).not.toBe(word(text)?.hash);
  });

  it('is a number in the debugger too, and none if it is not loaded', () => {
    const program = compileText(
      `image elsewhere in NS.EL1 { fn main() { } }\n${scenario(`${GUEST}\nimage host in Root.EL3 { fn main() { } }\ncore 0 runs host.main`)}`,
    );
    const [core] = program.createMachine().cores;
    const found = compileExpression(program, 'guest.base + guest.size');
    expect('evaluate' in found && found.evaluate(core)).toBe(0x40_4000n);
    expect(compileExpression(program, 'elsewhere.base')).toMatchObject([{ code: 'TFW402', message: 'Image `elsewhere` is not loaded.' }]);
  });

  it('has nothing else to name', () => {
    const host = (e: string) => scenario(`${GUEST}\nimage host in Root.EL3 { fn main() { let a = ${e} } }\ncore 0 runs host.main`);
    expect(problems(host('guest.bsae'))).toEqual(['TFW101 Image `guest` has no `bsae`; did you mean `base`?']);
    expect(problems(host('guest'))).toEqual(['TFW201 `guest` is an image; name its `base`, `size` or `entry`.']);
    expect(problems(host('guest.answer'))).toEqual([
      'TFW304 Nothing of image `guest` can be used from here; images talk by monitor calls.',
    ]);
    expect(problems(host('guest.base + 1').replace('let a', 'guest.base'))).toEqual([expect.stringMatching(/^TFW203/)]);
  });
});

describe('an image that no core runs', () => {
  it('begins with start code for its `main`: stack, vectors, call, finish', () => {
    const program = compileText(
      scenario(`image guest in NS.EL1 {
            fn main() { finish }
            vector sync_same_el { finish }
        }
        image host in Root.EL3 { fn main() { let at = guest.entry } }
        core 0 runs host.main`),
    );
    const guest = program.images.find(({ image }) => image.name === 'guest')!.image;
    const start = guest.functions.find(({ kind }) => kind === 'start')!;
    expect(start.from).toBe(0);
    expect(guest.words.slice(0, start.to).map((word) => word?.text.replace(/ .*/, ''))).toEqual(['SP_EL1', 'VBAR_EL1', 'call', 'finish']);
  });

  it('cannot be run by a core where nothing hands over', () => {
    expect(problems(scenario(`${GUEST}\ncore 0 runs guest.main`))).toEqual([
      'TFW402 Nothing hands a core over to images in `NS.EL1` on this platform; a core runs what starts `guest`.',
    ]);
  });
});

describe('cores', () => {
  const HOST = 'image host in Root.EL3 { fn main() { finish }\nfn other() { finish } }';

  it('are as many as the scenario runs something on, or as it says', () => {
    const cores = (members: string) => compileText(scenario(`${HOST}\n${members}`)).createMachine().cores.length;
    expect(cores('core 0 runs host.main')).toBe(1);
    expect(cores('core 0 runs host.main\ncore 2 runs host.other')).toBe(3);
    expect(cores('cores 2\ncore 0 runs host.main')).toBe(2);
  });

  it('are at most what the platform has', () => {
    expect(problems(scenario(`${HOST}\ncores 4\ncore 0 runs host.main`))).toEqual([
      'TFW402 Platform `board` has cores 0 to 2, so not 4 of them.',
    ]);
    expect(problems(scenario(`${HOST}\ncores 0\ncore 0 runs host.main`))).toEqual([
      'TFW402 Platform `board` has cores 0 to 2, so not 0 of them.',
    ]);
    expect(problems(scenario(`${HOST}\ncore 3 runs host.main`))).toEqual(['TFW402 Platform `board` has cores 0 to 2.']);
    expect(problems(scenario(`${HOST}\ncores 1\ncore 0 runs host.main\ncore 1 runs host.main`))).toEqual([
      'TFW402 The scenario has only core 0.',
    ]);
    expect(problems(`${BARE_PLATFORM}\nscenario "t" on bare { ${HOST.replace('\n', ';')}\ncore 1 runs host.main }`)).toEqual([
      'TFW402 Platform `bare` has only core 0.',
    ]);
  });
});

describe('secondary cores', () => {
  const HOST = `image host in Root.EL3 {
    fn main() {
        expect *(NOTES as *u64) == 2
        let first = *((NOTES + 8) as *u64)
        let second = *((NOTES + 16) as *u64)
        expect first != second && first > host.base && second > host.base
    }
    fn other() { finish }
    fn third() { finish }
}`;

  it('are turned on by the start code of core 0, before its function runs', () => {
    const program = compileText(scenario(`${HOST}\ncore 0 runs host.main\ncore 1 runs host.other\ncore 2 runs host.third`));
    expect(troubles(run(program))).toEqual([]);
  });

  it('start where their own start code stands', () => {
    const program = compileText(scenario(`${HOST}\ncore 0 runs host.main\ncore 1 runs host.main\ncore 2 runs host.third`));
    const { machine } = run(program);
    const { base, image } = program.images.find((i) => i.image.name === 'host')!;
    for (const [at, callee] of [
      [1, 'main'],
      [2, 'third'],
    ] as const) {
      const entry = (Number(machine.memory.read(0x80_0000 + 8 * at, 8)) - base) / 4;
      const words = image.words.slice(entry, entry + 3);
      expect(words[0]?.text).toMatch(/^SP_EL3 = /);
      const call = words.find((word) => word?.text.startsWith('call'))!;
      const distance = Number(/call \+?(-?\d+|-?0x[0-9a-f]+)/.exec(call.text)?.[1]);
      expect(image.functions.find(({ from }) => from === call.index + distance)?.name).toBe(callee);
    }
  });

  it('need a core 0 that runs a function', () => {
    expect(problems(scenario(`${HOST}\ncore 1 runs host.main`))).toEqual([
      'TFW402 Core 1 is turned on by generated start code of core 0, so core 0 has to run a function of the same state.',
    ]);
  });

  it('are turned on by a function that takes a core and an address', () => {
    const text = scenario(`${HOST}\ncore 0 runs host.main`);
    expect(problems(text.replace('secondaries turn_on', 'secondaries turn_of'))).toEqual([
      'TFW101 There is no function `turn_of`; did you mean `turn_on`?',
    ]);
    expect(problems(text.replace('fn turn_on(core: u64, address: u64)', 'fn turn_on(core: u64)').replace('= address', '= 1'))).toEqual([
      'TFW202 `turn_on` has to take two numbers: the core to turn on, and the address where it starts.',
    ]);
  });
});

describe('where images stand', () => {
  it('is in memory, and nowhere twice', () => {
    const text = `image far in Root.EL3 { fn f() { } }\nimage near in Root.EL3 { fn f() { } }
platform odd extends board { load far at 0x200_0000\nload near at 0x1000\nload third at 0x8_0800 }
image third in Root.EL3 { fn f() { } }\n${scenario('image host in Root.EL3 { fn main() { } }\ncore 0 runs host.main', 'odd')}`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^TFW401 Image `far` \(0x2000000 to 0x2001000\) does not lie in memory; there is ram 0x1000 to 0x1000000\.$/),
      expect.stringMatching(/^TFW401 Images `loader` and `near` overlap at 0x1000\.$/),
      expect.stringMatching(/^TFW401 Image `third` is loaded at 0x80800, which is no multiple of 4 KiB\.$/),
    ]);
  });
});
