/** `worldstep dap` from outside: a debug session by the protocol's own test client, over standard streams and over TCP. */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../debug-adapter/transport/framing.node.ts';
import { type Bundle, bundle } from './bundle.ts';
import { pathOf } from './driver.ts';
import { dap, dapServer, OutsideClient } from './outside.ts';
import { ENDLESS_TEXT, SHORT_TEXT } from './small.ts';

const START_HERE = pathOf('scenarios/arm/cca/start-here.tfw');
const PAGE = 'ns:0x88000000';

let built: Bundle;
let endless: string;
let short: string;
let server: Awaited<ReturnType<typeof dapServer>>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  built = await bundle({ cli: true });
  endless = built.file('endless.tfw', ENDLESS_TEXT);
  short = built.file('short.tfw', SHORT_TEXT);
  server = await dapServer(built.cli);
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill();
  server.child.kill('SIGTERM');
  const [code] = await once(server.child, 'exit');
  built.remove();
  expect(code).toBe(0);
});

const WAYS = {
  'standard input and output': async () => {
    const child = dap(built.cli);
    children.push(child);
    return new OutsideClient().overStdio(child);
  },
  TCP: () => new OutsideClient().overTcp(server.port),
};

const at = (frame: DebugProtocol.StackFrame): string => `${frame.name}:${frame.line}`;

async function launched(client: OutsideClient, program: string): Promise<OutsideClient> {
  const stop = client.waitForEvent('stopped', 20_000);
  await Promise.all([client.configurationSequence(), client.launch({ program })]);
  await stop;
  return client;
}

describe.each(Object.entries(WAYS))('a client over %s', { timeout: 60_000 }, (_, connected) => {
  it('debugs across worlds, forwards and backwards, and leaves', async () => {
    const client = await launched(await connected(), START_HERE);
    expect((await client.stack()).map(at)).toEqual(['host.main:7']);

    const path = START_HERE;
    const { body } = await client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line: 9 }, { line: 10 }] });
    expect(body.breakpoints.map(({ verified, line }) => [verified, line])).toEqual([
      [true, 9],
      [true, 10],
    ]);
    const { body: stopped } = await client.go('continue');
    expect(stopped).toMatchObject({ reason: 'breakpoint', hitBreakpointIds: [body.breakpoints[0].id] });

    await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'rmm.smc_granule_delegate' }] });
    await client.go('continue');
    const frames = (await client.stack()).map(({ name }) => name);
    expect(frames[0]).toBe('rmm.smc_granule_delegate');
    expect(frames).toContain('SMC from Non-secure EL2');
    expect(frames.at(-1)).toBe('host.main');
    const library = (await client.stack())[0].source as DebugProtocol.Source;
    const { body: source } = await client.sourceRequest({ source: library, sourceReference: library.sourceReference ?? 0 });
    expect(source.content).toContain('fn smc_granule_delegate');

    await client.setFunctionBreakpointsRequest({ breakpoints: [] });
    await client.go('reverseContinue');
    expect((await client.stack()).map(at)).toEqual(['host.main:9']);
    await client.go('next');
    expect((await client.stack()).map(at)).toEqual(['host.main:10']);
    await client.go('stepBack');
    const [frame] = await client.stack();
    expect(at(frame)).toBe('host.main:9');

    const { body: value } = await client.evaluateRequest({ expression: '*page', frameId: frame.id, context: 'watch' });
    expect(value.result).toBe('42');
    const memory = await client.customRequest('readMemory', { memoryReference: PAGE, count: 8 });
    expect(memory.body).toMatchObject({ data: Buffer.of(42, 0, 0, 0, 0, 0, 0, 0).toString('base64') });

    await client.disconnectRequest();
    expect(client.recorder.wrong).toEqual([]);
    expect(client.recorder.waiting).toEqual([]);
  });

  it('is told when it asks for what there is not', async () => {
    const client = await connected();
    await client.initializeRequest();
    await expect(client.launch({ program: '/nowhere/missing.tfw' })).rejects.toThrow();
    await expect(client.customRequest('nonsense')).rejects.toThrow('The adapter does not know the request nonsense.');
    await client.disconnectRequest();
  });
});

describe('the process', { timeout: 60_000 }, () => {
  const start = async (): Promise<[ChildProcess, OutsideClient]> => {
    const child = dap(built.cli);
    children.push(child);
    return [child, new OutsideClient().overStdio(child)];
  };

  it('ends when its client disconnects, in the middle of a run', async () => {
    const [child, client] = await start();
    await launched(client, endless);
    await client.continueRequest({ threadId: 1 });
    const exit = once(child, 'exit');
    await client.disconnectRequest();
    expect(await exit).toEqual([0, null]);
    expect(client.recorder.wrong).toEqual([]);
  });

  it('ends when its client closes the stream, in the middle of a run', async () => {
    const [child, client] = await start();
    await launched(client, endless);
    await client.continueRequest({ threadId: 1 });
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('serves the script of docs/clients.md', async () => {
    const [, script] = /```js\n([\s\S]*?)```/.exec(readFileSync(pathOf('docs/clients.md'), 'utf8')) ?? ['', ''];
    const started = script.replace("spawn('npx', ['worldstep', 'dap']", `spawn(process.execPath, [${JSON.stringify(built.cli)}, 'dap']`);
    expect(started).not.toBe(script);
    const { stdout } = await promisify(execFile)(process.execPath, [built.file('client.mjs', started), START_HERE]);
    expect(stdout.split('\n')).toEqual([
      'GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm',
      '  host.sync_same_el',
      '  data abort from Non-secure EL2',
      '  host.main',
      '',
    ]);
  });

  it('says that a port is in use', async () => {
    const child = dap(built.cli, '--port', `${server.port}`);
    const [text] = await once(child.stderr as Socket, 'data');
    expect(String(text)).toBe(`worldstep: cannot listen on port ${server.port}: it is in use\n`);
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});

describe('the server', { timeout: 60_000 }, () => {
  /** All that comes until the adapter closes the connection. */
  const answerTo = async (bytes: string | Buffer): Promise<string> => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket) text += chunk;
    return text;
  };

  it('listens to this machine alone', async () => {
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address, family, internal } of others) {
      if (internal || family !== 'IPv4') continue;
      const [error] = await once(connect(server.port, address), 'error').catch((reason) => [reason]);
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
    const [error] = await once(connect(server.port, '127.0.0.2'), 'error').catch((reason) => [reason]);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('gives each client a session of its own, at once and one after the other', async () => {
    const one = await launched(await new OutsideClient().overTcp(server.port), endless);
    await one.continueRequest({ threadId: 1 });
    const two = await launched(await new OutsideClient().overTcp(server.port), short);
    expect((await two.stack()).map(at)).toEqual([expect.stringMatching(/^code\.main:/)]);
    const paused = one.waitForEvent('stopped');
    await one.pauseRequest({ threadId: 1 });
    expect((await paused).body.reason).toBe('pause');
    await one.disconnectRequest();
    await two.go('next');
    await two.disconnectRequest();
    const three = await launched(await new OutsideClient().overTcp(server.port), short);
    await three.disconnectRequest();
    expect([one, two, three].flatMap(({ recorder }) => recorder.wrong)).toEqual([]);
  });

  it('goes on when a client vanishes in the middle of a step', async () => {
    const gone = await launched(await new OutsideClient().overTcp(server.port), endless);
    await gone.stepOutRequest({ threadId: 1 });
    gone.vanish();
    const next = await launched(await new OutsideClient().overTcp(server.port), short);
    await next.disconnectRequest();
  });

  it('tells a browser that it is no web server, and executes nothing of its request', async () => {
    const launch = encode({ seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } });
    const request = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${launch.length}\r\n\r\n`;
    const text = await answerTo(Buffer.concat([Buffer.from(request), launch]));
    expect(text).toMatch(/^Content-Length: \d+\r\n\r\n\{[^{]*"event":"output"[^{]*\{[^{}]*was not understood[^{}]*\}\}$/);
  });

  it('tells of what is no JSON, and serves the next message', async () => {
    const bytes = [Buffer.from('Content-Length: 4\r\n\r\nnull'), encode({ seq: 1, type: 'request', command: 'disconnect' })];
    const text = await answerTo(Buffer.concat(bytes));
    expect(text).toContain('What the client sent was not understood: a message must be a JSON object.');
    expect(text).toContain('"command":"disconnect","success":true');
  });
});
