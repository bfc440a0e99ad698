/** Sessions over movement: into which call, through whose code, on which core, and what stops on the way. */
import { describe, it } from 'vitest';
import { Transcript } from './driver.ts';

const START_HERE = 'scenarios/arm/cca/start-here.tfw';
const SHAPES = 'test/adapter/programs/shapes.tfw';
const CORES = 'scenarios/arm/cca/psci-cpu-on.tfw';
const DMA = 'scenarios/arm/cca/dma-attack.tfw';
const SCRUBBING = 'scenarios/arm/cca/scrubbing.tfw';
const RACE = 'scenarios/arm/cca/delegate-race.tfw';

describe('a step', { timeout: 120_000 }, () => {
  it('goes into the call that is chosen, of several in a statement', async () => {
    const t = new Transcript();
    await t.launch(SHAPES, {}, () => t.breakpoints(SHAPES, 28));
    await t.go('continue');
    const targets = await t.stepInTargets();
    await t.go('stepIn', { targetId: targets[1]?.id });
    await t.scope('Arguments');
    await t.stack();
    await t.go('stepOut');
    await t.tries('stepIn', { threadId: 1, targetId: 4711 });
    await t.go('worldstep/stepOutBackward');
    t.matches('step-in-targets');
  });

  it('passes through the library if the user wants just their own image, and stays there if it begins there', async () => {
    const t = new Transcript();
    await t.launch(START_HERE, { justMyImage: true });
    await t.go('next');
    await t.go('next');
    await t.go('stepIn');
    await t.go('stepBack');
    await t.go('worldstep/stepBackInto');
    await t.functions('rmm.smc_granule_delegate');
    await t.runTo(START_HERE, 8, true);
    await t.go('continue');
    await t.go('stepIn');
    t.matches('just-my-image');
  });

  it('is one statement, one line or one word long, forwards and backwards', async () => {
    const t = new Transcript();
    await t.launch(SHAPES, {}, () => t.breakpoints(SHAPES, 24));
    await t.go('next', { granularity: 'line' });
    await t.go('next', { granularity: 'instruction' });
    await t.disassemble(4);
    await t.go('stepBack', { granularity: 'instruction' });
    await t.go('next', { granularity: 'statement' });
    await t.go('stepBack', { granularity: 'line' });
    t.matches('granularities');
  });

  it('begins at reset if the user wants to see the boot', async () => {
    const t = new Transcript();
    await t.launch(START_HERE, { stopOnEntry: 'reset' });
    await t.go('next');
    await t.go('next');
    await t.functions('el:Root.EL3->*', 'world:*->*');
    await t.go('continue');
    await t.worlds();
    await t.go('continue');
    await t.go('reverseContinue');
    await t.go('reverseContinue');
    t.matches('boot');
  });
});

describe('cores', { timeout: 120_000 }, () => {
  it('are threads: each has its own stack and breakpoints, and one can move alone', async () => {
    const t = new Transcript();
    await t.launch(CORES, { scenario: 'two cores boot, and both delegate' }, () => t.functions('host.delegates@core1'));
    await t.threads();
    await t.go('continue');
    await t.threads();
    await t.stack();
    await t.worlds();
    await t.functions();
    await t.top(0);
    await t.go('next', { singleThread: true });
    await t.top(0);
    await t.go('next');
    await t.functions({ name: 'event:finished' });
    await t.go('continue');
    await t.exception();
    t.matches('two-cores');
  });

  it('take their turns as the user says: one is chosen, one is held, and the run is another one then', async () => {
    const t = new Transcript();
    const race = { scenario: 'two cores boot, and both delegate', stepLimit: 300_000 };
    await t.launch(CORES, race, () => t.functions('host.delegates@core1'));
    await t.go('continue');
    await t.functions();
    await t.go('stepBack');
    // Core 1 waits for what core 0 does, and core 0 does nothing.
    await t.asked('worldstep/holdCore', { threadId: 1 }, ({ position: { run } }) => [`run ${run}`]);
    await t.top(1);
    await t.go('continue');
    await t.top(1);
    await t.asked('worldstep/holdCore', {}, ({ position: { run } }) => [`run ${run}`]);
    await t.tries('worldstep/chooseCore', { threadId: 9 });
    await t.asked('worldstep/chooseCore', { threadId: 2 }, ({ position: { run } }) => [`run ${run}`]);
    await t.go('continue');
    t.matches('held-core');
  });

  it('race as the seed says, and the same seed gives the same race', async () => {
    const t = new Transcript();
    const race = { scenario: 'two cores race: both delegate', schedule: { seed: 3 }, stopOnEntry: false };
    const stops = { name: 'rmm.smc_granule_delegate' };
    await t.launch(RACE, race, () => t.functions(stops));
    await t.threads();
    const again = new Transcript();
    await again.launch(RACE, race, () => again.functions(stops));
    await again.threads();
    t.continuedBy(again);
    t.matches('seeded-race');
  });
});

describe('what happens', { timeout: 120_000 }, () => {
  it('is stopped on by the tree of events, with hit counts, log messages and cores, which the protocol cannot carry', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.asked('worldstep/eventTree', {}, ({ groups }) =>
      groups.map(({ label, events }) => `${label}: ${events.map((event) => event.filter).join(', ')}`),
    );
    await t.tree(
      { filter: 'smc', logMessage: 'call {fid} of {x1}', condition: 'x1 == 0x8800_0000' },
      { filter: 'exception_entry', hitCondition: '== 3' },
      { name: 'rmm.find_lock_granule', logMessage: 'looks for {addr}' },
      { filter: 'world_switch', core: 7 },
      { filter: 'nothing' },
      { name: 'nobody' },
      { dataId: 'tag 0x88000000 4096' },
      { filter: 'smc', condition: 'fid ==' },
    );
    await t.go('continue');
    await t.go('continue');
    t.printed();
    t.matches('event-tree');
  });

  it('is told apart by where it happens, which conditions may say as well', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.functions(
      { name: 'sync_handler', condition: 'world == Realm' },
      { name: 'find_lock_granule', condition: 'world == Realm && addr == 0x8800_0000 && core == 0' },
      { name: 'main', condition: 'world == Nowhere' },
      { name: 'main', condition: 'core == 7' },
    );
    await t.events([], [{ filterId: 'smc', condition: 'world == Realm && level == EL2' }]);
    await t.go('continue');
    await t.go('continue');
    t.matches('places');
  });

  it('outside of cores is seen too: a device is refused, and the stop says why', async () => {
    const t = new Transcript();
    await t.launch(DMA, { scenario: 'a device is stopped at Realm memory' });
    await t.events([], [{ filterId: 'dma', condition: 'allowed == false' }]);
    await t.go('continue');
    await t.scope('Event');
    await t.happened('dma', 3);
    await t.tree({ filter: 'firmware:device_read_realm_memory', condition: 'value == 0' });
    await t.go('continue');
    await t.scope('Event');
    t.matches('dma');
  });

  it('to a secret is seen: a leak stops where it happens, with who learned what', async () => {
    const t = new Transcript();
    await t.launch(SCRUBBING, { scenario: 'an RMM that clears nothing' });
    await t.go('continue');
    await t.scope('Event');
    await t.stack();
    await t.happened('leak', 2);
    t.matches('leak');
  });
});
