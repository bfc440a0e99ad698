/** Small programs for tests: a platform without firmware, and a way to run a text to its end. */
import { compile, type Diagnostic, type FileProvider, type Program } from '../../language/index.ts';
import type { Event, Machine } from '../../machine/index.ts';

/** A machine whose EL3 hands over to whatever the scenario runs in EL3: no GPT, no translation, nothing in between. */
export const BARE_PLATFORM = `
image loader in Root.EL3 {
    var next: [u64; 4]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[MPIDR_EL1.Aff0]
        eret()
    }
}
platform bare on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next
}
`;

export const URI = 'file:///test/program.tfw';

export function files(texts: Readonly<Record<string, string>>): FileProvider {
  return { read: (uri) => texts[uri] };
}

/** Compiles a text, or says what was wrong with it. */
export function compileText(text: string, scenario?: string): Program {
  const { program, diagnostics } = compile(files({ [URI]: text }), URI, { scenario });
  if (!program) throw new Error(diagnostics.map(show).join('\n') || 'no program and no diagnostics');
  return program;
}

export function show(diagnostic: Diagnostic): string {
  const { range } = diagnostic;
  return `${range.line + 1}:${range.column + 1} ${diagnostic.code} ${diagnostic.message}`;
}

/** The members of an image that runs on the bare platform, as a program. */
export function bare(members: string): Program {
  return compileText(`${BARE_PLATFORM}
scenario "test" on bare {
    image code in Root.EL3 {
${members}
    }
    core 0 runs code.main
}`);
}

export interface Ran {
  readonly machine: Machine;
  readonly events: readonly Event[];
}

/** Runs until no core can, at most `limit` steps. */
export function run(program: Program, limit = 1_000_000): Ran {
  const machine = program.createMachine();
  const events: Event[] = [];
  machine.sink = (event) => events.push(event);
  while (machine.steps < limit && machine.step());
  return { machine, events };
}

/** What went wrong in a run, as sentences: failed expectations, panics, faults. */
export function troubles(ran: Ran): string[] {
  return ran.events.flatMap((event) => {
    if (event.kind === 'expectation_failed') return [event.text];
    if (event.kind === 'panic') return [event.message];
    if (event.kind === 'unhandled_fault' || event.kind === 'undefined_instruction') return [`${event.kind}: ${event.problem}`];
    return [];
  });
}
