/**
 * The engine on a run of 10 million steps over two cores that dirties 64 pages per 10 000 steps: what going backwards costs,
 * what the past takes, and what stops cost that do not stop.
 */
import {
  createEngine,
  type Engine,
  type EventStop,
  type StopSet,
  type Target,
  type WordStop,
  type Work,
} from '../../debug-adapter/index.ts';
import type { Program, WordInfo } from '../../language/index.ts';
import { compileText } from '../support/programs.ts';
import type { Bench } from './bench.ts';

const STEPS = 10_000_000;
const NONE: StopSet = { words: [], events: [] };

/** Each core goes over 8 MiB, a page every 150 of its steps; in between it calls, loops and counts. Core 0 makes one call that takes long. */
const TEXT = `
use firmware.arm.cca
scenario "long" on cca {
    cores 2
    image host in NS.EL2 {
        var rare: u64
        var beside: u64
        var count: u64
        var total: [u64; 2]
        fn mix(value: u64) -> u64 {
            var x = value
            for i in 0..16 { x = x ^ (x << 7) ^ i }
            return x
        }
        fn round(core: u64, from: u64, pages: u64) {
            for i in 0..pages {
                let page = (from + i * 4096) as *u64
                *page = *page + 1
                total[core] = mix(total[core] + i)
                total[core] = mix(total[core] + i)
                count += 1
                beside += 1
            }
        }
        fn long(core: u64) {
            for i in 0..2 { round(core, 0x8900_0000, 2048) }
        }
        fn main() {
            rare = 1
            for i in 0..8 { round(0, 0x8900_0000, 2048) }
            long(0)
            while true { round(0, 0x8900_0000, 2048) }
        }
        fn second() {
            while true { round(1, 0x8a00_0000, 2048) }
        }
    }
    core 0 runs host.main
    core 1 runs host.second
}`;

function done<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** EL3 that does nothing but return. */
const CALLS = `
image monitor in Root.EL3 {
    var host: [u64; 4]
    entry reset {
        VBAR_EL3 = vectors
        SCR_EL3 = 1 << 10 | 1 << 8 | 1
        SPSR_EL3 = 0x3c9
        ELR_EL3 = host[0]
        eret()
    }
    vector sync_lower { eret() }
}
platform bare on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load monitor at 0x1000
    core 0 runs monitor.reset
    payload NS.EL2 at 0x10_0000 entry monitor.host
}
scenario "calls" on bare {
    image host in NS.EL2 {
        fn main() { while true { smc(7) } }
    }
    core 0 runs host.main
}`;

let compiled: Program | undefined;
const program = (): Program => {
  compiled ??= compileText(TEXT);
  return compiled;
};

/** Words of a function of the host. */
const wordsOf = (program: Program, name: string): WordInfo[] =>
  [...program.dictionary.values()].filter(({ image, fn }) => image === 'host' && fn.name === name);
const statementOf = (program: Program, fn: string, source: string): WordInfo => {
  const lines = program.sources.get(program.uri)?.split('\n') ?? [];
  const found = wordsOf(program, fn).find(({ statement, range }) => statement && lines[range.line].includes(source));
  if (!found) throw new Error(`there is no ${source} in ${fn}`);
  return found;
};

function ran(steps: number): Engine {
  const engine = createEngine(program());
  done(engine.run(NONE, steps));
  return engine;
}
let shared: Engine | undefined;
let forward: Engine | undefined;
const long = (): Engine => {
  shared ??= ran(STEPS);
  return shared;
};

const timed = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

function percentile(times: number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The same numbers in every run: Park and Miller. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

const row = (name: string, unit: string, run: () => number): Bench => ({ name, unit, quantity: true, run });

/** Steps back at random positions, each after a travel that is not measured. */
function stepBacks(): number[] {
  const engine = long();
  const next = random(7);
  return Array.from({ length: 100 }, () => {
    done(engine.seek(200_000 + Math.floor(next() * (STEPS - 200_000))));
    return timed(() => done(engine.stepBack('over', 'statement', engine.machine.next?.id ?? 0)));
  });
}
let backs: number[] | undefined;
const backTimes = (): number[] => {
  backs ??= stepBacks();
  return backs;
};

function dirtied(): number {
  const engine = createEngine(program());
  done(engine.run(NONE, 1_000_000));
  const { memory } = engine.machine;
  memory.snapshot();
  let pages = 0;
  for (let i = 0; i < 100; i++) {
    done(engine.seek(engine.position));
    memory.snapshot();
    for (let step = 0; step < 10_000; step++) engine.machine.step();
    pages += memory.dirty().length;
  }
  return pages / 100;
}

function backOverLongCall(): number {
  const engine = long();
  const call = statementOf(engine.program, 'main', 'long(0)');
  done(engine.seek(0));
  done(engine.run({ words: [{ id: 1, words: [call] }], events: [] }));
  const from = engine.position;
  done(engine.step('over', 'statement', 0, NONE));
  const steps = engine.position - from;
  done(engine.seek(STEPS));
  done(engine.seek(from + steps));
  const time = timed(() => done(engine.stepBack('over', 'statement', 0)));
  if (Math.abs(engine.position - from) > 1) throw new Error(`back at ${engine.position} instead of ${from}`);
  if (steps < 900_000) throw new Error(`the call takes ${steps} steps`);
  return time;
}

/** Backwards to the start: for a condition that never holds on a word that is executed all the time, and for a word that never is. */
function reverseWithout(match: 'word' | 'condition'): number {
  const engine = long();
  done(engine.seek(STEPS));
  const word: WordStop =
    match === 'word'
      ? { id: 1, words: wordsOf(engine.program, 'second').slice(-1) }
      : { id: 1, words: [statementOf(engine.program, 'round', 'beside += 1')], condition: () => false };
  return timed(() => done(engine.reverse({ words: [word], events: [] })));
}

const place = (engine: Engine, name: string): Target => {
  const host = engine.program.images.find(({ image }) => image.name === 'host');
  const variable = host?.image.statics.find((each) => each.name === name);
  if (!host || !variable) throw new Error(`there is no ${name}`);
  return { kind: 'memory', pa: host.base + variable.offset, size: 8 };
};

/** `beside` stands on the same line as `rare`, and is stored to all the time. */
function lastWrite(name: string): number {
  const engine = long();
  done(engine.seek(STEPS));
  return timed(() => {
    if (done(engine.lastWrite(place(engine, name))) === undefined) throw new Error(`nobody wrote ${name}`);
  });
}

/** What is free when the engine is gone. */
function memoryOf(steps: number): number {
  shared = undefined;
  forward = undefined;
  const used = (): number => {
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let engine: Engine | undefined = ran(steps);
  if (engine.position !== steps) throw new Error('the run ended');
  const full = used();
  engine = undefined;
  return (full - used()) / 2 ** 20;
}

/** Statements that a run executes in its first 200 000 steps, those of the host first: they are executed all the time. */
function executed(program: Program): WordInfo[] {
  const machine = program.createMachine();
  const words = new Set<WordInfo>();
  while (machine.steps < 200_000) {
    const word = machine.next?.upcoming() as WordInfo | null;
    if (word?.statement) words.add(word);
    machine.step();
  }
  return [...words].sort((a, b) => Number(b.image === 'host') - Number(a.image === 'host'));
}

/** A stop on each of 1 000 statements, half of them executed and rejected by the core or by a condition. */
function stops(program: Program): StopSet {
  const met = executed(program);
  const idle = [...program.dictionary.values()].filter((word) => word.statement && !met.includes(word));
  const words = [...met.slice(0, 500), ...idle].slice(0, 1000);
  const stopOn = (word: WordInfo, id: number): WordStop => {
    if (id >= 500) return { id, words: [word] };
    return id % 2 === 0 ? { id, words: [word], core: 7 } : { id, words: [word], condition: (eye) => eye.read(0) === 1n << 63n };
  };
  return { words: words.map(stopOn), events: [] };
}

const RUN = 2_000_000;
let thousand: StopSet | undefined;
function continuing(name: string, set: (program: Program) => StopSet): Bench {
  return {
    name,
    unit: 'steps',
    prepare() {
      forward ??= ran(200_000);
      done(forward.seek(200_000));
    },
    run() {
      const engine = forward as Engine;
      done(engine.run(set(engine.program), RUN));
      return RUN;
    },
  };
}

function falseConditions(): number {
  const engine = createEngine(compileText(CALLS));
  done(engine.run(NONE, 10_000));
  let asked = 0;
  const smc: EventStop = {
    id: 1,
    kinds: ['smc'],
    condition: () => {
      asked++;
      return false;
    },
  };
  const time = timed(() => done(engine.run({ words: [], events: [smc] }, 500_000)));
  return (asked * 1000) / time;
}

export default [
  row('pages dirtied in 10 000 steps', 'pages', dirtied),
  row('step back at a random position of 10 million: p50', 'ms', () => percentile(backTimes(), 0.5)),
  row('step back at a random position of 10 million: p99', 'ms', () => percentile(backTimes(), 0.99)),
  row('back over a call of 1 million steps', 'ms', backOverLongCall),
  row('reverse over 10 million steps, no such word', 'ms', () => reverseWithout('word')),
  row('reverse over 10 million steps, false condition', 'ms', () => reverseWithout('condition')),
  row('last write of a hot word', 'ms', () => lastWrite('beside')),
  row('last write of a word beside it, at the start of the run', 'ms', () => lastWrite('rare')),
  continuing('continue without stops', () => NONE),
  continuing('continue with 1 000 stops', (program) => {
    thousand ??= stops(program);
    return thousand;
  }),
  row('false conditional SMC stops', 'stops/s', falseConditions),
  row('history of 10 million steps', 'MiB', () => memoryOf(STEPS)),
  row('history of 100 million steps', 'MiB', () => memoryOf(10 * STEPS)),
] satisfies Bench[];
