/** Stacks across worlds on the real firmware: Realms, interrupts, cores that are turned on, and steps over all of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine, type Frame, type Outcome, type StopSet, type Work } from '../debug-adapter/index.ts';
import type { Program } from '../language/index.ts';
import { compileText } from './support/programs.ts';

const FOLDER = new URL('../scenarios/arm/cca/', import.meta.url);
const NONE: StopSet = { words: [], events: [] };

function done<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const textOf = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');
const scenariosOf = (text: string): string[] => [...text.matchAll(/^scenario "([^"]+)"/gm)].map(([, name]) => name);
const open = (file: string, scenario: string): Engine => createEngine(compileText(textOf(`${file}.tfw`), scenario));

/** `bl31.sync_lower`, and labels in brackets. */
const spell = ({ kind, text }: Frame): string => (kind === 'label' ? `[${text}]` : text);
const stack = (engine: Engine, core = 0): string => engine.stack(core).map(spell).join(' < ');

/** Statements whose source line contains `text`. */
function at(program: Program, text: string, image?: string): StopSet {
  const line = (uri: string, number: number): string => program.sources.get(uri)?.split('\n')[number] ?? '';
  const words = [...program.dictionary.values()].filter(
    ({ statement, range, image: of }) => statement && (image ?? of) === of && line(range.uri, range.line).includes(text),
  );
  expect(words.length).toBeGreaterThan(0);
  return { words: [{ id: 1, words }], events: [] };
}

const runTo = (engine: Engine, text: string, image?: string): Outcome => done(engine.run(at(engine.program, text, image)));
/** The line of source that a core stands at. */
const here = (engine: Engine, core = 0): string => sourceOf(engine, engine.stack(core)[0]);
function sourceOf({ program }: Engine, { word }: Frame): string {
  return word ? (program.sources.get(word.range.uri)?.split('\n')[word.range.line] ?? '').trim() : '';
}

const RUNNING_REALM =
  '[exception return from Realm EL2] < rmm.run_realm < rmm.rec_run_loop < rmm.rec_enter_mapped < rmm.smc_rec_enter < ' +
  'rmm.handle_ns_smc < rmm.rmm_handler < rmm.rmm_entry < [SMC from Non-secure EL2] < host.rmi_rec_enter < host.kvm_rec_enter';

describe("the host's stack is the same before and after every SMC", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.tfw'));
  const cases = files.flatMap((file) => scenariosOf(textOf(file)).map((scenario) => [file, scenario]));

  it.each(cases)('%s: %s', { timeout: 60_000 }, (file, scenario) => {
    const engine = createEngine(compileText(textOf(file), scenario));
    const host = engine.machine.architecture.states.findIndex(({ id }) => id === 'NS.EL2');
    /** By core: what waits for an SMC to return, and where it is to go on. */
    const waiting = engine.machine.cores.map((): { readonly stack: readonly string[]; readonly pc: bigint }[] => []);
    const frames = (list: readonly Frame[]): string[] => list.map(({ text, sp }) => `${text} ${sp}`);
    const stops: StopSet = { words: [], events: [{ id: 1, kinds: ['smc', 'exception_return'] }] };
    for (let outcome = done(engine.run(stops)); outcome.kind === 'stop'; outcome = done(engine.run(stops))) {
      const [{ event }] = outcome.hits;
      if (event?.kind === 'smc' && event.from === host) {
        const all = engine.stack(event.core);
        const label = all.findIndex(({ kind }) => kind === 'label');
        expect(all[label].text).toBe('SMC from Non-secure EL2');
        waiting[event.core].push({ stack: frames(all.slice(label + 1)), pc: all[label + 1].pc + 4n });
      } else if (event?.kind === 'exception_return' && event.to === host) {
        const list = waiting[event.core];
        if (list.at(-1)?.pc !== engine.machine.cores[event.core].pc) continue;
        expect(frames(engine.stack(event.core))).toEqual(list.pop()?.stack);
      }
    }
    // A core that was turned off, or the system, does not come back.
    const gone = /turned off/.test(scenario);
    expect(waiting.flat().length === 0 || gone).toBe(true);
  });
});

describe('the stack of a Realm', () => {
  it('stands on the RMM that runs it and the host that asked for that, interrupted or not', () => {
    const engine = open('realm-interrupted', 'an interrupt while a Realm runs');
    const interrupt: StopSet = { words: [], events: [{ id: 1, kinds: ['interrupt'] }] };
    done(engine.run(interrupt));
    expect(stack(engine)).toBe(`rmm.irq_lower < [IRQ from Realm EL1] < guest.main < ${RUNNING_REALM} < host.main`);
    done(engine.stepBack('into', 'statement', 0));
    expect(stack(engine)).toBe(`guest.main < ${RUNNING_REALM} < host.main`);
    done(engine.run(interrupt));
    done(engine.run(interrupt));
    expect(stack(engine)).toBe('host.irq_same_el < [IRQ from Non-secure EL2] < host.local_irq_enable < host.main');
    // The guest is parked meanwhile, and goes on as the context that it was.
    const parked = engine.worlds().find(({ where, status }) => where === 'guest' && status === 'parked');
    runTo(engine, 'rsi_host_call(&call, 1, 0)');
    expect(stack(engine)).toBe(`guest.main < ${RUNNING_REALM} < host.kvm_rec_run < host.main`);
    expect(parked).toBeDefined();
    expect(engine.worlds().some(({ where, status }) => where === 'guest' && status === 'parked')).toBe(false);
  });

  it('has the handler of an exception that RMM injects above the statement that it is told of', () => {
    const engine = open('ripas-change', 'a Realm gives memory up and wants it back');
    runTo(engine, 'aborts += 1');
    expect(stack(engine)).toBe(
      `guest.sync_same_el < [data abort from Realm EL1] < guest.main < ${RUNNING_REALM} < host.kvm_rec_run < host.main`,
    );
    expect(sourceOf(engine, engine.stack(0)[2])).toContain('let gone');
    done(engine.step('out', 'statement', 0, NONE));
    expect(here(engine)).toContain('expect aborts == 1');
  });

  it('goes on, on another core, as the context that it was', () => {
    const text = `
use firmware.arm.cca
use firmware.arm.kvm
use firmware.arm.realm_guest
scenario "a REC moves" on cca {
    cores 2
    image guest in Realm.EL1 {
        var call: RsiHostCall
        fn main() { inner() }
        fn inner() {
            let first = rsi_host_call(&call, 1, 0)
            let second = rsi_host_call(&call, 2, 0)
            psci_system_off()
        }
    }
    image host in NS.EL2 {
        var kvm: Kvm
        var realm: KvmRealm
        var rec: KvmRec
        var ready: bool
        fn main() {
            kvm_init_rme(&kvm, 0x8800_0000, 16 MiB)
            kvm_create_realm(&kvm, &realm)
            kvm_populate_realm(&realm, REALM_RAM_BASE, guest.base, guest.size)
            kvm_create_rec(&realm, &rec, REALM_RAM_BASE, RMI_RUNNABLE)
            kvm_activate_realm(&realm)
            expect kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL
            ready = true
        }
        fn second() {
            while !ready { }
            rec.run.enter.gprs[0] = 0
            expect kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL
        }
    }
    core 0 runs host.main
    core 1 runs host.second
}`;
    const engine = createEngine(compileText(text));
    runTo(engine, 'let first =', 'guest');
    const born = engine.position;
    const work = engine.step('over', 'statement', 0, NONE);
    expect(done(work)).toEqual({ kind: 'step' });
    expect(here(engine, 1)).toContain('let second =');
    expect(stack(engine, 1)).toBe(`guest.inner < guest.main < ${RUNNING_REALM} < host.kvm_rec_run < host.second`);
    expect(done(engine.stepBack('over', 'statement', 1))).toEqual({ kind: 'step' });
    // Where core 0 arrived; the stop was when its turn came.
    expect(engine.position).toBe(born - 1);
    expect(here(engine)).toContain('let first =');
    expect(stack(engine, 0)).toBe(`guest.inner < guest.main < ${RUNNING_REALM} < host.kvm_rec_run < host.main`);
  });
});

describe('a core that is turned on again', () => {
  it('begins anew: nothing waits on it that waited before', () => {
    const engine = open('psci-cpu-on', 'a core is turned off and on again');
    const off: StopSet = {
      words: [],
      events: [{ id: 1, kinds: ['core_power'], condition: (event) => event.kind === 'core_power' && !event.on }],
    };
    done(engine.run(off));
    expect(stack(engine, 1)).toContain('host.second_entry');
    runTo(engine, 'context = x0');
    expect(stack(engine, 1)).toBe('host.second_entry');
    expect(engine.worlds().filter(({ core, status }) => core === 1 && status === 'waiting')).toEqual([]);
  });
});

describe('a statement that an interrupt comes before', () => {
  /** Before the first word of the guest's that an interrupt keeps from being executed. */
  function interrupted(): Engine {
    const engine = open('realm-interrupted', 'an interrupt while a Realm runs');
    done(engine.run({ words: [], events: [{ id: 1, kinds: ['interrupt'] }] }));
    done(engine.seek(engine.position - 1));
    expect(engine.machine.cores[0].willInterrupt()).toBe(true);
    return engine;
  }

  it('is stopped before once: when it is executed', () => {
    const engine = interrupted();
    const word = engine.stack(0)[0].word;
    if (!word) throw new Error('the guest has no word');
    const stops: StopSet = { words: [{ id: 1, words: [word] }], events: [] };
    expect(engine.hits(stops)).toEqual([]);
    const before = engine.position;
    done(engine.run(stops));
    expect(stack(engine)).toBe(`guest.main < ${RUNNING_REALM} < host.kvm_rec_run < host.main`);
    const first = engine.position;
    expect(first).toBeGreaterThan(before + 100);
    // The loop comes there again soon; backward it is the same two stops, and not the interrupted one.
    done(engine.run(stops));
    done(engine.reverse(stops));
    expect(engine.position).toBe(first);
    done(engine.reverse(stops));
    expect(engine.position).toBeLessThan(before);
  });

  it('is stepped over with all that the interrupt calls for, and back over it as well', () => {
    const engine = open('realm-interrupted', 'an interrupt while a Realm runs');
    runTo(engine, 'arch_timer_set_next_event_hyp(4000)');
    runTo(engine, 'local_irq_enable()');
    const before = engine.position;
    expect(done(engine.step('into', 'statement', 0, NONE))).toEqual({ kind: 'step' });
    // The unmasking statement is the last that is done before the interrupt.
    for (let i = 0; i < 5 && stack(engine).includes('local_irq_enable'); i++) done(engine.step('over', 'statement', 0, NONE));
    expect(stack(engine)).toBe('host.main');
    expect(here(engine)).toBe('expect ticks == 1');
    done(engine.stepBack('over', 'statement', 0));
    expect(engine.position).toBe(before);
  });
});

describe('a statement that faults and is done again', () => {
  it('is one step over, forward and back: whoever mends it is passed through', () => {
    const engine = open('realm-life', 'the whole life of a Realm');
    runTo(engine, '*letter = 0x6c6c_6f48_2061_7469');
    const before = engine.position;
    const faults = done(engine.countEvents(['translation_fault']));
    expect(done(engine.step('over', 'statement', 0, NONE))).toEqual({ kind: 'step' });
    expect(here(engine)).toContain('rsi_host_call(&call, 2');
    expect(done(engine.countEvents(['translation_fault']))).toBe(faults + 1);
    expect(done(engine.stepBack('over', 'statement', 0))).toEqual({ kind: 'step' });
    expect(engine.position).toBe(before);
  });
});

describe('a whole excursion', () => {
  it('is finished forward where its caller goes on, and backward where it was entered', () => {
    const engine = open('realm-life', 'the whole life of a Realm');
    runTo(engine, 'let answer = rsi_host_call(&call, 1, 42)');
    expect(done(engine.finishExcursionBack(0))).toEqual({ kind: 'step' });
    expect(stack(engine).startsWith('rmm.run_realm < ')).toBe(true);
    runTo(engine, 'let answer = rsi_host_call(&call, 1, 42)');
    expect(done(engine.finishExcursion(0, NONE))).toEqual({ kind: 'step' });
    expect(stack(engine).startsWith('rmm.run_realm < ')).toBe(true);
    expect(done(engine.finishExcursion(0, NONE))).toEqual({ kind: 'step' });
    expect(stack(engine)).toBe('host.rmi_rec_enter < host.kvm_rec_enter < host.kvm_rec_run < host.main');
  });

  it('is not there where nobody waits, which is said', () => {
    const engine = open('versions', 'the host asks for versions');
    runTo(engine, 'smc(', 'host');
    const { position } = engine;
    expect(done(engine.finishExcursion(0, NONE))).toMatchObject({ kind: 'step', note: expect.stringContaining('no excursion') });
    expect(engine.position).toBe(position);
  });
});

describe('just my image', () => {
  const own = (engine: Engine): ReadonlySet<string> =>
    new Set(engine.program.images.filter(({ image }) => image.library).map(({ image }) => image.name));

  it('steps into what is called through firmware, and not into the firmware, in both directions', () => {
    const engine = open('realm-life', 'the whole life of a Realm');
    runTo(engine, 'expect kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL');
    const skip = own(engine);
    expect([...skip].sort()).toEqual(['bl31', 'rmm', 'spmc'].filter((name) => skip.has(name)));
    const places: string[] = [];
    for (let i = 0; i < 40; i++) {
      done(engine.step('into', 'line', 0, NONE, { skip }));
      places.push(`${engine.position} ${stack(engine).split(' < ')[0]}`);
    }
    const images = new Set(places.map((place) => place.split(' ')[1].split('.')[0]));
    expect(images).toEqual(new Set(['host', 'guest']));
    const back: string[] = [];
    for (let i = 0; i < 39; i++) {
      done(engine.stepBack('into', 'line', 0, { skip }));
      back.push(`${engine.position} ${stack(engine).split(' < ')[0]}`);
    }
    expect(back.map((place) => place.split(' ')[1]).reverse()).toEqual(places.slice(0, -1).map((place) => place.split(' ')[1]));
  });
});

describe('a frame that is restarted', () => {
  it('begins at the first word of its call, in whatever world it waits', () => {
    const engine = open('realm-life', 'the whole life of a Realm');
    runTo(engine, 'let answer = rsi_host_call(&call, 1, 42)');
    const frames = engine.stack(0);
    for (const [i, frame] of frames.entries()) {
      if (frame.kind !== 'code' || frame.fn?.kind !== 'fn') continue;
      const fresh = open('realm-life', 'the whole life of a Realm');
      runTo(fresh, 'let answer = rsi_host_call(&call, 1, 42)');
      done(fresh.restartFrame(0, i));
      const [top] = fresh.stack(0);
      expect([top.text, top.word?.index, top.sp]).toEqual([frame.text, frame.fn.from, frame.sp]);
      expect(fresh.position).toBeLessThan(engine.position);
    }
  });
});

describe('the calls of a statement', () => {
  it('are where a step into it may lead', () => {
    const engine = open('realm-life', 'the whole life of a Realm');
    runTo(engine, 'kvm_create_realm(&kvm, &realm)');
    expect(engine.stepTargets(0).map(({ text }) => text)).toEqual(['host.kvm_create_realm']);
    runTo(engine, 'expect rmi_rtt_read_entry');
    const [target] = engine.stepTargets(0);
    expect(target.text).toBe('host.rmi_rtt_read_entry');
    expect(done(engine.stepIntoTarget(target.id, 0, NONE))).toEqual({ kind: 'step' });
    expect(stack(engine).split(' < ').slice(0, 2)).toEqual(['host.rmi_rtt_read_entry', 'host.shared_page']);
  });
});
