/** Microsoft's own test client at `worldstep dap`, as other editors use it, with a recorder that listens on the line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Decoder } from '../../debug-adapter/transport/framing.node.ts';
import { Recorder } from './recorder.ts';

export class OutsideClient extends DebugClient {
  readonly recorder = new Recorder();
  private readonly closers: (() => void)[] = [];

  constructor() {
    super('node', 'not started by the client', 'worldstep');
    this.defaultTimeout = 20_000;
  }

  /** The adapter answers on `input` and listens on `output`. */
  over(input: Readable, output: Writable): this {
    const toAdapter = new PassThrough();
    toAdapter.pipe(output);
    const sent = new Decoder();
    toAdapter.on('data', (chunk: Buffer) => {
      for (const framed of sent.push(chunk)) if ('message' in framed) this.recorder.sent(framed.message, true);
    });
    const received = new Decoder();
    input.on('data', (chunk: Buffer) => {
      for (const framed of received.push(chunk)) {
        if ('message' in framed) this.recorder.received(framed.message as DebugProtocol.ProtocolMessage);
        else this.recorder.wrong.push(framed.problem);
      }
    });
    this.connect(input, toAdapter);
    return this;
  }

  async overTcp(port: number): Promise<this> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    this.closers.push(() => socket.destroy());
    return this.over(socket, socket);
  }

  overStdio(child: ChildProcess): this {
    this.closers.push(() => child.kill());
    return this.over(child.stdout as Readable, child.stdin as Writable);
  }

  /** Goes without a word. */
  vanish(): void {
    for (const close of this.closers) close();
  }

  /** A request that moves, and the stop that it comes to. */
  async go(command: string, args: object = { threadId: 1 }): Promise<DebugProtocol.StoppedEvent> {
    const stop = this.waitForEvent('stopped', this.defaultTimeout);
    await this.send(command, args);
    return (await stop) as DebugProtocol.StoppedEvent;
  }

  async stack(): Promise<DebugProtocol.StackFrame[]> {
    return (await this.stackTraceRequest({ threadId: 1 })).body.stackFrames;
  }
}

export const dap = (cli: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [cli, 'dap', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });

/** A server on a port of its own choice. */
export async function dapServer(cli: string): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = dap(cli, '--port', '0');
  const [line] = await once(child.stdout as Readable, 'data');
  const [, port] = /^Listening on 127\.0\.0\.1:(\d+)\n$/.exec(String(line)) ?? [];
  return { child, port: Number(port) };
}
