/** Hit counts belong to positions: they are the same however a position is reached. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const ENDLESS = pathOf('test/adapter/programs/endless.tfw');

interface Here {
  readonly step: number;
  readonly count: string;
}

async function launched(breakpoint: object): Promise<TestClient> {
  const client = new TestClient();
  await client.ask('initialize', { adapterID: 'worldstep' });
  await client.ask('launch', { program: ENDLESS, stepLimit: 100_000 });
  await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [{ line: 9, ...breakpoint }] });
  await client.ask('configurationDone');
  await arrived(client);
  return client;
}

async function arrived(client: TestClient): Promise<Here> {
  await client.event('stopped');
  const { body } = await client.event<DebugProtocol.Event>('worldstep/stopped');
  const { body: evaluated } = await client.request('evaluate', { expression: 'count' });
  return { step: body.position.step, count: evaluated.result ?? '' };
}

async function go(client: TestClient, command: string, args: object = { threadId: 1 }): Promise<Here> {
  await client.ask(command, args);
  return arrived(client);
}

describe('a hit count', { timeout: 60_000 }, () => {
  it('counts from where the breakpoint was set, and stops at the same places backwards', async () => {
    const client = await launched({ hitCondition: '% 5' });
    const forwards = [await go(client, 'continue'), await go(client, 'continue'), await go(client, 'continue')];
    expect(forwards.map(({ count }) => count)).toEqual(['4', '9', '14']);
    const backwards = [await go(client, 'reverseContinue'), await go(client, 'reverseContinue')];
    expect(backwards).toEqual([forwards[1], forwards[0]]);
  });

  it('knows the hits that a travel leapt over', async () => {
    const client = await launched({ hitCondition: '== 40' });
    const reached = await go(client, 'continue');
    const other = await launched({ hitCondition: '== 40' });
    await go(other, 'worldstep/goto', { step: reached.step - 100 });
    expect(await go(other, 'continue')).toEqual(reached);
  });

  it('goes on when the client sends the same breakpoint once more, and begins anew for another one', async () => {
    const client = await launched({ hitCondition: '% 10' });
    expect((await go(client, 'continue')).count).toBe('9');
    const source = { path: ENDLESS };
    await go(client, 'next');
    await client.ask('setBreakpoints', { source, breakpoints: [{ line: 9, hitCondition: '% 10' }, { line: 1 }] });
    expect((await go(client, 'continue')).count).toBe('19');
    await client.ask('setBreakpoints', { source, breakpoints: [{ line: 9, hitCondition: '% 7' }] });
    expect((await go(client, 'continue')).count).toBe('26');
  });

  it('says nothing twice when hits are counted', async () => {
    const client = await launched({ hitCondition: '== 30', logMessage: 'count is {count}' });
    await go(client, 'worldstep/goto', { step: client.session.program.engine.position + 60 });
    await go(client, 'continue');
    const outputs = client.events.filter(({ event, body }) => event === 'output' && body.category === 'stdout');
    expect(outputs.map(({ body }) => body.output)).toEqual(['count is 29\n']);
  });
});
