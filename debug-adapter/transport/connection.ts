/**
 * The thread in which adapter and machine run, as whoever started it sees it: protocol messages in, protocol messages out.
 * Whatever happens to the thread, the client gets an answer to every request and, if the thread dies, a `terminated` event:
 * clients would otherwise wait for ever.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ERRORS } from '../errors.ts';
import type { FileAnswer, FileQuestion } from '../protocol.ts';

/** What is needed of a `worker_threads` Worker. */
export interface AdapterThread {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: DebugProtocol.ProtocolMessage | FileQuestion) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

interface Options {
  /** Receives what the adapter says to the client. */
  readonly deliver: (message: DebugProtocol.ProtocolMessage) => void;
  /** The text of a file, for a thread that is started to ask for it. */
  readonly read?: (uri: string) => Promise<string | undefined>;
  /** Called once if the thread dies on its own. */
  readonly crashed: (reason: string) => void;
  /** How long the adapter may take to say goodbye, in milliseconds. */
  readonly patience?: number;
}

/** Requests that end a session; an adapter that does not answer them is ended anyway. */
const farewells: ReadonlySet<string> = new Set(['disconnect', 'terminate']);

export class AdapterConnection {
  private readonly unanswered = new Map<number, DebugProtocol.Request>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the last message to the client: the thread does not know of those that are said here. */
  private seq = 0;
  private ended = false;

  constructor(
    private readonly thread: AdapterThread,
    private readonly options: Options,
  ) {
    thread.on('message', (message) => this.receive(message));
    thread.on('error', (error) => this.crash(error.message));
    thread.on('exit', (code) => this.crash(`its thread ended with ${code}`));
  }

  /** Passes a message of the client to the adapter. */
  send(message: DebugProtocol.ProtocolMessage): void {
    if (!this.ended) {
      if (isRequest(message)) this.expectAnswer(message);
      this.thread.postMessage(message);
    } else if (isRequest(message)) {
      this.answerForTheDead(message);
    }
  }

  /** Ends the thread, in the middle of a run if need be. */
  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
    void this.thread.terminate();
  }

  private expectAnswer(request: DebugProtocol.Request): void {
    this.unanswered.set(request.seq, request);
    if (farewells.has(request.command)) this.timer ??= setTimeout(() => this.giveUp(), this.options.patience ?? 2000);
  }

  private receive(message: DebugProtocol.ProtocolMessage | FileQuestion): void {
    if (this.ended) return;
    if (asksForFile(message)) return void this.answerQuestion(message);
    if (message.type === 'response') this.answered(message as DebugProtocol.Response);
    this.deliver(message);
  }

  private answered({ request_seq, command }: DebugProtocol.Response): void {
    this.unanswered.delete(request_seq);
    if (!farewells.has(command)) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async answerQuestion({ id, uri }: FileQuestion): Promise<void> {
    const text = await this.options.read?.(uri).catch(() => undefined);
    const answer: FileAnswer = { type: 'worldstep/file', id, ...(text !== undefined && { text }) };
    if (!this.ended) this.thread.postMessage(answer);
  }

  private giveUp(): void {
    this.close();
    this.answerAll();
    this.say('terminated');
  }

  private crash(reason: string): void {
    if (this.ended) return;
    this.close();
    const text = `The debugger stopped unexpectedly: ${reason}`;
    this.answerAll();
    this.say('output', { category: 'stderr', output: `${text}\n` });
    this.say('terminated');
    this.options.crashed(text);
  }

  private answerAll(): void {
    for (const request of this.unanswered.values()) this.answerForTheDead(request);
    this.unanswered.clear();
  }

  private answerForTheDead({ seq, command }: DebugProtocol.Request): void {
    const message = 'The debug session has ended.';
    const failed = { success: false, message, body: { error: { id: ERRORS.notLaunched.id, format: message } } };
    this.deliver({ type: 'response', request_seq: seq, command, ...(farewells.has(command) ? { success: true } : failed) });
  }

  /** An event of whoever holds this connection, rather than of the session. */
  say(event: string, body?: unknown): void {
    this.deliver({ type: 'event', event, ...(body !== undefined && { body }) });
  }

  private deliver(message: object): void {
    this.options.deliver({ ...message, seq: ++this.seq } as DebugProtocol.ProtocolMessage);
  }
}

function asksForFile(message: DebugProtocol.ProtocolMessage | FileQuestion): message is FileQuestion {
  return message.type === 'worldstep/readFile';
}

function isRequest(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Request {
  return message.type === 'request';
}
