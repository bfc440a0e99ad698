/** A client of the debug adapter for tests: sends requests, waits for answers and events, and believes no message unchecked. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Host } from '../../debug-adapter/host.ts';
import { Session } from '../../debug-adapter/session.ts';
import { type Toolchain, toolchain } from '../../debug-adapter/toolchain.ts';
import { Recorder } from './recorder.ts';

type Event = DebugProtocol.Event;
type Response = DebugProtocol.Response;

/** Files that are on no disk come first. */
export function hostOf(files: Readonly<Record<string, string>> = {}): Host {
  return {
    read: async (uri) => files[uri] ?? (await readFile(fileURLToPath(uri), 'utf8').catch(() => undefined)),
    later: (task) => void setImmediate(task),
    now: () => performance.now(),
    failed: (error) => console.error(error),
  };
}

/** As it would come through a pipe. */
const through = <M>(message: M): M => JSON.parse(JSON.stringify(message));

export class TestClient {
  readonly session: Session;
  /** Every event, in order. */
  readonly events: Event[] = [];
  readonly recorder = new Recorder();
  /** What the adapter did against the protocol. */
  readonly wrong = this.recorder.wrong;
  private seq = 0;
  private taken = 0;
  private readonly answers = new Map<number, (response: Response) => void>();
  private readonly watchers = new Set<() => void>();

  constructor(host: Host = hostOf(), tools: Toolchain = toolchain) {
    this.session = new Session(host, tools);
    this.session.onDidSendMessage((message) => this.receive(message as DebugProtocol.ProtocolMessage));
  }

  /** Sends anything at all, and gives the answer, good or bad. */
  request(command: string, args?: unknown, polite = false): Promise<Response> {
    const seq = ++this.seq;
    const request = { seq, type: 'request', command, ...(args !== undefined && { arguments: args }) };
    const answer = new Promise<Response>((resolve) => this.answers.set(seq, resolve));
    this.recorder.sent(through(request), polite);
    this.session.handleMessage(request as DebugProtocol.Request);
    return answer;
  }

  /** Sends a request of the protocol that must succeed. */
  async ask<Body = unknown>(command: string, args?: unknown): Promise<Body> {
    const { success, message, body } = await this.request(command, args, true);
    this.believe();
    if (!success) throw new Error(`${command}: ${body?.error?.variables?.text ?? message}`);
    return body as Body;
  }

  private believe(): void {
    if (this.wrong.length > 0) throw new Error(this.wrong.join('\n'));
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Waits for the next event of a name; what came before it is skipped. */
  async event<E extends Event>(name: string, timeout = 8000): Promise<E> {
    const end = Date.now() + timeout;
    for (;;) {
      this.believe();
      const found = this.events.findIndex((event, index) => index >= this.taken && event.event === name);
      if (found >= 0) {
        this.taken = found + 1;
        return this.events[found] as E;
      }
      if (Date.now() > end) throw new Error(`no ${name} came; there was ${this.events.map(({ event }) => event).join(', ')}`);
      await this.news(end - Date.now());
    }
  }

  private news(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, timeout));
      this.watchers.add(done);
    });
  }

  private receive(sent: DebugProtocol.ProtocolMessage): void {
    const message = through(sent);
    this.recorder.received(message);
    if (message.type === 'event') this.events.push(message as Event);
    else if (message.type === 'response') this.answer(message as Response);
    for (const watcher of [...this.watchers]) watcher();
  }

  private answer(response: Response): void {
    const resolve = this.answers.get(response.request_seq);
    this.answers.delete(response.request_seq);
    resolve?.(response);
  }
}
