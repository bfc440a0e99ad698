/** More of everything than anybody means: it is answered, and what is not wanted any more leaves nothing behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../debug-adapter/errors.ts';
import type { TestClient } from './client.ts';
import { ENDLESS, ENDLESS_LINE, launchSmall, SHORT } from './small.ts';

const MIB = 2 ** 20;
const MANY = 100_000;

const text = async (client: TestClient, command: string, args: unknown): Promise<string> => {
  const { success, body } = await client.request(command, args);
  return success ? 'succeeded' : `${body.error.id} ${body.error.variables.text}`;
};

describe('an adapter that is asked for too much', { timeout: 120_000 }, () => {
  it('sets 100 000 breakpoints, and stops at one of them', async () => {
    const client = await launchSmall(ENDLESS);
    const breakpoints = Array.from({ length: MANY }, (_, i) => ({ line: 1 + (i % 40) }));
    const { breakpoints: set } = await client.ask<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
      source: { path: ENDLESS },
      breakpoints,
    });
    expect(set).toHaveLength(MANY);
    await client.ask('continue', { threadId: 1 });
    const { body } = await client.event<DebugProtocol.StoppedEvent>('stopped', 60_000);
    expect(body.reason).toBe('breakpoint');
    await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [] });
    await client.ask('disconnect');
  });

  it('sets 100 000 different breakpoints, and again in another order', async () => {
    const client = await launchSmall(ENDLESS);
    const breakpoints = Array.from({ length: MANY }, (_, i) => ({ line: 1 + (i % 40), hitCondition: `${i + 1}` }));
    const set = async (list: readonly object[]): Promise<number> => {
      const start = performance.now();
      await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: list });
      return performance.now() - start;
    };
    const first = await set(breakpoints);
    expect(await set([...breakpoints].reverse())).toBeLessThan(20 * first);
    await client.ask('disconnect');
  });

  it('sets 100 000 function breakpoints of the same name', async () => {
    const client = await launchSmall(ENDLESS);
    const breakpoints = Array.from({ length: MANY }, () => ({ name: 'ma*' }));
    const { breakpoints: set } = await client.ask<{ breakpoints: unknown[] }>('setFunctionBreakpoints', { breakpoints });
    expect(set).toHaveLength(MANY);
    await client.ask('disconnect');
  });

  it.each([
    ['brackets', '('.repeat(MANY)],
    ['balanced brackets', `${'('.repeat(MANY)}count${')'.repeat(MANY)}`],
    ['signs', `${'~'.repeat(MANY)}count`],
    ['a sum', `count${' + count'.repeat(MANY)}`],
    ['indexes', `count${'[0]'.repeat(MANY)}`],
    ['fields', `count${'.x'.repeat(MANY)}`],
    ['a name', 'x'.repeat(10 * MIB)],
    ['a number', '9'.repeat(MANY)],
    ['what is no text', '\0'.repeat(MANY)],
  ])('refuses or answers an expression of a hundred thousand parts: %s', async (_, expression) => {
    const client = await launchSmall(SHORT);
    for (const context of ['watch', 'repl', 'hover']) {
      expect(await text(client, 'evaluate', { expression, context })).not.toContain(`${ERRORS.internal.id} `);
    }
    const conditions = [{ line: ENDLESS_LINE, condition: expression, logMessage: `{${expression}}` }];
    expect(await text(client, 'setBreakpoints', { source: { path: SHORT }, breakpoints: conditions })).toBe('succeeded');
    await client.ask('completions', { text: expression, column: expression.length + 1 });
    await client.ask('disconnect');
  });

  it('answers ten thousand requests at once, in their order', async () => {
    const client = await launchSmall(SHORT);
    const order: number[] = [];
    await Promise.all(Array.from({ length: 10_000 }, (_, i) => client.request('stackTrace', { threadId: 1 }).then(() => order.push(i))));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await client.ask('disconnect');
  });

  it('cancels whatever is asked, and what is not, and remembers nothing of it', async () => {
    const client = await launchSmall(SHORT);
    for (let round = 0; round < 20; round++) {
      const asked = ['evaluate', 'stackTrace', 'worldstep/tags', 'worldstep/worlds'].map((command) =>
        client.request(command, { threadId: 1, expression: 'who cell', context: 'repl' }),
      );
      const last = client.lastSeq;
      for (let seq = last - 8; seq < last + 8; seq++) await client.ask('cancel', { requestId: seq });
      for (const { success, message } of await Promise.all(asked)) expect(success || message === 'cancelled').toBe(true);
    }
    await client.ask('stackTrace', { threadId: 1 });
    await client.ask('disconnect');
  });

  it('serves ten sessions at once, each as if it were alone', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => launchSmall(ENDLESS)));
    await Promise.all(
      clients.map(async (client, i) => {
        const condition = `count == ${1000 * (i + 1)}`;
        await client.ask('setBreakpoints', { source: { path: ENDLESS }, breakpoints: [{ line: ENDLESS_LINE, condition }] });
        await client.ask('continue', { threadId: 1 });
        await client.event('stopped', 60_000);
        const { stackFrames } = await client.ask<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
        const { result } = await client.ask<{ result: string }>('evaluate', { expression: 'count', frameId: stackFrames[0].id });
        expect(Number(result)).toBe(1000 * (i + 1));
        await client.ask('disconnect');
      }),
    );
  });

  it('leaves nothing behind of fifty sessions that were left in the middle of a run', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const session = async (): Promise<void> => {
      const client = await launchSmall(ENDLESS);
      await client.ask('continue', { threadId: 1 });
      await client.ask('disconnect');
    };
    const used = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const growth: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = await used();
      for (let i = 0; i < 50; i++) await session();
      growth.push((await used()) - before);
    }
    // What was warmed up in the first round stays; what leaks grows in all. One round takes 30 MiB.
    expect(Math.min(...growth)).toBeLessThan(5 * MIB);
  });
});
