/** What EL3 keeps of the worlds and of the cores, as software that runs on the machine. TF-A: context_mgmt.c, lib/psci. */
import { describe, expect, it } from 'vitest';
import { compile, evaluateViews, type Program, type ViewNode } from '../../language/index.ts';
import type { Machine } from '../../machine/index.ts';
import { BESIDE_LIBRARY, withEditedLibrary } from '../support/library.ts';
import { compileText, files, run, troubles, URI } from '../support/programs.ts';

const host = (main: string, members = '', more = ''): string => `
use firmware.arm.cca
scenario "host" on cca {
    image host in NS.EL2 {
        ${members}
        fn main() {
            ${main}
        }
    }
    ${more}
    core 0 runs host.main
}`;

/**
 * Registers of EL2 that EL3 leaves alone: the timer of EL2, and what RMM takes care of itself (TF-A's list of EL2 registers;
 * those of stage 2 in Secure state are of one world only).
 */
const LEFT_ALONE = /^(CNTHP_|ICH_LR|ICH_AP|VSTTBR_EL2$|VSTCR_EL2$)/;
/** Bits that make no difference to a host with translation off and interrupts masked, of registers that do not hold just any. */
const HARMLESS: Readonly<Record<string, bigint>> = {
  HCR_EL2: 1n << 26n,
  SCTLR_EL2: 0x30c5_0830n | (1n << 12n),
  VBAR_EL2: 0x8800_0800n,
  CNTHCTL_EL2: 3n,
  CPTR_EL2: 0x33ffn,
  ICH_HCR_EL2: 1n << 1n,
  ICH_VMCR_EL2: 0xf0n << 24n,
};
/** The stack and the return address are the host's own at that moment: they stay as they are. */
const IN_USE = ['SP_EL2'];

interface Seen {
  readonly name: string;
  readonly before: bigint;
  readonly inRealm: bigint;
  readonly after: bigint;
}

/** Fills the registers of EL2 while EL3 begins to serve a call, and looks at them in RMM and when the host goes on. */
function acrossWorlds(program: Program): readonly Seen[] {
  const machine = program.createMachine();
  const [core] = machine.cores;
  const { registers, states } = machine.architecture;
  const stateOf = (id: string): number => states.findIndex((state) => state.id === id);
  const host2 = stateOf('NS.EL2');
  const indices = registers.flatMap(({ name, writable, alias }, index) =>
    name.endsWith('_EL2') && ((writable >>> host2) & 1) === 1 && !alias && !LEFT_ALONE.test(name) ? [index] : [],
  );
  let called = false;
  machine.sink = (event) => {
    if (event.kind === 'smc' && event.from === host2) called = true;
  };
  const until = (met: () => boolean): void => {
    while (!met()) if (machine.steps > 1_000_000 || !machine.step()) throw new Error('the host does not get there');
  };
  until(() => called);
  for (const index of indices) {
    const { name } = registers[index];
    if (!IN_USE.includes(name) && registers[index].live?.read === undefined) core.set(index, HARMLESS[name] ?? BigInt(index) * 0x1_0000n);
  }
  const values = (): bigint[] => indices.map((index) => core.peek(index));
  const before = values();
  until(() => core.state === stateOf('Realm.EL2'));
  const inRealm = values();
  until(() => core.state === host2);
  const after = values();
  return indices.map((index, i) => ({ name: registers[index].name, before: before[i], inRealm: inRealm[i], after: after[i] }));
}

const CALLS_RMM = host('smc(RMI_VERSION, RMI_ABI_VERSION_1_0)');
const changed = (seen: readonly Seen[]): string[] => seen.filter(({ before, after }) => before !== after).map(({ name }) => name);

describe('a world switch', () => {
  const seen = acrossWorlds(compileText(CALLS_RMM));

  it('gives the host every register of EL2 back', () => {
    expect(seen.length).toBeGreaterThan(30);
    expect(changed(seen)).toEqual([]);
  });

  it('would lose what EL3 forgets to save', () => {
    const forgetful = withEditedLibrary(BESIDE_LIBRARY, CALLS_RMM, (_, text) =>
      text.replace('    stp(&ctx.hcr_el2, HCR_EL2, HPFAR_EL2)\n', ''),
    );
    const { program } = compile(forgetful, BESIDE_LIBRARY);
    if (!program) throw new Error('no program');
    expect(changed(acrossWorlds(program))).toEqual(['HCR_EL2', 'HPFAR_EL2']);
  });

  it('shows RMM none of them', () => {
    const shown = seen.filter(({ before, inRealm }) => before === inRealm && before !== 0n).map(({ name }) => name);
    // Who the core is, and which interface to the interrupt controller there is, is the same for both.
    expect(shown).toEqual(['VPIDR_EL2', 'VMPIDR_EL2', 'ICC_SRE_EL2'].filter((name) => shown.includes(name)));
  });
});

describe('PSCI', () => {
  const contention = host(
    'claims()',
    `
        var answers: [u64; 2]
        var done: [bool; 2]
        fn claims() {
            let core = MPIDR_EL1.Aff0
            answers[core] = smc(PSCI_CPU_ON_AARCH64, 2, &third, 0)
            done[core] = true
            while !done[1 - core] { }
            let loser = answers[0] + answers[1]
            expect answers[0] == PSCI_E_SUCCESS || answers[1] == PSCI_E_SUCCESS
            expect loser == PSCI_E_ON_PENDING || loser == PSCI_E_ALREADY_ON
        }
        entry third {
            while true { wfi() }
        }`,
    'cores 3\n core 1 runs host.claims',
  );

  it.each([1, 2, 3, 4])('lets one of two callers turn a core on, whatever the order of their steps (seed %i)', (seed) => {
    const { program } = compile(files({ [URI]: contention }), URI, { schedule: { seed } });
    if (!program) throw new Error('no program');
    const ran = run(program);
    expect(troubles(ran)).toEqual([]);
    const powered = ran.events.flatMap((event) => (event.kind === 'core_power' && event.on ? [event.target] : []));
    expect(powered).toEqual([1, 2]);
  });

  it('is unknown to Secure world', () => {
    const program = compileText(`
use firmware.arm.cca
scenario "secure" on cca {
    image spmc in Secure.EL2 {
        fn main() {
            expect smc(PSCI_VERSION) == SMC_UNK
            expect smc(PSCI_CPU_ON_AARCH64, 1, 0x8800_0000, 0) == SMC_UNK
            expect smc(RMI_VERSION, RMI_ABI_VERSION_1_0) == SMC_UNK
            expect smc(RMM_GTSI_DELEGATE, 0x8800_0000) == SMC_UNK
            smc(FFA_MSG_WAIT)
            panic("nobody has called")
        }
    }
    image host in NS.EL2 {
        fn main() { }
    }
    core 0 runs host.main
}`);
    const ran = run(program);
    expect(troubles(ran)).toEqual([]);
    expect(ran.events.filter((event) => event.kind === 'smc').length).toBeGreaterThan(4);
  });
});

/** Labels of a tree, with states, indented. */
const outline = (nodes: readonly ViewNode[], depth = ''): string[] =>
  nodes.flatMap(({ label, state, children }) => [
    `${depth}${label}${state === undefined ? '' : ` [${state}]`}`,
    ...outline(children, `${depth}  `),
  ]);

describe('the view of EL3', () => {
  const program = compileText(
    host('while smc(PSCI_AFFINITY_INFO_AARCH64, 1, 0) != AFF_STATE_ON { }', '', 'cores 2\n core 1 runs host.main'),
  );
  const look = (machine: Machine): string[] => outline(evaluateViews(program, machine).filter(({ label }) => label.startsWith('Cores')));

  it('shows which cores are on, and the worlds that are parked there', () => {
    expect(look(run(program).machine)).toEqual([
      'Cores and parked worlds',
      '  Core 0 [ON]',
      '    NonSecure',
      '    Realm',
      '  Core 1 [ON]',
      '    NonSecure',
      '    Realm',
      '  Core 2 [OFF]',
      '  Core 3 [OFF]',
    ]);
  });
});
