/**
 * Where VS Code takes the protocol differently from what it says, the adapter's messages are adapted on their way; other
 * clients get them as they are.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';

type Message = DebugProtocol.ProtocolMessage;
type StackFrame = DebugProtocol.StackFrame;

/** Requests that say by themselves that the program goes on. */
const resuming: ReadonlySet<string> = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue']);

/** Milliseconds. VS Code forgets why a program stopped if it learns of that in the same breath as that it went on before. */
const breath = 20;

/** The messages of one session. */
export class Adaptation {
  private stopped = false;
  /** What waits until VS Code has drawn breath. */
  private held: Message[] | undefined;

  constructor(private readonly deliver: (message: Message) => void) {}

  pass(message: Message): void {
    for (const adapted of this.adapt(message)) this.deliverInTime(adapted);
  }

  private deliverInTime(message: Message): void {
    if (this.held) return void this.held.push(message);
    this.deliver(message);
    if (!isEvent(message, 'continued')) return;
    this.held = [];
    setTimeout(() => {
      const held = this.held ?? [];
      this.held = undefined;
      for (const each of held) this.deliverInTime(each);
    }, breath);
  }

  private adapt(message: Message): Message[] {
    if (message.type === 'response') return [this.adaptResponse(message as DebugProtocol.Response)];
    return message.type === 'event' ? this.adaptEvent(message as DebugProtocol.Event) : [message];
  }

  private adaptResponse(response: DebugProtocol.Response): Message {
    const { command, success } = response;
    if (success && resuming.has(command)) this.stopped = false;
    if (success && command === 'initialize') return withoutEventFilters(response as DebugProtocol.InitializeResponse);
    if (!success || command !== 'stackTrace') return response;
    const { stackFrames, ...body } = (response as DebugProtocol.StackTraceResponse).body;
    return { ...response, body: { ...body, stackFrames: stackFrames.map(adaptFrame) } } as DebugProtocol.StackTraceResponse;
  }

  /** Of two stops in a row, as by travelling, VS Code would go on to tell the reason of the first. */
  private adaptEvent(event: DebugProtocol.Event): Message[] {
    const wasStopped = this.stopped;
    if (event.event === 'continued') this.stopped = false;
    if (event.event !== 'stopped') return [event];
    this.stopped = true;
    const { threadId } = (event as DebugProtocol.StoppedEvent).body;
    const continued = { seq: 0, type: 'event', event: 'continued', body: { threadId, allThreadsContinued: true } };
    return wasStopped ? [continued, event] : [event];
  }
}

/**
 * VS Code would list the events among its breakpoints, without hit counts and log messages, and out of our reach: the view
 * Event Breakpoints lists them instead.
 */
function withoutEventFilters({ body, ...response }: DebugProtocol.InitializeResponse): DebugProtocol.InitializeResponse {
  return { ...response, body: { ...body, exceptionBreakpointFilters: [] } };
}

const isEvent = (message: Message, name: string) => message.type === 'event' && (message as DebugProtocol.Event).event === name;

function adaptFrame(frame: StackFrame): StackFrame {
  // VS Code selects the range of a frame that it shows: the next key would replace the statement.
  const { endLine: _line, endColumn: _column, ...start } = frame;
  return { ...start, ...(frame.source && { source: ownSource(frame.source) }) };
}

/**
 * VS Code keeps one source per URI and never forgets a hint: the frame of a handler would hide the frame below that
 * faulted in the same file, at this stop and at all later ones. A query, which reading a file ignores, makes it another source.
 */
function ownSource(source: DebugProtocol.Source): DebugProtocol.Source {
  if (source.presentationHint !== 'deemphasize' || !source.path) return source;
  // Of two sources with one name VS Code shows the paths, which are long.
  return { ...source, name: `${source.name} (handler)`, path: `${asUri(source.path)}?handler` };
}

function asUri(path: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return path;
  const slashed = path.replaceAll('\\', '/');
  return `file://${slashed.startsWith('/') ? '' : '/'}${slashed.split('/').map(encodeURIComponent).join('/')}`;
}
