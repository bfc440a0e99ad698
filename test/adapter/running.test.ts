/** What happens while the program runs: pauses, changed breakpoints, restarts and clients that leave. */
import { afterEach, describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const ENDLESS = pathOf('test/adapter/programs/endless.tfw');
const FAILS = pathOf('test/adapter/programs/fails.tfw');

interface Stopped {
  readonly body: {
    readonly reason: string;
    readonly threadId: number;
    readonly description?: string;
    readonly hitBreakpointIds?: readonly number[];
  };
}

const clients: TestClient[] = [];

async function launched(program: string, attributes: object = {}): Promise<TestClient> {
  const client = new TestClient();
  clients.push(client);
  await client.ask('initialize', { adapterID: 'worldstep' });
  await client.ask('launch', { program, ...attributes });
  await client.event('initialized');
  await client.ask('configurationDone');
  return client;
}

const stop = (client: TestClient): Promise<Stopped> => client.event('stopped') as Promise<unknown> as Promise<Stopped>;

async function running(): Promise<TestClient> {
  const client = await launched(ENDLESS);
  await stop(client);
  await client.ask('continue', { threadId: 1 });
  return client;
}

const errorOf = async (client: TestClient, command: string, args: object): Promise<string> =>
  (await client.request(command, args)).message ?? '';

describe('a program that runs', { timeout: 60_000 }, () => {
  afterEach(async () => {
    for (const client of clients.splice(0)) {
      await client.request('disconnect', {});
      expect(client.wrong).toEqual([]);
    }
  });

  it('is paused within 100 ms, and can be looked at and continued', async () => {
    const client = await running();
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await client.ask('pause', { threadId: 1 });
      expect((await stop(client)).body.reason).toBe('pause');
      waits.push(performance.now() - start);
      await client.ask('stackTrace', { threadId: 1 });
      await client.ask('continue', { threadId: 1 });
    }
    // The machine that tests run on has other things to do as well: what counts is what the adapter can.
    expect(Math.min(...waits)).toBeLessThan(100);
  });

  it('answers notStopped to what needs a stop, and still answers', async () => {
    const client = await running();
    for (const [command, args] of [
      ['stackTrace', { threadId: 1 }],
      ['scopes', { frameId: 1 }],
      ['variables', { variablesReference: 1 }],
      ['evaluate', { expression: 'count' }],
      ['next', { threadId: 1 }],
      ['worldstep/worlds', {}],
    ] as const) {
      expect(await errorOf(client, command, args)).toBe('notStopped');
    }
    expect(await client.ask('threads')).toEqual({ threads: [{ id: 1, name: 'core 0' }] });
  });

  it('stops at a breakpoint that is set while it runs', async () => {
    const client = await running();
    const { breakpoints } = await client.ask<{ breakpoints: { id: number }[] }>('setBreakpoints', {
      source: { path: ENDLESS },
      breakpoints: [{ line: 9 }],
    });
    const { body } = await stop(client);
    expect(body).toMatchObject({ reason: 'breakpoint', hitBreakpointIds: [breakpoints[0].id] });
  });

  it('goes on when a breakpoint is removed before it is reached again', async () => {
    const client = await running();
    await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [{ line: 9, condition: 'count == 0xffff_ffff_ffff' }] });
    await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [] });
    expect(await errorOf(client, 'stackTrace', { threadId: 1 })).toBe('notStopped');
  });

  it('is restarted in the middle', async () => {
    const client = await running();
    await client.ask('restart', {});
    expect((await stop(client)).body.reason).toBe('entry');
  });

  it('is ended in the middle, once', async () => {
    const client = await running();
    await client.ask('terminate', {});
    await client.event('terminated');
    await client.request('terminate', {});
    expect(client.events.filter(({ event }) => event === 'terminated')).toHaveLength(1);
    expect(await errorOf(client, 'threads', {})).toBe('The session has ended.');
  });

  it('is left by a client in the middle of a step', async () => {
    const client = await launched(ENDLESS);
    await stop(client);
    await client.ask('stepOut', { threadId: 1 });
    await client.ask('disconnect', {});
    const before = client.events.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.events.length).toBe(before);
  });

  it('stops at the step limit, and goes on from there to the next', async () => {
    const client = await launched(ENDLESS, { stepLimit: 500_000 });
    await stop(client);
    for (let i = 0; i < 2; i++) {
      await client.ask('continue', { threadId: 1 });
      expect((await stop(client)).body).toMatchObject({ reason: 'step limit', description: 'The step limit of 500000 steps was reached' });
    }
  });

  it('runs to its verdict without a stop when it is not to be debugged', async () => {
    const client = await launched(FAILS, { noDebug: true });
    await client.event('worldstep/verdict');
    const { body } = await client.event('exited');
    expect(body).toEqual({ exitCode: 1 });
    await client.event('terminated');
    expect(client.events.some(({ event }) => event === 'stopped')).toBe(false);
  });

  it('starts at reset, or nowhere, as the launch configuration says', async () => {
    const reset = await launched(FAILS, { stopOnEntry: 'reset' });
    expect((await stop(reset)).body).toMatchObject({ reason: 'entry', description: 'Reset' });
    const nowhere = await launched(FAILS, { stopOnEntry: false });
    expect((await stop(nowhere)).body.reason).toBe('end');
  });

  it('stops backwards where it stopped forwards, in the opposite order', async () => {
    const client = await launched(FAILS, { stopOnEntry: 'reset' });
    const visit = async (command: string): Promise<string> => {
      await client.ask(command, { threadId: 1 });
      const { body } = await stop(client);
      const { position } = (await client.event('worldstep/stopped')).body;
      return `${body.reason} at ${position.step}`;
    };
    await stop(client);
    await client.event('worldstep/stopped');
    await client.ask('setExceptionBreakpoints', { filters: ['el_transition', 'world_switch'] });
    await client.ask('setFunctionBreakpoints', { breakpoints: [{ name: 'sync_handler' }] });
    const forwards: string[] = [];
    while (!forwards.at(-1)?.startsWith('end')) forwards.push(await visit('continue'));
    const backwards: string[] = [];
    while (!backwards.at(-1)?.startsWith('start')) backwards.push(await visit('reverseContinue'));
    expect(forwards.length).toBeGreaterThan(4);
    expect(backwards.slice(0, -1)).toEqual(forwards.slice(0, -1).reverse());
  });

  it('is given up in the middle of a search, which is cancelled', async () => {
    const client = await running();
    await client.ask('pause', { threadId: 1 });
    await stop(client);
    const answer = client.request('evaluate', { expression: 'who 0x88000000', context: 'repl' });
    await client.request('cancel', { requestId: client.lastSeq - 1 });
    const { success, message } = await answer;
    // A quick search may have been over before it could be cancelled.
    expect(success || message === 'cancelled').toBe(true);
    await client.ask('stackTrace', { threadId: 1 });
  });
});
