/**
 * A debug session: takes each message of the client to its handler, and sees that every request is answered, whatever
 * happens in it. What a request does is written in the file of its concern; what several need is here.
 */
import { DebugSession, Event, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Arguments } from './arguments.ts';
import { dataBreakpointRequests } from './breakpoints/data-requests.ts';
import { breakpointRequests } from './breakpoints/requests.ts';
import type { Statement } from './breakpoints/statements.ts';
import { BreakpointStore } from './breakpoints/store.ts';
import { Client } from './client.ts';
import type { Debuggee } from './debuggee.ts';
import { Cancelled, Driver } from './driver.ts';
import type { Frame, Work } from './engine/engine.ts';
import { ERRORS, type ErrorName, RequestError } from './errors.ts';
import { consoleRequests } from './evaluate/requests.ts';
import { Handles } from './handles.ts';
import type { Host } from './host.ts';
import { lifecycleRequests } from './lifecycle.ts';
import { memoryRequests } from './memory/requests.ts';
import { reported } from './progress.ts';
import type { Notifications } from './protocol.ts';
import type { Exchange, Handler, Handlers, Need } from './requests.ts';
import { stackRequests } from './stack/requests.ts';
import { Execution } from './stops/execution.ts';
import { executionRequests } from './stops/requests.ts';
import { type Toolchain, toolchain } from './toolchain.ts';
import type { Expandable } from './variables/expandable.ts';
import type { Location } from './variables/locations.ts';
import { variableRequests } from './variables/requests.ts';
import { settingRequests } from './variables/set-requests.ts';
import { viewRequests } from './views/requests.ts';
import { travelRequests } from './views/travel-requests.ts';

const HANDLERS: Handlers = {
  ...lifecycleRequests,
  ...breakpointRequests,
  ...dataBreakpointRequests,
  ...executionRequests,
  ...stackRequests,
  ...variableRequests,
  ...settingRequests,
  ...consoleRequests,
  ...memoryRequests,
  ...viewRequests,
  ...travelRequests,
};

/** `ended` is for ever; `stopped` and `running` have a program. */
type Status = 'new' | 'ready' | 'stopped' | 'running' | 'ended';

const MISSING: Record<Exclude<Need, 'nothing'>, ErrorName> = { client: 'notInitialized', program: 'notLaunched', stop: 'notStopped' };

export class Session extends DebugSession {
  status: Status = 'new';
  /** Whether there is, or is about to be, a program. */
  launching = false;
  client = new Client(new Arguments('initialize', {}));
  debuggee: Debuggee | undefined;
  readonly driver: Driver;
  readonly execution = new Execution(this);
  readonly breakpoints = new BreakpointStore();
  /** Of the whole session, so that not even a restart gives a number twice. */
  readonly handles = {
    frames: new Handles<Frame>(),
    variables: new Handles<Expandable>(),
    locations: new Handles<Location>(),
    targets: new Handles<Statement>(),
  };
  private line: Promise<unknown> = Promise.resolve();
  private asking: number | undefined;
  private progress = 0;
  /** Requests that wait for their turn, and those of them that nobody wants any more. */
  private readonly waiting = new Set<number>();
  private readonly cancelled = new Set<number>();

  constructor(
    readonly host: Host,
    readonly tools: Toolchain = toolchain,
  ) {
    super();
    this.driver = new Driver(host);
    this.setRunAsServer(true); // Ending the process is the host's business.
  }

  /** The program; handlers that need one are not called without. */
  get program(): Debuggee {
    if (!this.debuggee) throw new RequestError('notLaunched');
    return this.debuggee;
  }

  get ended(): boolean {
    return this.status === 'ended';
  }

  /** The end of the session, by the program or by the user. */
  end(): void {
    if (this.ended) return;
    this.status = 'ended';
    this.event('terminated');
  }

  event(event: string, body?: unknown): void {
    this.sendEvent(new Event(event, body));
  }

  notify<N extends keyof Notifications>(event: N, body: Notifications[N]): void {
    this.event(event, body);
  }

  output(category: 'console' | 'stdout' | 'stderr', text: string, at?: Partial<DebugProtocol.OutputEvent['body']>): void {
    this.event('output', { category, output: `${text}\n`, ...at });
  }

  /** Does the engine's work for a request; the client hears of it if it takes long. */
  drive<T>(title: string, work: Work<T>): Promise<T> {
    return this.driver.drive(reported(this, title, work, this.asking));
  }

  nextProgress(): string {
    return `${++this.progress}`;
  }

  /** Gives up what is being asked, or what waits to be. */
  cancel(seq: number): void {
    if (this.asking === seq) this.driver.cancel();
    else if (this.waiting.has(seq)) this.cancelled.add(seq);
  }

  /** Clients of other kinds may send anything at all. What has no number cannot be answered. */
  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message?.type !== 'request') return;
    const { seq, command } = message as DebugProtocol.Request;
    if (Number.isSafeInteger(seq) && typeof command === 'string') super.handleMessage(message);
    else this.output('stderr', 'A request without a number or without a command cannot be answered.');
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.answer(request);
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const tasks: (() => void)[] = [];
    try {
      const { command } = request;
      const handler = Object.hasOwn(HANDLERS, command) ? (HANDLERS[command as keyof Handlers] as Handler<unknown>) : undefined;
      if (!handler) throw new RequestError('unknownRequest', `The adapter does not know the request ${command}.`);
      const args = new Arguments(command, request.arguments);
      const exchange: Exchange = {
        seq: request.seq,
        afterwards: (task) => tasks.push(task),
        note: (text) => {
          response.message = text;
        },
      };
      response.body = await (handler.needs === 'stop' ? this.inLine(handler, args, exchange) : this.atOnce(handler, args, exchange));
    } catch (error) {
      this.refuse(response, error);
    }
    this.sendResponse(response);
    for (const task of tasks) task();
  }

  private atOnce(handler: Handler<unknown>, args: Arguments, exchange: Exchange): unknown {
    this.check(handler.needs);
    return handler.run(this, args, exchange);
  }

  /** One after the other: while the engine looks something up, the machine is somewhere else. */
  private inLine(handler: Handler<unknown>, args: Arguments, exchange: Exchange): Promise<unknown> {
    if (this.status !== 'stopped') this.check('stop');
    this.waiting.add(exchange.seq);
    const turn = this.line.then(async () => {
      this.waiting.delete(exchange.seq);
      if (this.cancelled.delete(exchange.seq)) throw new Cancelled();
      this.asking = exchange.seq;
      try {
        return await this.atOnce(handler, args, exchange);
      } finally {
        this.asking = undefined;
      }
    });
    this.line = turn.catch(() => {});
    return turn;
  }

  private check(need: Need): void {
    const { status } = this;
    if (need === 'nothing') return;
    if (status === 'ended') throw new RequestError('notLaunched', 'The session has ended.');
    if (status === 'new') throw new RequestError('notInitialized');
    if (need === 'client') return;
    if (!this.debuggee) throw new RequestError('notLaunched');
    if (need === 'stop' && status !== 'stopped') throw new RequestError(MISSING.stop);
  }

  /** What went wrong inside is for whoever runs the adapter; the client hears that something did. */
  private broken(error: unknown): RequestError {
    this.host.failed(error);
    return new RequestError('internal');
  }

  private refuse(response: DebugProtocol.Response, error: unknown): void {
    const known = error instanceof RequestError ? error : error instanceof Cancelled ? new RequestError('cancelled') : this.broken(error);
    const { id } = ERRORS[known.kind];
    response.success = false;
    // The protocol gives these two words a meaning; the sentence is in the body.
    response.message = known.kind === 'notStopped' || known.kind === 'cancelled' ? known.kind : known.message;
    response.body = { error: { id, format: '{text}', variables: { text: known.message }, showUser: known.show } };
  }
}
