/** What firmware shows of itself, and what a launch gives a scenario. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { Requests } from '../../debug-adapter/protocol.ts';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const KEEPER = pathOf('test/adapter/programs/keeper.tfw');

type Views = Requests['worldstep/views']['body']['views'];
type Frames = DebugProtocol.StackTraceResponse['body'];

async function launch(attributes: object = {}): Promise<TestClient> {
  const client = new TestClient();
  await client.ask('initialize', { adapterID: 'worldstep' });
  await client.ask('launch', { program: KEEPER, ...attributes });
  await client.ask('configurationDone');
  await client.event('stopped');
  return client;
}

/** What the program's own view shows; the platform's firmware has views too. */
async function kept(client: TestClient): Promise<Views[number]['children']> {
  const { views } = await client.ask<{ views: Views }>('worldstep/views', {});
  return views.find(({ label }) => label === 'Kept pages')?.children ?? [];
}

async function stopAt(client: TestClient, line: number): Promise<void> {
  await client.ask('setBreakpoints', { source: { path: KEEPER }, breakpoints: [{ line }] });
  await client.ask('continue', { threadId: 1 });
  await client.event('stopped');
}

describe('the views of a program', { timeout: 60_000 }, () => {
  it('show its data at the stop, in the order of the machine, with places to look at', async () => {
    const client = await launch();
    expect(await kept(client)).toEqual([]);
    await stopAt(client, 19);
    const children = await kept(client);
    expect(children.map(({ label, state, world, fields }) => [label, state, world?.id, fields])).toEqual([
      ['page 0x8800_0000', 'KEPT', 'NS', [{ label: 'Number', text: '0' }]],
      ['page 0x8800_1000', 'KEPT', 'NS', [{ label: 'Number', text: '1' }]],
    ]);
    expect(children[1].address).toMatchObject({ pa: '0x88001000', text: 'ns:0x8800_1000' });
    const { address } = await client.ask<{ address: string }>('readMemory', {
      memoryReference: children[1].address?.memoryReference,
      count: 8,
    });
    expect(address).toMatch(/88001000$/);
    expect(client.wrong).toEqual([]);
  });

  it('go back with the run', async () => {
    const client = await launch();
    await stopAt(client, 19);
    await client.ask('reverseContinue', { threadId: 1 });
    await client.event('stopped');
    expect(await kept(client)).toEqual([]);
  });
});

describe('what a launch gives a scenario', { timeout: 60_000 }, () => {
  it('is values for its arguments, as numbers or as texts', async () => {
    const client = await launch({ args: { first: '0x9000_0000', count: 1 } });
    await stopAt(client, 19);
    expect((await kept(client)).map(({ label }) => label)).toEqual(['page 0x9000_0000']);
  });

  it('is a seed, which decides the schedule where none is given', async () => {
    const options = async (attributes: object) => (await launch(attributes)).session.program.engine.machine.options;
    expect(await options({})).toMatchObject({ seed: 7, schedule: { seed: 7 } });
    expect(await options({ seed: 8 })).toMatchObject({ seed: 8, schedule: { seed: 8 } });
    expect(await options({ seed: 8, schedule: 'roundRobin' })).toMatchObject({ seed: 8, schedule: 'roundRobin' });
  });

  it.each([
    [{ args: { first: 'x' } }, 'launch.args.first must be a number'],
    [{ args: { frist: 1 } }, /has no argument `frist`; did you mean `first`\?$/],
    [{ args: { count: 256 } }, /`count` cannot be 256, which does not fit 8 bits\.$/],
    [{ seed: -1 }, 'launch.seed must be no negative number'],
  ])('is refused when it makes no sense: %j', async (attributes, message) => {
    const client = new TestClient();
    await client.ask('initialize', { adapterID: 'worldstep' });
    const { success, body } = await client.request('launch', { program: KEEPER, ...attributes });
    expect(success).toBe(false);
    expect(body.error.variables?.text ?? body.error.format).toMatch(message);
  });

  it('stops before the first word of all where the scenario says `from reset`', async () => {
    const client = await launch();
    const { stackFrames } = await client.ask<Frames>('stackTrace', { threadId: 1 });
    expect(stackFrames[0].name).toMatch(/bl31\.reset/);
    expect(client.session.program.engine.position).toBe(0);
  });
});
