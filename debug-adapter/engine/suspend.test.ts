import { describe, expect, it } from 'vitest';
import { compile, type Program, type WordInfo } from '../../language/index.ts';
import { drive, NO_STOPS, stopsOn, texts } from './fixture/drive.ts';
import { createEngine } from './run.ts';

const URI = 'file:///suspend.tfw';

/** EL3 keeps SP_EL3 on a context and its frames on SP_EL0; its routine waits while the host runs, and is resumed by the vector. */
const TEXT = `
image monitor in Root.EL3 {
    var slot: [u64; 3]
    var stacks: [u64; 512]
    var host: [u64; 4]
    entry reset {
        VBAR_EL3 = vectors
        SP_EL0 = (&stacks[0] + 512) as u64
        SPSel = 0
        boot()
        finish
    }
    fn boot() {
        let first = enter(1)
        expect first == 7
        let second = enter(2)
    }
    fn enter(turn: u64) -> u64 {
        SCR_EL3 = 1 << 10 | 1 << 8 | 1
        SPSR_EL3 = 0x3c9
        if turn == 1 { ELR_EL3 = host[0] }
        let answer = suspend(&slot) {
            SPSel = 1
            eret()
        }
        return answer
    }
    vector sync_lower {
        SP_EL0 = (&stacks[0] + 256) as u64
        SPSel = 0
        resume(&slot, x0)
    }
}
platform bare on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load monitor at 0x1000
    core 0 runs monitor.reset
    payload NS.EL2 at 0x10_0000 entry monitor.host
}
scenario "suspend" on bare {
    image host in NS.EL2 {
        fn main() { ask() }
        fn ask() {
            smc(7)
            smc(8)
        }
    }
    core 0 runs host.main
}`;

function build(): Program {
  const { program, diagnostics } = compile({ read: (uri) => (uri === URI ? TEXT : undefined) }, URI);
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return program;
}
const program = build();

function word(image: string, text: RegExp, nth = 0): WordInfo {
  const found = [...program.dictionary.values()].filter((each) => each.image === image && text.test(each.text))[nth];
  if (!found) throw new Error(`${image} has no ${text}`);
  return found;
}

describe('a function that waits in a suspend', () => {
  it('keeps its frames below whom it entered, although another stack pointer is selected', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [word('host', /^smc/)] }])));
    expect(texts(engine)).toEqual([
      'host.ask',
      'host.main',
      'exception return from Root EL3',
      'monitor.enter',
      'monitor.boot',
      'monitor.reset',
    ]);
    const waiting = engine.stack(0).find(({ text }) => text === 'monitor.enter');
    expect(waiting?.word?.text).toMatch(/^suspend/);
    expect(waiting?.eye.local(24)).toBe(1n);
  });

  it('is what the vector resumes, and the vector is gone', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [word('monitor', /^resume/)] }])));
    expect(texts(engine).slice(0, 3)).toEqual(['monitor.sync_lower', 'SMC from Non-secure EL2', 'host.ask']);
    drive(engine.step('over', 'statement', 0, NO_STOPS));
    expect(texts(engine)).toEqual(['monitor.enter', 'monitor.boot', 'monitor.reset']);
    expect(engine.worlds().map(({ where, status }) => `${where} ${status}`)).toEqual(['monitor.enter running', 'host parked']);
  });

  it('is one statement to step over', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [word('monitor', /^suspend/)] }])));
    const { line } = engine.stack(0)[0].word!.range;
    while (engine.stack(0)[0].word!.range.line < line + 3) drive(engine.step('over', 'statement', 0, NO_STOPS));
    expect(engine.stack(0)[0].word?.text).toMatch(/^return/);
    expect(texts(engine)[0]).toBe('monitor.enter');
  });

  it('goes on as itself when it waits a second time', () => {
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [word('host', /^smc/, 1)] }])));
    expect(texts(engine).slice(0, 4)).toEqual(['host.ask', 'host.main', 'exception return from Root EL3', 'monitor.enter']);
    expect(engine.stack(0)[3].eye.local(24)).toBe(2n);
  });
});
