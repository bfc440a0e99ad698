/** The machine by itself: plain statements, calls, world switches; under a debugger's eyes; and what a first F5 waits for. */
import { createEngine } from '../../debug-adapter/engine/run.ts';
import { compile, type Program } from '../../language/index.ts';
import { EVENTS, type EventKind } from '../../machine/index.ts';
import { BARE_PLATFORM, compileText, files, URI } from '../support/programs.ts';
import type { Bench } from './bench.ts';

const loop = (body: string, count: number): Program =>
  compileText(`${BARE_PLATFORM}
scenario "loop" on bare {
  image code in Root.EL3 {
    var cell: u64
    fn inc(v: u64) -> u64 { return v + 1 }
    fn main() {
      var a: u64 = 0
      for i in 0..${count} { ${body} }
    }
  }
  core 0 runs code.main
}`);

/** Runs a program to its end; the unit is a step. */
function steps(name: string, program: Program): Bench {
  return {
    name,
    unit: 'steps',
    run: () => {
      const machine = program.createMachine();
      while (machine.step());
      return machine.steps;
    },
  };
}

/** Runs a program in the debugger's engine, with a condition on every class of events that never holds; the unit is a step. */
function observed(name: string, program: Program): Bench {
  const kinds = Object.keys(EVENTS) as EventKind[];
  const events = kinds.map((kind, id) => ({ id, kinds: [kind], condition: () => false }));
  return {
    name,
    unit: 'steps',
    run: () => {
      const engine = createEngine(program);
      const work = engine.run({ words: [], events });
      while (!work.next().done);
      return engine.position;
    },
  };
}

const ROUNDS = 2000;
const HOST = `use firmware.arm.cca
scenario "version" on cca {
  image host in NS.EL2 { fn main() { for i in 0..${ROUNDS} { smc(RMI_VERSION, 0x1_0000) } } }
  core 0 runs host.main
}`;

/** The host's program, booted, and the position of its first statement. */
function booted() {
  const program = compileText(HOST);
  const machine = program.createMachine();
  const [{ word }] = program.entries;
  while (machine.next?.upcoming() !== word) machine.step();
  return { program, machine, snapshot: machine.snapshot() };
}

/** Non-secure → EL3 → Realm → EL3 → Non-secure with the full context, boot not counted. */
function roundTrips(): Bench {
  const { machine, snapshot } = booted();
  return {
    name: 'RMI_VERSION round trips, full context',
    unit: 'calls',
    run: () => {
      machine.restore(snapshot);
      while (machine.step());
      return ROUNDS;
    },
  };
}

/** What such a call costs whatever the computer: words, those of the host's loop included. */
function wordsOfRoundTrip(): Bench {
  const { machine, snapshot } = booted();
  return {
    name: 'words of a round trip',
    unit: 'words',
    quantity: true,
    run: () => {
      machine.restore(snapshot);
      while (machine.step());
      return (machine.steps - snapshot.step) / ROUNDS;
    },
  };
}

/** What F5 waits for, without the editor: compile, boot EL3 and RMM, reach the host's first statement. */
function firstStop(): Bench {
  return {
    name: 'compile and boot to the first statement of the host',
    unit: 'starts',
    run: () => {
      const { program } = compile(files({ [URI]: HOST }), URI);
      const machine = program!.createMachine();
      const [{ word }] = program!.entries;
      while (machine.next?.upcoming() !== word) machine.step();
      return 1;
    },
  };
}

export default [
  steps('plain statements: a += i', loop('a += i', 300_000)),
  steps('statics: cell += i', loop('cell += i', 300_000)),
  steps('calls: a = inc(a)', loop('a = inc(a)', 150_000)),
  observed('plain statements, every event class with a false condition', loop('a += i', 300_000)),
  roundTrips(),
  wordsOfRoundTrip(),
  observed('boot and round trips, every event class with a false condition', compileText(HOST)),
  firstStop(),
];
