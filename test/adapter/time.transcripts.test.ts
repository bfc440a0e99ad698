/** Sessions over time: searching and comparing the past, changing it, and taking a run elsewhere. */
import { describe, expect, it } from 'vitest';
import type { Requests } from '../../debug-adapter/protocol.ts';
import { pathOf, Transcript } from './driver.ts';

const START_HERE = 'scenarios/arm/cca/start-here.tfw';
const VALUES = 'test/adapter/programs/values.tfw';
const KEEPER = 'test/adapter/programs/keeper.tfw';
const ROUND_TRIP = 'scenarios/arm/cca/round-trip.tfw';

const runs = ({ runs }: Requests['worldstep/runs']['body']): string[] =>
  runs.map(({ run, parent, inputs, current }) => {
    const from = parent ? ` from run ${parent.run} at step ${parent.step}` : '';
    return `run ${run}${from}, ${inputs} input${inputs === 1 ? '' : 's'}${current ? ', here' : ''}`;
  });

describe('the past', { timeout: 120_000 }, () => {
  it('is changed by a value that is set in it: another run begins, and the one that was keeps its future', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.go('continue');
    await t.runTo(START_HERE, 9, true);
    await t.set('Locals', ['page'], '0x8800_1000');
    await t.asked('worldstep/runs', {}, runs);
    await t.go('continue');
    await t.scope('Locals', { frame: 2 });
    await t.evaluate('tags 0x8800_0000 .. 0x8800_3000');
    await t.asked('worldstep/runs', {}, runs);
    await t.travel('worldstep/goto', { run: 1, step: 0 });
    await t.go('continue');
    await t.evaluate('who page', 'repl', 2);
    t.matches('fork');
  });

  it('is told apart from the present: bookmarks are named, travelled to and compared', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.evaluate('bookmark begin');
    await t.go('continue');
    await t.evaluate('bookmark fault');
    await t.asked('worldstep/bookmarks', {}, ({ bookmarks }) => bookmarks.map(({ name }) => name));
    const { bookmarks } = await t.client.ask<Requests['worldstep/bookmarks']['body']>('worldstep/bookmarks', {});
    const [from, to] = bookmarks.map(({ run, step }) => ({ run, step }));
    t.did('what differs between them, besides memory');
    const { differences } = await t.client.ask<Requests['worldstep/diff']['body']>('worldstep/diff', { from, to });
    const [first, ...rest] = differences
      .filter(({ group }) => group !== 'memory')
      .map(({ group, name, before, after }) => `${group} · ${name}: ${before === '' ? after : `${before} → ${after}`}`);
    t.saw(first, ...rest);
    await t.evaluate('goto begin');
    await t.stopped();
    await t.evaluate('goto nowhere');
    await t.asked('worldstep/diff', {}, ({ differences }) => (differences.length === 0 ? ['no difference'] : ['differences']));
    await t.asked('worldstep/removeBookmark', { name: 'begin' }, ({ bookmarks }) => bookmarks.map(({ name }) => name));
    await t.tries('worldstep/goto', { bookmark: 'begin' });
    t.matches('bookmarks');
  });

  it('says who wrote each value of a variable, a register and a granule', async () => {
    const t = new Transcript();
    await t.launch(ROUND_TRIP);
    await t.go('continue');
    await t.evaluate('goto event 0');
    await t.stopped();
    await t.go('continue');
    await t.evaluate('history 0x8800_0000');
    await t.evaluate('history SCR_EL3');
    await t.asked('worldstep/granuleHistory', { address: '0x88000000', count: 2 }, ({ changes, next }) => [
      ...changes.map(({ value, text }) => `${value} by ${text}`),
      next === undefined ? 'no more' : 'more before',
    ]);
    t.matches('histories');
  });

  it('is one click away: a value leads to the statement that wrote it', async () => {
    const t = new Transcript();
    await t.launch(VALUES, {}, () => t.breakpoints(VALUES, 29));
    await t.go('continue');
    await t.written('Locals', 'count');
    await t.written('Locals', 'flag');
    await t.written('General', 'x5');
    t.matches('last-writer');
  });

  it('is run back to, at the cursor, and restarted from the birth of a frame', async () => {
    const t = new Transcript();
    await t.launch(START_HERE, {}, () => t.functions('bl31.gpt_delegate'));
    await t.go('continue');
    await t.stack();
    await t.restartFrame(2);
    await t.stack();
    await t.runTo(START_HERE, 8, true);
    await t.functions();
    await t.runTo(START_HERE, 10);
    await t.runTo(START_HERE, 7, true);
    await t.runTo(START_HERE, 7, true);
    t.matches('run-to-cursor');
  });

  it('can be left out: a core goes on at another statement of its function, and nowhere else', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.go('next');
    await t.jumpTo(START_HERE, 11);
    await t.go('next');
    await t.go('next');
    await t.jumpTo(START_HERE, 15);
    await t.asked('worldstep/runs', {}, runs);
    t.matches('jump');
  });

  it('is saved with its inputs, and replays to the same place from the file', async () => {
    const t = new Transcript();
    await t.launch(KEEPER, { args: { count: 3 }, stopOnEntry: false }, () => t.breakpoints(KEEPER, 16));
    await t.evaluate('i = 2');
    await t.go('next');
    await t.evaluate('bookmark edited');
    const saved = await t.client.ask<Requests['worldstep/saveRun']['body']>('worldstep/saveRun', {});
    t.did('save run');
    t.saw(saved.name);
    const again = new Transcript({ 'file:///runs/keeper.tfwrun': saved.text, 'file:///runs/broken.tfwrun': saved.text.slice(10) });
    await again.launch(KEEPER, { run: '/runs/keeper.tfwrun' });
    await again.scope('Locals');
    await again.asked('worldstep/bookmarks', {}, ({ bookmarks }) => bookmarks.map(({ name }) => name));
    await again.go('continue');
    await again.tries('restart', { arguments: { program: pathOf(KEEPER), run: '/runs/broken.tfwrun' } });
    await again.tries('restart', { arguments: { program: pathOf(KEEPER), run: '/runs/missing.tfwrun' } });
    await again.tries('restart', { arguments: { program: pathOf(START_HERE), run: '/runs/keeper.tfwrun' } });
    expect(again.client.wrong).toEqual([]);
    t.continuedBy(again);
    t.matches('saved-run');
  });
});
