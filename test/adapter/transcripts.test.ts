/** Sessions as one would read them from the screen; the files beside this one say what is seen. `UPDATE=1` rewrites them. */
import { describe, it } from 'vitest';
import { Transcript } from './driver.ts';

const START_HERE = 'scenarios/arm/cca/start-here.tfw';
const VALUES = 'test/adapter/programs/values.tfw';
const ANNOUNCES = 'test/adapter/programs/announces.tfw';
const FAILS = 'test/adapter/programs/fails.tfw';

describe('a debug session', { timeout: 60_000 }, () => {
  it('leads in two minutes from F5 to the store that took the page', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.threads();
    await t.stack();
    await t.worlds();
    await t.go('continue');
    await t.stack();
    await t.exception();
    await t.scope('Locals', { frame: 2 });
    await t.scope('Last exception', { open: ['ESR_EL2'] });
    await t.scope('Event');
    await t.happened();
    await t.worlds();
    await t.tags();
    await t.travel('worldstep/whoChangedTag', { address: '0x88000000' });
    await t.stack();
    await t.travel('worldstep/whoChangedTag', { address: '0x88000000' });
    t.matches('start-here');
  });

  it('steps over, into and out of other worlds, and back', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.go('next');
    await t.go('next');
    await t.go('next');
    await t.scope('Locals');
    await t.go('stepBack');
    await t.go('stepIn');
    await t.stack();
    await t.go('stepOut');
    await t.functions('rmm.smc_granule_delegate');
    await t.go('reverseContinue');
    await t.stack();
    await t.go('worldstep/finishExcursion');
    await t.go('worldstep/finishExcursion');
    await t.go('worldstep/stepBackInto');
    await t.stack();
    await t.go('worldstep/stepOutBackward');
    await t.functions();
    await t.go('reverseContinue');
    await t.go('stepBack');
    t.matches('stepping');
  });

  it('shows first where a fault arose, and at the next step who handles it', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.go('continue');
    await t.go('next');
    await t.stack();
    await t.scope('System');
    await t.scope('System', { open: ['EL2', 'ESR_EL2'], brief: true });
    await t.go('next');
    await t.scope('Event');
    await t.go('stepBack');
    await t.go('stepBack');
    await t.go('next');
    t.matches('fault');
  });

  it('can be stopped by lines, names, worlds and events, on conditions', async () => {
    const t = new Transcript();
    await t.launch(START_HERE, {}, async () => {
      await t.breakpoints(START_HERE, 1, 10, 13, 40);
      await t.functions(
        'rmm_handler',
        'bl31.*delegate',
        'smc:RMI_*',
        'vector:bl31.sync_lower',
        'el:NS.EL2->Root.EL3',
        'world:*->Realm@core0',
      );
      await t.functions(
        'gpt_delegat',
        'smc:RMI_NOTHING',
        'el:NS.EL7->*',
        'event:nothing',
        'main@EL9',
        'main@core7',
        'nonsense:x',
        'main@Realm',
      );
      await t.functions();
      await t.breakpoints(
        START_HERE,
        { line: 9, condition: 'pege == 0' },
        { line: 9, hitCondition: 'often' },
        { line: 9, logMessage: '{pege}' },
      );
    });
    await t.breakpoints(
      START_HERE,
      { line: 8, logMessage: 'the page is {page}' },
      { line: 9, condition: 'page as u64 == 0' },
      { line: 10, condition: 'page as u64 != 0' },
    );
    await t.go('continue');
    await t.breakpoints(START_HERE);
    await t.go('reverseContinue');
    await t.events(['world_switch']);
    await t.functions('main', 'smc:RMI_*');
    await t.go('continue');
    await t.go('continue');
    await t.go('continue');
    await t.scope('Event');
    await t.functions({ name: 'sync_handler', hitCondition: '== 2' }, { name: 'smc:*', condition: 'fid == RMM_RMI_REQ_COMPLETE' });
    await t.events(
      ['gpc_fault', 'htrap', 'gone'],
      [
        { filterId: 'el_transition', condition: 'to == Realm.EL2' },
        { filterId: 'smc', condition: 'fod == 0' },
      ],
    );
    await t.go('continue');
    await t.go('continue');
    await t.go('continue');
    await t.go('continue');
    t.printed();
    t.matches('breakpoints');
  });

  it('stops at what firmware announces, and shows what it said', async () => {
    const t = new Transcript();
    await t.launch(ANNOUNCES, {}, async () => t.functions('event:htr*', 'event:hpart'));
    await t.events([], [{ filterId: 'htrap', condition: 'call == 2' }]);
    await t.functions({ name: 'event:htrap', condition: 'call == 3' });
    await t.go('continue');
    await t.scope('Event');
    await t.go('continue');
    await t.scope('Event');
    await t.happened('htrap');
    t.matches('announced');
  });

  it('shows values as their types say', async () => {
    const t = new Transcript();
    await t.launch(VALUES, {}, async () => t.breakpoints(VALUES, 15));
    await t.go('continue');
    await t.stack();
    await t.scope('Arguments');
    await t.scope('Locals', { frame: 1, open: ['first'] });
    await t.scope('Statics', { frame: 1, open: ['shape', 'next', 'corners', '[1]'] });
    for (const expression of [
      'shape.mood',
      'shape',
      '&shape.corners[2]',
      'table[150]',
      'count + 1',
      'flag',
      'sizeof(Shape)',
      'x0',
      'ESR_EL2.EC',
    ]) {
      await t.evaluate(expression, 'watch', 1);
    }
    for (const expression of ['cuont', 'area(1, 2)', '*(0 as *u64)']) await t.evaluate(expression, 'watch', 1);
    await t.go('stepOut');
    await t.scope('Locals');
    t.matches('values');
  });

  it('answers questions in the console', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.evaluate('why');
    await t.go('continue');
    for (const question of [
      'help',
      'why',
      'who page',
      'who ESR_EL2',
      'who 0x88000000',
      'who 1 + 1',
      'tag page',
      'tag 0x10',
      'walk page',
      'walk 0x8000_0000',
      'events gpc',
      'events nothing',
    ]) {
      await t.evaluate(question, 'repl', 2);
    }
    await t.evaluate('goto 10');
    await t.stopped();
    await t.evaluate('goto there');
    await t.completions('wh');
    await t.completions('ESR_EL3.E');
    t.matches('console');
  });

  it('ends with a verdict, from which one can travel back', async () => {
    const t = new Transcript();
    await t.launch(FAILS);
    await t.go('continue');
    t.printed();
    await t.threads();
    await t.worlds();
    await t.go('stepBack');
    await t.go('stepBack');
    await t.go('next');
    await t.go('next');
    await t.end('continue');
    t.matches('end');
  });
});
