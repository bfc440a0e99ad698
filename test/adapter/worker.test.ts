/** The adapter in its thread, bundled as it is shipped: messages in, messages out, files from the disk or from the client. */
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileQuestion } from '../../debug-adapter/protocol.ts';
import { type Bundle, bundle } from './bundle.ts';
import { pathOf } from './driver.ts';
import { Recorder } from './recorder.ts';

const VALUES = pathOf('test/adapter/programs/values.tfw');
const ENDLESS = pathOf('test/adapter/programs/endless.tfw');

let built: Bundle;

/** The thread, as the extension's connection sees it. */
class Thread {
  readonly worker: Worker;
  readonly questions: string[] = [];
  readonly recorder = new Recorder();
  private readonly received: DebugProtocol.ProtocolMessage[] = [];
  private readonly waiting = new Set<() => void>();
  private seq = 0;

  constructor(files: Readonly<Record<string, string>> | undefined) {
    this.worker = new Worker(built.worker, files && { workerData: { files: 'client' } });
    this.worker.on('message', (message: DebugProtocol.ProtocolMessage | FileQuestion) => {
      if (message.type === 'worldstep/readFile') {
        const { id, uri } = message as FileQuestion;
        this.questions.push(uri);
        this.worker.postMessage({ type: 'worldstep/file', id, text: files?.[uri] });
        return;
      }
      this.recorder.received(message as DebugProtocol.ProtocolMessage);
      this.received.push(message as DebugProtocol.ProtocolMessage);
      for (const wake of this.waiting) wake();
    });
  }

  async until<M extends DebugProtocol.ProtocolMessage>(what: (message: M) => boolean): Promise<M> {
    for (;;) {
      const found = this.received.find((message) => what(message as M));
      if (found) return found as M;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  async ask(command: string, args: object = {}): Promise<DebugProtocol.Response> {
    const seq = ++this.seq;
    const request = { seq, type: 'request', command, arguments: args };
    this.recorder.sent(request, true);
    this.worker.postMessage(request);
    return this.until<DebugProtocol.Response>(({ type, request_seq }) => type === 'response' && request_seq === seq);
  }

  event(name: string): Promise<DebugProtocol.Event> {
    return this.until<DebugProtocol.Event>(({ type, event }) => type === 'event' && event === name);
  }

  async launch(program: string): Promise<DebugProtocol.Response> {
    await this.ask('initialize', { adapterID: 'worldstep' });
    return this.ask('launch', { program });
  }
}

describe('the adapter in its thread', { timeout: 60_000 }, () => {
  const threads: Thread[] = [];
  const start = (files?: Readonly<Record<string, string>>): Thread => {
    const thread = new Thread(files);
    threads.push(thread);
    return thread;
  };

  beforeAll(async () => {
    built = await bundle();
  }, 60_000);
  afterAll(async () => {
    for (const { worker } of threads) await worker.terminate();
    built.remove();
    expect(threads.flatMap(({ recorder }) => recorder.wrong)).toEqual([]);
  });

  it('debugs a file of the disk', async () => {
    const thread = start();
    expect(await thread.launch(VALUES)).toMatchObject({ success: true });
    await thread.ask('configurationDone');
    expect((await thread.event('stopped')).body).toMatchObject({ reason: 'entry' });
  });

  it('debugs what only the client has, and asks for nothing but that', async () => {
    const uri = 'untitled:Untitled-1';
    const thread = start({ [uri]: await readFile(VALUES, 'utf8') });
    expect(await thread.launch(uri)).toMatchObject({ success: true });
    expect(thread.questions).toEqual([uri]);
  });

  it('reports a file that neither has', async () => {
    expect(await start({}).launch('untitled:Untitled-2')).toMatchObject({ success: false });
    expect(await start().launch('/nowhere/missing.tfw')).toMatchObject({ success: false });
  });

  it('pauses an endless loop', async () => {
    const thread = start();
    await thread.launch(ENDLESS);
    await thread.ask('configurationDone');
    await thread.event('stopped');
    await thread.ask('continue', { threadId: 1 });
    await thread.ask('pause', { threadId: 1 });
    await thread.until<DebugProtocol.Event>(({ event, body }) => event === 'stopped' && body.reason === 'pause');
  });
});
