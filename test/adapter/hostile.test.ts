/** Clients that do not behave: every request gets an answer that says what is wrong, and the session lives on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const VALUES = pathOf('test/adapter/programs/values.tfw');
const BROKEN = pathOf('test/adapter/programs/broken.tfw');

const sentence = async (client: TestClient, command: string, args?: unknown): Promise<string> => {
  const { success, body } = await client.request(command, args);
  return success ? 'succeeded' : body.error.variables.text;
};

describe('before there is a program', { timeout: 60_000 }, () => {
  it.each([
    ['threads', undefined, 'The first request must be `initialize`, and there is one only.'],
    ['launch', { program: VALUES }, 'The first request must be `initialize`, and there is one only.'],
    ['nonsense', undefined, 'The adapter does not know the request nonsense.'],
    ['toString', undefined, 'The adapter does not know the request toString.'],
    ['initialize', [], 'initialize must be an object'],
    ['initialize', { linesStartAt1: 'yes' }, 'initialize.linesStartAt1 must be a boolean'],
  ])('%s is refused', async (command, args, message) => {
    expect(await sentence(new TestClient(), command, args)).toBe(message);
  });

  it.each([
    ['threads', {}, 'The request needs a program, and none is being debugged: before `launch`, or after the end of the session.'],
    [
      'setBreakpoints',
      { source: { path: VALUES } },
      'The request needs a program, and none is being debugged: before `launch`, or after the end of the session.',
    ],
    [
      'continue',
      { threadId: 1 },
      'The request needs a program, and none is being debugged: before `launch`, or after the end of the session.',
    ],
    ['launch', {}, 'launch.program must be a string'],
    ['launch', { program: VALUES, stopOnEntry: 'sometimes' }, 'launch.stopOnEntry must be one of entry, reset'],
    ['launch', { program: VALUES, schedule: { seed: 'x' } }, 'launch.schedule.seed must be an integer'],
    ['launch', { program: VALUES, stepLimit: -1 }, 'launch.stepLimit must be no negative number'],
    ['launch', { program: VALUES, scenario: 'none' }, /^values\.tfw:1: .*"values of every type"/],
    ['launch', { program: BROKEN }, /^broken\.tfw:7: /],
    ['initialize', {}, 'The first request must be `initialize`, and there is one only.'],
  ])('after initialize, %s is refused', async (command, args, message) => {
    const client = new TestClient();
    await client.ask('initialize', { adapterID: 'worldstep' });
    const answer = await sentence(client, command, args);
    if (typeof message === 'string') expect(answer).toBe(message);
    else expect(answer).toMatch(message);
    expect(client.wrong).toEqual([]);
  });

  it('a file that is not there is named', async () => {
    const client = new TestClient();
    await client.ask('initialize', { adapterID: 'worldstep' });
    expect(await sentence(client, 'launch', { program: '/nowhere/missing.tfw' })).toMatch(/missing\.tfw/);
  });

  it('errors of a program come with their places, and a better one may be launched then', async () => {
    const client = new TestClient();
    await client.ask('initialize', { adapterID: 'worldstep' });
    await client.request('launch', { program: BROKEN });
    const [{ body }] = client.events;
    expect(body).toMatchObject({ category: 'stderr', source: { path: BROKEN }, line: 7 });
    expect(body.output).toMatch(/^broken\.tfw:7: error TFW101: /);
    await client.ask('launch', { program: VALUES });
  });
});

describe('at a stop', { timeout: 60_000 }, () => {
  const client = new TestClient();
  beforeAll(async () => {
    await client.ask('initialize', { adapterID: 'worldstep' });
    await client.ask('launch', { program: VALUES });
    await client.ask('configurationDone');
    await client.event('worldstep/stopped');
  }, 60_000);
  afterAll(() => expect(client.wrong).toEqual([]));

  it.each([
    ['stackTrace', {}, 'stackTrace.threadId must be an integer'],
    ['stackTrace', { threadId: 99 }, 'There is no core 98.'],
    ['stackTrace', { threadId: 0 }, 'There is no core -1.'],
    ['stackTrace', { threadId: 1, startFrame: -1 }, 'stackTrace.startFrame must be no negative number'],
    ['scopes', { frameId: 4711 }, 'The frame or variable belongs to an earlier stop, or never existed.'],
    ['variables', { variablesReference: 4711 }, 'The frame or variable belongs to an earlier stop, or never existed.'],
    ['variables', { variablesReference: {} }, 'variables.variablesReference must be an integer'],
    ['source', { sourceReference: 4711 }, 'No program was made of such a source.'],
    ['source', {}, 'No program was made of such a source.'],
    ['next', { threadId: 1, granularity: 'mile' }, 'next.granularity must be one of statement, line, instruction'],
    ['evaluate', {}, 'evaluate.expression must be a string'],
    ['evaluate', { expression: '' }, 'There is nothing to evaluate.'],
    ['evaluate', { expression: 'x0', frameId: 4711 }, 'The frame or variable belongs to an earlier stop, or never existed.'],
    ['evaluate', { expression: '(((', context: 'watch' }, /\(TFW0/],
    ['evaluate', { expression: '1 2', context: 'watch' }, /\(TFW0/],
    ['evaluate', { expression: 'who', context: 'repl' }, 'who needs something after it: who <variable, register or physical address>'],
    ['evaluate', { expression: 'tag 0x10', context: 'repl' }, 'There is no memory at 0x10.'],
    ['setBreakpoints', { source: 7 }, 'setBreakpoints.source must be an object'],
    ['setBreakpoints', { source: { path: VALUES }, breakpoints: [{}] }, 'setBreakpoints.breakpoints[0].line must be an integer'],
    ['setExceptionBreakpoints', { filters: [1] }, 'setExceptionBreakpoints.filters[0] must be a string'],
    ['setFunctionBreakpoints', { breakpoints: [{ name: null }] }, 'setFunctionBreakpoints.breakpoints[0].name must be a string'],
    ['readMemory', { memoryReference: 'here', count: 4 }, 'here is no memory reference'],
    ['readMemory', { memoryReference: '0xff00000000000000', count: 4 }, '0xff00000000000000 is no memory reference'],
    ['disassemble', { memoryReference: '0x1', instructionCount: 1 }, '0x1 is no memory reference'],
    ['exceptionInfo', { threadId: 1 }, 'The program did not stop on a fault.'],
    ['completions', { text: 'x' }, 'completions.column must be an integer'],
    ['launch', { program: VALUES }, 'The session has its program already.'],
    ['configurationDone', undefined, 'The session has its program already.'],
    ['restart', { arguments: { program: BROKEN } }, /^broken\.tfw:7: /],
    ['worldstep/whoChangedTag', { address: 'there' }, 'there is no address; one looks like this: 0x8800_0000'],
    ['worldstep/whoChangedTag', {}, 'worldstep/whoChangedTag.address must be a string'],
    ['worldstep/goto', {}, 'worldstep/goto.step must be an integer'],
    ['worldstep/goto', { event: 1_000_000 }, 'There is no event 1000000.'],
    ['worldstep/tags', { from: 'x' }, 'x is no address'],
    ['worldstep/whoWrote', { expression: 'nothing at all' }, /\(TFW/],
  ])('%s with %j is refused', async (command, args, message) => {
    const answer = await sentence(client, command, args);
    if (typeof message === 'string') expect(answer).toBe(message);
    else expect(answer).toMatch(message);
  });

  it('a message that is none is ignored, and the session lives on', async () => {
    for (const message of [null, undefined, 7, 'next', [], {}, { type: 'response' }, { type: 'event' }]) {
      client.session.handleMessage(message as never);
    }
    const before = client.events.length;
    for (const message of [
      { type: 'request' },
      { type: 'request', seq: 'x', command: 'threads' },
      { type: 'request', seq: 1, command: 7 },
    ]) {
      client.session.handleMessage(message as never);
    }
    await client.ask('stackTrace', { threadId: 1 });
    const told = client.events.slice(before).map(({ body }) => body.output);
    expect(told).toEqual(Array(3).fill('A request without a number or without a command cannot be answered.\n'));
  });

  it('numbers of the last stop mean nothing at the next one, nor after a restart', async () => {
    const { stackFrames } = await client.ask<{ stackFrames: { id: number }[] }>('stackTrace', { threadId: 1 });
    const { scopes } = await client.ask<{ scopes: { variablesReference: number }[] }>('scopes', { frameId: stackFrames[0].id });
    await client.ask('next', { threadId: 1 });
    await client.event('worldstep/stopped');
    expect(await sentence(client, 'scopes', { frameId: stackFrames[0].id })).toMatch(/earlier stop/);
    expect(await sentence(client, 'variables', { variablesReference: scopes[0].variablesReference })).toMatch(/earlier stop/);
    await client.ask('restart', {});
    await client.event('worldstep/stopped');
    const again = await client.ask<{ stackFrames: { id: number }[] }>('stackTrace', { threadId: 1 });
    expect(again.stackFrames[0].id).toBeGreaterThan(stackFrames[0].id);
    expect(await sentence(client, 'scopes', { frameId: stackFrames[0].id })).toMatch(/earlier stop/);
  });

  it('many requests at once are answered in their order', async () => {
    const order: number[] = [];
    const requests = Array.from({ length: 20 }, (_, i) =>
      client.request(i % 3 === 0 ? 'worldstep/worlds' : 'threads', {}).then(() => order.push(i)),
    );
    const stacks = client.request('stackTrace', { threadId: 1 });
    await Promise.all([...requests, stacks]);
    expect(order).toHaveLength(20);
  });
});
