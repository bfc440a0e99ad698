/** Work that takes long says so and can be given up; what is changed by hand is announced to whoever shows it. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { hostOf, TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const ENDLESS = pathOf('test/adapter/programs/endless.tfw');
const SHAPES = pathOf('test/adapter/programs/shapes.tfw');

/** A client whose clock can be made to race, so that anything takes long. */
async function launched(program: string, abilities: object): Promise<{ client: TestClient; race(): void }> {
  let time = 0;
  let pace = 0;
  const now = (): number => {
    time += pace;
    return performance.now() + time;
  };
  const client = new TestClient({ ...hostOf(), now });
  await client.ask('initialize', { adapterID: 'worldstep', ...abilities });
  await client.ask('launch', { program, stepLimit: 400_000 });
  await client.ask('configurationDone');
  await client.event('worldstep/stopped');
  return {
    client,
    race: () => {
      pace = 400;
    },
  };
}

const named = (client: TestClient, name: string): DebugProtocol.Event[] => client.events.filter(({ event }) => event === name);

describe('work that takes long', { timeout: 60_000 }, () => {
  it('is shown as progress, and ends when the client cancels it: the program stops where it was', async () => {
    const { client, race } = await launched(ENDLESS, { supportsProgressReporting: true });
    await client.ask('continue', { threadId: 1 });
    await client.event('worldstep/stopped');
    const { position } = client.session.program.engine;
    // Every step on the way back has to be looked at.
    await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [{ line: 9, condition: 'count == 0xffff_ffff' }] });
    race();
    await client.ask('reverseContinue', { threadId: 1 });
    const { body } = await client.event<DebugProtocol.ProgressStartEvent>('progressStart');
    expect(body).toMatchObject({ title: 'Running back', cancellable: true });
    await client.ask('cancel', { progressId: body.progressId });
    expect((await client.event<DebugProtocol.ProgressEndEvent>('progressEnd')).body.progressId).toBe(body.progressId);
    expect((await client.event<DebugProtocol.StoppedEvent>('stopped')).body.reason).toBe('pause');
    expect(client.session.program.engine.position).toBe(position);
    expect(client.wrong).toEqual([]);
  });

  it('names the request that it is for', async () => {
    const { client, race } = await launched(ENDLESS, { supportsProgressReporting: true });
    await client.ask('continue', { threadId: 1 });
    await client.event('worldstep/stopped');
    race();
    await client.ask('evaluate', { expression: 'history count', context: 'repl' });
    const [{ body }] = named(client, 'progressStart');
    expect(body).toMatchObject({ title: 'History of count', requestId: client.lastSeq });
    expect(named(client, 'progressEnd')).toHaveLength(1);
  });

  it('is silent for clients that cannot show it, and where it is soon over', async () => {
    const { client, race } = await launched(ENDLESS, {});
    race();
    await client.ask('continue', { threadId: 1 });
    await client.event('worldstep/stopped');
    await client.ask('reverseContinue', { threadId: 1 });
    await client.event('worldstep/stopped', 20_000);
    expect(named(client, 'progressStart')).toEqual([]);
    const quick = await launched(ENDLESS, { supportsProgressReporting: true });
    await quick.client.ask('next', { threadId: 1 });
    await quick.client.event('worldstep/stopped');
    await quick.client.ask('stepBack', { threadId: 1 });
    await quick.client.event('worldstep/stopped');
    expect(named(quick.client, 'progressStart')).toEqual([]);
  });
});

describe('a change by hand', { timeout: 60_000 }, () => {
  it('is announced: variables, memory that is shown, and our own views; threads and stacks stay', async () => {
    const { client } = await launched(SHAPES, { supportsInvalidatedEvent: true, supportsMemoryEvent: true });
    const { result, memoryReference } = await client.ask<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression: 'numbers' });
    expect(result).toContain('[u16; 1000]');
    await client.ask('readMemory', { memoryReference, count: 4 });
    const before = client.events.length;
    await client.ask('writeMemory', { memoryReference, offset: 2, data: 'NBI=' });
    await client.event('worldstep/stopped');
    const said = client.events.slice(before);
    expect(said.find(({ event }) => event === 'invalidated')?.body).toEqual({ areas: ['variables'] });
    expect(said.find(({ event }) => event === 'memory')?.body).toMatchObject({ memoryReference, offset: 0 });
    expect(said.some(({ event }) => event === 'stopped')).toBe(false);
    expect((await client.ask<{ result: string }>('evaluate', { expression: 'numbers[1]' })).result).toBe('4660');
    expect(client.wrong).toEqual([]);
  });

  it('leaves frames and variables usable: their numbers are of the same stop', async () => {
    const { client } = await launched(SHAPES, {});
    const { stackFrames } = await client.ask<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const { scopes } = await client.ask<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: stackFrames[0].id });
    const statics = scopes.find(({ name }) => name === 'Statics')?.variablesReference;
    await client.ask('setVariable', { variablesReference: statics, name: 'mood', value: 'BUSY' });
    const { variables } = await client.ask<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference: statics });
    expect(variables.find(({ name }) => name === 'mood')?.value).toBe('BUSY (7)');
    const { value } = await client.ask<{ value: string }>('setExpression', {
      expression: 'leaf.PA',
      value: '3 + 4',
      frameId: stackFrames[0].id,
      format: { hex: true },
    });
    expect(value).toBe('0x7');
  });
});
