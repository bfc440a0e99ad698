/** Whatever one does on the way: a position of a run is the same machine, the same stacks, the same events and the same hits. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const RACE = pathOf('scenarios/arm/cca/delegate-race.tfw');
const SCENARIO = 'two cores race: both delegate';

/** Always set; its count is part of what must be the same. */
const COUNTED = { line: 52, hitCondition: '>= 1' };
const TOGGLED = ['rmm.smc_granule_delegate', 'vector:bl31.sync_lower', 'world:*->*', 'el:*->Realm.EL2@core1'];

type Command =
  | { readonly kind: 'move'; readonly name: string; readonly thread: number }
  | { readonly kind: 'toggle'; readonly names: readonly string[] }
  | { readonly kind: 'travel'; readonly back: number }
  | { readonly kind: 'edit'; readonly value: number };

const MOVES = [
  'next',
  'stepIn',
  'stepOut',
  'stepBack',
  'worldstep/stepBackInto',
  'worldstep/stepOutBackward',
  'continue',
  'reverseContinue',
];

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('move' as const), name: fc.constantFrom(...MOVES), thread: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('toggle' as const), names: fc.subarray(TOGGLED) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('travel' as const), back: fc.integer({ min: 0, max: 5000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), value: fc.integer({ min: 0, max: 3 }) }) },
);

class Explorer {
  readonly client = new TestClient();
  /** What was found at each position. */
  private readonly seen = new Map<string, string>();

  async launch(): Promise<void> {
    const { client } = this;
    await client.ask('initialize', { adapterID: 'worldstep' });
    await client.ask('launch', { program: RACE, scenario: SCENARIO, schedule: { seed: 2 }, stepLimit: 60_000 });
    await client.ask('setBreakpoints', { source: { path: RACE }, breakpoints: [COUNTED] });
    await client.ask('configurationDone');
    await client.event('worldstep/stopped');
    this.look();
  }

  async do(what: Command): Promise<void> {
    const { client } = this;
    const { engine } = client.session.program;
    if (what.kind === 'toggle') {
      await client.ask('setFunctionBreakpoints', { breakpoints: what.names.map((name) => ({ name })) });
    } else if (what.kind === 'edit') {
      // The last thing that it changes is a register that nobody reads.
      await client.request('evaluate', { expression: `x20 = ${what.value}`, context: 'repl' });
      this.look();
    } else if (!engine.ended || what.kind === 'travel' || /back|reverse/i.test(what.name)) {
      const args = what.kind === 'travel' ? { step: Math.max(0, engine.position - what.back) } : { threadId: what.thread };
      const { success } = await client.request(what.kind === 'travel' ? 'worldstep/goto' : what.name, args, true);
      if (success) await client.event('worldstep/stopped', 30_000);
      this.look();
    }
  }

  /** What is at the position, or an error where it was something else before. */
  private look(): void {
    const { engine } = this.client.session.program;
    const { breakpoints } = this.client.session;
    const { run, step } = engine.here;
    const [counted] = breakpoints.all;
    const found = JSON.stringify({
      cores: engine.machine.cores.map(({ regs, pc, state, status }) => [
        createHash('sha256').update(regs).digest('hex').slice(0, 12),
        `${pc}`,
        state,
        status,
      ]),
      stacks: engine.machine.cores.map(({ id }) => engine.stack(id).map(({ text, kind }) => `${kind} ${text}`)),
      events: engine.eventCount,
      hit: counted.counts ? engine.hits(counted.counting()).length : 0,
    });
    // Several edits at one position are several inputs of the run.
    const key = `${run}:${step} after ${engine.inputs.length} inputs`;
    expect(this.seen.get(key) ?? found, `position ${key}`).toBe(found);
    this.seen.set(key, found);
  }
}

describe('a session on two cores, with edits', { timeout: 300_000 }, () => {
  it('finds the same at every position, whatever the order of what the user does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 14 }), async (commands) => {
        const explorer = new Explorer();
        await explorer.launch();
        try {
          for (const each of commands) await explorer.do(each);
        } finally {
          await explorer.client.request('disconnect', {});
        }
        expect(explorer.client.wrong).toEqual([]);
      }),
      { numRuns: Number(process.env.RUNS ?? 6), endOnFailure: true },
    );
  });
});
