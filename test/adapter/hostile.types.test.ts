/**
 * Every request with every wrong type in every field, and requests that there are not, in every state of a session: each is
 * answered, with success or with an error that says what is wrong, and the session lives on.
 */
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../debug-adapter/errors.ts';
import type { TestClient } from './client.ts';
import { nonsense } from './nonsense.ts';
import { COMMANDS } from './schema.ts';
import { ENDLESS, launchSmall, SHORT, smallClient } from './small.ts';

const UNKNOWN = ['', 'nonsense', '__proto__', 'constructor', 'toString', 'worldstep/', 'Threads', 'next ', '\0'];
/** Milliseconds. Nothing that is asked here takes long. */
const PATIENCE = 10_000;

/** What lets a request come further than its first check. */
const GOOD = {
  threadId: 1,
  program: SHORT,
  source: { path: SHORT },
  line: 6,
  column: 1,
  expression: 'count',
  text: 'cou',
  name: 'main',
  filter: 'smc',
  filters: ['smc'],
  memoryReference: '0x0',
  instructionReference: '0x0',
  address: '0x1000',
  dataId: 'x',
  value: '1',
  step: 1,
};

const STATES: Readonly<Record<TestClient['session']['status'], () => Promise<TestClient>>> = {
  new: async () => smallClient(),
  ready: async () => {
    const client = smallClient();
    await client.ask('initialize', { adapterID: 'worldstep' });
    return client;
  },
  stopped: () => launchSmall(SHORT),
  running: async () => {
    const client = await launchSmall(ENDLESS);
    await client.ask('continue', { threadId: 1 });
    return client;
  },
  ended: async () => {
    const client = await launchSmall(SHORT);
    await client.ask('terminate');
    return client;
  },
};

/** Frames and variables of the stop, so that some requests are about something. */
async function ids(client: TestClient): Promise<object> {
  if (client.session.status !== 'stopped') return {};
  const { body: stack } = await client.request('stackTrace', { threadId: 1 });
  const frameId = stack?.stackFrames?.[0]?.id;
  const { body: scopes } = await client.request('scopes', { frameId });
  return { frameId, variablesReference: scopes?.scopes?.[0]?.variablesReference };
}

const late = (): Promise<'late'> => new Promise((resolve) => setTimeout(resolve, PATIENCE, 'late'));

/** What is wrong with how a state takes nonsense. */
async function trial(state: keyof typeof STATES, command: string): Promise<string[]> {
  const wrong: string[] = [];
  let client = await STATES[state]();
  let good = { ...GOOD, ...(await ids(client)) };
  for (const args of nonsense(command, good)) {
    const answer = await Promise.race([client.request(command, args), late()]);
    const what = `${state}: ${command} ${JSON.stringify(args)}`;
    if (answer === 'late') wrong.push(`${what} is not answered`);
    else if (!answer.success && answer.body?.error?.id === ERRORS.internal.id) wrong.push(`${what} breaks the adapter`);
    wrong.push(...client.wrong.splice(0).map((text) => `${what}: ${text}`));
    if (answer === 'late') client.session.driver.cancel();
    while (state === 'stopped' && client.session.status === 'running') {
      const stop = await Promise.race([client.event('worldstep/stopped', PATIENCE).catch(() => late()), late()]);
      if (stop === 'late') break;
    }
    if (client.session.status === state && !client.session.driver.busy === (state !== 'running')) continue;
    await client.request('disconnect');
    client = await STATES[state]();
    good = { ...good, ...(await ids(client)) };
  }
  await client.request('disconnect');
  return [...new Set(wrong)].slice(0, 5);
}

describe.each(Object.keys(STATES) as (keyof typeof STATES)[])('wrong arguments for a session that is %s', { timeout: 120_000 }, (state) => {
  it.each([...COMMANDS, ...UNKNOWN])('do no harm in %s', async (command) => {
    expect(await trial(state, command)).toEqual([]);
  });
});
