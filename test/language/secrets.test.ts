import { describe, expect, it } from 'vitest';
import { namesOf } from '../../debug-adapter/names.ts';
import { compile, type Program } from '../../language/index.ts';
import { describeEvent, type Event } from '../../machine/index.ts';
import { compileText, files, run, show, URI } from '../support/programs.ts';

/** EL3 runs `prepare` and then goes to the host at Non-secure EL2; nothing protects memory. */
const scenario = (prepare: string, host: string, members = ''): string => `
platform board on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next
    payload NS.EL2 at 0x20_0000
}
image loader in Root.EL3 {
    var next: [u64; 1]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[0]
        eret()
    }
}
const BOX: u64 = 0x30_0000
scenario "test" on board {
    secret key: [u64; 4] known to Root.EL3, Realm.EL2
    secret pin: u64 known to Root.EL3
    ${members}
    image monitor in Root.EL3 {
        entry start {
            ${prepare}
            SCR_EL3 = 0x401
            SPSR_EL3 = 0x3c9
            ELR_EL3 = host.entry
            eret()
        }
    }
    image host in NS.EL2 {
        fn main() {
            ${host}
        }
    }
    core 0 runs monitor.start
}`;
const STORE = `*(BOX as *u64) = key[0]
            *((BOX + 8) as *u64) = key[1]
            *((BOX + 16) as *u64) = 42
            *((BOX + 24) as *u64) = ~key[2]`;

function leaks(program: Program): string[] {
  const { events } = run(program);
  return events.filter((event) => event.kind === 'leak').map((event) => describeEvent(event, namesOf(program)));
}
const leaksOf = (prepare: string, host: string): string[] => leaks(compileText(scenario(prepare, host)));

describe('a secret', () => {
  it('may be loaded and held by states that it is known to', () => {
    expect(leaksOf(`${STORE}\nx1 = *(BOX as *u64)\nx2 = key[0]\nx1 = 0\nx2 = 0`, 'finish')).toEqual([]);
  });

  it('leaks when another state loads it', () => {
    expect(leaksOf(STORE, 'let stolen = *((BOX + 8) as *u64)\nfinish')).toEqual(['leak: Non-secure EL2 loads key[1]']);
  });

  it('leaks when a byte of it is loaded, and when the loaded bytes are its own at another alignment', () => {
    expect(leaksOf(STORE, 'let part = *((BOX + 11) as *u8)\nfinish')).toEqual(['leak: Non-secure EL2 loads key[1]']);
    expect(leaksOf('*((BOX + 4) as *u64) = key[3]', 'let whole = *((BOX + 4) as *u64)\nfinish')).toEqual([
      'leak: Non-secure EL2 loads key[3]',
    ]);
  });

  it('does not leak when what is beside it is loaded', () => {
    expect(leaksOf(STORE, 'let beside = *((BOX + 16) as *u64)\nlet above = *((BOX + 20) as *u32)\nfinish')).toEqual([]);
  });

  it('leaks when another state is entered while a register holds it, each time', () => {
    expect(leaksOf('x5 = key[2]\nx6 = pin', 'finish')).toEqual([
      'leak: Non-secure EL2 holds in x5 key[2]',
      'leak: Non-secure EL2 holds in x6 pin[0]',
    ]);
    expect(leaksOf('x5 = key[2]\nx5 = 0', 'finish')).toEqual([]);
  });

  it('leaks from a register of a level that is entered, but not from one that cannot be read there', () => {
    expect(leaksOf('TPIDR_EL2 = key[2]', 'finish')).toEqual(['leak: Non-secure EL2 holds in TPIDR_EL2 key[2]']);
    expect(leaksOf('TPIDR_EL3 = key[2]', 'finish')).toEqual([]);
  });

  it('leaks when another state makes it out of something else', () => {
    expect(leaksOf(STORE, 'x3 = ~(*((BOX + 24) as *u64))\nfinish')).toEqual(['leak: Non-secure EL2 holds in x3 key[2]']);
  });

  it('does not leak by a word that faults', () => {
    expect(leaksOf(STORE, 'x3 = *(BOX as *u64) & *(0x800_0000 as *u64)\nfinish')).toEqual([]);
  });

  it('leaks on the bus when another master reads it, whole or in part', () => {
    const program = compileText(scenario(STORE, 'finish'));
    const { machine } = run(program);
    const events: Event[] = [];
    machine.sink = (event) => events.push(event);
    const [core] = machine.cores;
    const NS_EL2 = 1;
    const ROOT_EL3 = 0;
    machine.secrets!.readOnBus(core, NS_EL2, 0x30_0000, 32);
    expect(events.map((event) => describeEvent(event, namesOf(program)))).toEqual([
      'leak: Non-secure EL2 sees on the bus key[0]',
      'leak: Non-secure EL2 sees on the bus key[1]',
    ]);
    events.length = 0;
    machine.secrets!.readOnBus(core, NS_EL2, 0x30_0010, 8);
    machine.secrets!.readOnBus(core, ROOT_EL3, 0x30_0000, 8);
    expect(events).toEqual([]);
    machine.secrets!.readOnBus(core, NS_EL2, 0x30_0003, 1);
    expect(events).toHaveLength(1);
  });
});

describe('the words of a secret', () => {
  const TEXT = scenario(STORE, 'finish', 'seeds 1..5');
  const stored = (seed: number) => {
    const { program } = compile(files({ [URI]: TEXT }), URI, { seed });
    const { machine } = run(program!);
    return [machine.memory.read(0x30_0000, 8), machine.memory.read(0x30_0008, 8)];
  };

  it('derive from the seed of the run, and from nothing else', () => {
    const runs = [1, 2, 3, 4, 5].map(stored);
    expect(new Set(runs.flat()).size).toBe(10);
    expect([1, 2, 3, 4, 5].map(stored)).toEqual(runs);
  });

  it('leak under every seed, and stay where they belong under every seed', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const compiled = (host: string) => compile(files({ [URI]: scenario(STORE, host) }), URI, { seed }).program!;
      expect(leaks(compiled('let stolen = *(BOX as *u64)\nfinish'))).toEqual(['leak: Non-secure EL2 loads key[0]']);
      expect(leaks(compiled('finish'))).toEqual([]);
    }
  });

  it('stand nowhere in the code', () => {
    const images = (seed: number) => compile(files({ [URI]: TEXT }), URI, { seed }).program!.images.map(({ image }) => [...image.bytes]);
    expect(images(1)).toEqual(images(2));
    const [image] = compileText(TEXT).images.filter((each) => each.image.name === 'monitor');
    expect(image.image.words.find((word) => word?.statement)?.text).toBe('u64[0x300000] = secret key[0]');
  });

  it('are named by an index that may be computed, and wraps round', () => {
    const program = compileText(scenario('*(BOX as *u64) = key[x1 + 5]\n*((BOX + 8) as *u64) = key[1]', 'finish'));
    const { machine } = run(program);
    expect(machine.memory.read(0x30_0000, 8)).toBe(machine.memory.read(0x30_0008, 8));
  });
});

describe('what a scenario may say of a secret', () => {
  const problems = (text: string): string[] =>
    compile(files({ [URI]: text }), URI).diagnostics.map((diagnostic) => show(diagnostic).replace(/^\S+ /, ''));

  it('is that it never leaks, or that it does', () => {
    const program = (members: string, host = 'let stolen = *(BOX as *u64)\nfinish') => compileText(scenario(STORE, host, members));
    const matches = (members: string, host?: string) => {
      const { events } = run(program(members, host));
      return program(members, host).expectations.map(({ matches: test }) => events.some(test));
    };
    const members =
      'expect never leak(key)\nexpect event leak(key, from == NS.EL2 && index == 0)\nexpect never leak(pin)\nexpect never leak';
    expect(matches(members)).toEqual([true, true, false, true]);
    expect(matches(members, 'finish')).toEqual([false, false, false, false]);
  });

  it('is checked: who knows it, what it is made of, where it is named', () => {
    const say = (members: string, host = 'finish') => problems(scenario('x1 = 0', host, members));
    expect(say('', 'x1 = key[0]')).toEqual(['TFW308 `key` is not known to NS.EL2, in which image `host` runs.']);
    expect(say('secret a: u64 known to NS.EL9')).toEqual(['TFW103 Arm has no state `NS.EL9`; did you mean `NS.EL2`?']);
    expect(say('secret a: u64 known to')).toEqual([expect.stringMatching(/^TFW001 Expected a name/)]);
    expect(say('secret a: u32 known to NS.EL2')).toEqual(['TFW201 `a` is made of words: `u64` or `[u64; N]`, found `u32`.']);
    expect(say('secret a: [u64; 600] known to NS.EL2')).toEqual(['TFW206 A secret has 512 words at most.']);
    expect(say('secret a: [u64; 2] known to NS.EL2', 'x1 = a[2]')).toEqual(['TFW206 There is no element 2: the array has 2.']);
    expect(say('secret a: [u64; 2] known to NS.EL2', 'a[0] = 2')).toEqual([
      'TFW203 `a` is a secret: its words can only be read, one by one.',
    ]);
    expect(say('expect never smc(key)')).toEqual([
      expect.stringMatching(/^TFW201 A condition on an event wants a condition/),
      expect.stringMatching(/^TFW205/),
    ]);
    expect(say('expect event smc(x1 == key[0])')).toEqual([expect.stringMatching(/^TFW205 `key` is not known where only an event/)]);
  });

  it('reaches functions that images share', () => {
    const text = scenario('x1 = 0', 'x1 = read()\nfinish', 'fn read() -> u64 { return pin }');
    expect(problems(text)).toEqual(['TFW308 `pin` is not known to NS.EL2, in which image `host` runs.']);
  });
});

describe('a machine without secrets', () => {
  it('has nothing of them in the way of its loads', () => {
    const machine = compileText(scenario('x1 = 0', 'finish').replace(/^ *secret.*$/gm, '')).createMachine();
    expect(machine.secrets).toBeNull();
    expect(Object.hasOwn(machine.cores[0], 'load')).toBe(false);
  });
});
