/**
 * Listens to a session and notes what the adapter does against the protocol: messages that no schema knows, and an order that
 * the protocol does not allow. ("Overview", and what the specification says of each event.)
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ERRORS } from '../../debug-adapter/errors.ts';
import { complaints } from './schema.ts';

type Message = DebugProtocol.ProtocolMessage & Partial<DebugProtocol.Response & DebugProtocol.Event>;

/** Requests after which the program may stop; no other stop has a reason. */
const MOVES: ReadonlySet<string> = new Set(
  [
    'configurationDone restart continue next stepIn stepOut stepBack reverseContinue restartFrame goto evaluate'.split(' '),
    'setVariable setExpression writeMemory'.split(' '),
    'goto runTo whoChangedTag whoWrote stepBackInto stepOutBackward finishExcursion finishExcursionBack chooseCore holdCore'
      .split(' ')
      .map((name) => `worldstep/${name}`),
  ].flat(),
);
/** Events that a client hears before it knows what the adapter can do, and after the session is over. */
const ALWAYS: ReadonlySet<string> = new Set(['output']);
/** How a thrown error looks, and where it was thrown. */
const INSIDES = /\n\s+at |[\w)]:\d+:\d+\)|node_modules|\b(?:Type|Range|Reference|Syntax|Assertion)Error\b|\[object |\bundefined\b/;

export class Recorder {
  /** What was wrong so far. */
  readonly wrong: string[] = [];
  private readonly unanswered = new Map<number, string>();
  private readonly breakpoints = new Set<number>();
  private readonly once = new Set<string>();
  private seq = 0;
  private initialized = false;
  private begun = false;
  private moved = false;
  private left = false;

  /** A request that the client sends; a `polite` one must be one of the protocol itself. */
  sent(request: Partial<DebugProtocol.Request>, polite: boolean): void {
    if (polite) this.wrong.push(...complaints(request as DebugProtocol.Request).map((text) => `the client's ${text}`));
    if (typeof request.seq === 'number') this.unanswered.set(request.seq, `${request.command}`);
  }

  received(message: Message): void {
    this.wrong.push(...complaints(message));
    this.demand(message.seq === ++this.seq, `number ${message.seq} comes after ${this.seq - 1}`);
    this.seq = message.seq;
    if (message.type === 'event') this.event(message);
    else this.response(message);
  }

  /** Commands that wait for an answer. */
  get waiting(): readonly string[] {
    return [...this.unanswered.values()];
  }

  private response({ request_seq = -1, command = '', success, message, body }: Message): void {
    this.demand(this.unanswered.get(request_seq) === command, `an answer to nothing: ${command} ${request_seq}`);
    this.unanswered.delete(request_seq);
    if (success) this.success(command, body);
    else this.failure(command, message, body);
  }

  private success(command: string, body: DebugProtocol.Response['body']): void {
    if (command === 'initialize') this.initialized = true;
    if (command === 'configurationDone') this.begun = true;
    if (command === 'disconnect') this.left = true;
    if (MOVES.has(command)) this.moved = true;
    for (const { id } of body?.breakpoints ?? []) if (id !== undefined) this.breakpoints.add(id);
  }

  private failure(command: string, message: string | undefined, body: DebugProtocol.ErrorResponse['body']): void {
    const { id, variables } = body?.error ?? {};
    const text = `${message} ${variables?.text}`;
    this.demand(Boolean(message), `${command} failed without a reason`);
    this.demand(
      Object.values(ERRORS).some((row) => row.id === id),
      `${command} failed with an unknown number ${id}`,
    );
    this.demand(id !== ERRORS.internal.id, `${command} broke the adapter: ${text}`);
    this.demand(!INSIDES.test(variables?.text ?? ''), `${command} tells the adapter's insides: ${text}`);
  }

  private event({ event = '', body }: Message): void {
    this.demand(!this.left, `${event} after the answer to disconnect`);
    this.demand(this.initialized || ALWAYS.has(event), `${event} before the answer to initialize`);
    this.demand(!this.once.has('terminated') || ALWAYS.has(event), `${event} after terminated`);
    this.rules[event]?.(body);
    this.once.add(event);
  }

  private readonly rules: Readonly<Record<string, (body: DebugProtocol.Event['body']) => void>> = {
    initialized: () => this.onlyOnce('initialized'),
    exited: () => {
      this.onlyOnce('exited');
      this.demand(this.begun, 'exited before it began');
    },
    terminated: () => this.onlyOnce('terminated'),
    output: ({ output }) => this.demand(!INSIDES.test(output), `output tells the adapter's insides: ${output}`),
    breakpoint: ({ breakpoint }) => void this.breakpoints.add(breakpoint.id),
    continued: () => this.demand(this.begun, 'continued before configurationDone was answered'),
    stopped: ({ reason, hitBreakpointIds = [] }) => {
      this.demand(this.begun, 'stopped before configurationDone was answered');
      this.demand(this.moved, `stopped (${reason}) although nothing moves, or before the answer to what moves`);
      this.demand(!this.once.has('exited'), 'stopped after exited');
      this.moved = false;
      for (const id of hitBreakpointIds) this.demand(this.breakpoints.has(id), `stopped at a breakpoint ${id} that nobody was told of`);
    },
  };

  private onlyOnce(event: string): void {
    this.demand(!this.once.has(event), `a second ${event}`);
  }

  private demand(holds: boolean, complaint: string): void {
    if (!holds) this.wrong.push(complaint);
  }
}
