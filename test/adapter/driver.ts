/** A user at work: launches, moves, sets breakpoints and changes values, and writes down what comes of it. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventBreakpoint, Requests } from '../../debug-adapter/protocol.ts';
import { Looking } from './looking.ts';
import { pathOf } from './screen.ts';

export { pathOf } from './screen.ts';

export class Transcript extends Looking {
  protected readonly watched: DebugProtocol.DataBreakpoint[] = [];

  /** F5: the requests that VS Code sends, in its order. Breakpoints are set while the program waits to begin. */
  async launch(program: string, attributes: object = {}, configure: () => Promise<void> = async () => {}): Promise<void> {
    this.did(`launch ${basename(program)}${Object.keys(attributes).length > 0 ? ` ${JSON.stringify(attributes)}` : ''}`);
    const { client } = this;
    this.program = basename(program);
    const capabilities = await client.ask<DebugProtocol.Capabilities>('initialize', {
      clientID: 'vscode',
      adapterID: 'worldstep',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
    });
    const absolute = program.includes(':') ? program : pathOf(program);
    await client.ask('launch', { program: absolute, ...attributes });
    await client.event('initialized');
    const filters = (capabilities.exceptionBreakpointFilters ?? []).filter((filter) => filter.default).map(({ filter }) => filter);
    await client.ask('setExceptionBreakpoints', { filters });
    await configure();
    await client.ask('configurationDone');
    await this.stopped();
  }

  /** Something that moves the program, and the stop that it comes to. */
  async go(command: string, args: object = {}): Promise<void> {
    this.did(command, args);
    await this.client.ask(command, { threadId: this.thread, ...args });
    await this.stopped();
  }

  async end(command: string): Promise<void> {
    this.did(command);
    await this.client.ask(command, { threadId: this.thread });
    const { body } = await this.client.event<DebugProtocol.ExitedEvent>('exited');
    await this.client.event('terminated');
    this.saw(`exited with ${body.exitCode}`);
  }

  async breakpoints(source: string, ...wanted: (number | DebugProtocol.SourceBreakpoint)[]): Promise<void> {
    const breakpoints = wanted.map((item) => (typeof item === 'number' ? { line: item } : item));
    this.did(`breakpoints in ${basename(source)}:`, ...breakpoints);
    const path = source.includes(':') ? source : pathOf(source);
    this.showBreakpoints(await this.client.ask('setBreakpoints', { source: { path }, breakpoints }));
  }

  async functions(...names: (string | DebugProtocol.FunctionBreakpoint)[]): Promise<void> {
    const breakpoints = names.map((item) => (typeof item === 'string' ? { name: item } : item));
    this.did('function breakpoints', ...breakpoints);
    this.showBreakpoints(await this.client.ask('setFunctionBreakpoints', { breakpoints }));
  }

  async events(filters: string[], filterOptions: DebugProtocol.ExceptionFilterOptions[] = []): Promise<void> {
    this.did('event breakpoints', ...filters, ...filterOptions);
    this.showBreakpoints(await this.client.ask('setExceptionBreakpoints', { filters, filterOptions }));
  }

  /** `name`: an expression, an address (`ns:0x8800_0000`) or the tag of one (`tag 0x8800_0000`). */
  async watch(
    name: string,
    wish: { accessType?: string; condition?: string; hitCondition?: string; bytes?: number; asAddress?: boolean } = {},
  ): Promise<void> {
    const { bytes, asAddress, ...rest } = wish;
    this.did(`watch ${name}`, wish);
    const info = await this.client.ask<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
      name,
      frameId: this.frames[0]?.id,
      ...(bytes !== undefined && { bytes }),
      ...(asAddress && { asAddress }),
    });
    this.saw(info.description);
    if (info.dataId !== null) this.watched.push({ dataId: info.dataId, ...rest } as DebugProtocol.DataBreakpoint);
    if (info.dataId !== null) this.showBreakpoints(await this.client.ask('setDataBreakpoints', { breakpoints: this.watched }), -1);
  }

  async unwatch(): Promise<void> {
    this.did('watch nothing');
    this.watched.length = 0;
    await this.client.ask('setDataBreakpoints', { breakpoints: [] });
  }

  /** The tree of event breakpoints. */
  async tree(...breakpoints: EventBreakpoint[]): Promise<void> {
    this.did('event tree', ...breakpoints);
    const body = await this.client.ask<Requests['worldstep/setEventBreakpoints']['body']>('worldstep/setEventBreakpoints', { breakpoints });
    for (const { verified, message } of body.breakpoints) this.saw(verified ? 'verified' : `unverified: ${message}`);
  }

  /** Sends something to be refused or answered by a sentence. */
  async tries(command: string, args: object = {}): Promise<void> {
    this.did(command, args);
    const { success, message, body } = await this.client.request(command, args, true);
    this.saw(success ? 'done' : (body?.error?.variables?.text ?? message ?? ''));
  }

  /** Changes a value in an opened scope, along a path of names. */
  async set(scope: string, path: string[], value: string, frame = 0): Promise<void> {
    this.did(`set ${path.join(' ▸ ')} = ${value}`);
    const { scopes } = await this.client.ask<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId: this.frames[frame].id });
    let variablesReference = scopes.find(({ name }) => name.startsWith(scope))?.variablesReference ?? 0;
    for (const name of path.slice(0, -1)) {
      const { variables } = await this.client.ask<{ variables: DebugProtocol.Variable[] }>('variables', { variablesReference });
      variablesReference = variables.find((variable) => variable.name === name)?.variablesReference ?? 0;
    }
    const before = this.client.events.length;
    const { success, body } = await this.client.request('setVariable', { variablesReference, name: path.at(-1), value }, true);
    this.saw(success ? body.value : body.error.variables.text);
    this.said(before);
  }

  async stepInTargets(): Promise<readonly DebugProtocol.StepInTarget[]> {
    this.did('step in targets');
    const { targets } = await this.client.ask<DebugProtocol.StepInTargetsResponse['body']>('stepInTargets', { frameId: this.frames[0].id });
    this.saw(targets.map(({ label }) => label).join(', ') || 'none');
    return targets;
  }

  async restartFrame(frame: number): Promise<void> {
    const { id, name } = this.frames[frame];
    this.did(`restart frame ${name}`);
    await this.client.ask('restartFrame', { frameId: id });
    await this.stopped();
  }

  async jumpTo(source: string, line: number): Promise<void> {
    this.did(`jump to ${basename(source)}:${line}`);
    const path = source.includes(':') ? source : pathOf(source);
    const { targets } = await this.client.ask<DebugProtocol.GotoTargetsResponse['body']>('gotoTargets', { source: { path }, line });
    const before = this.client.events.length;
    const { success, body } = await this.client.request('goto', { threadId: this.thread, targetId: targets[0]?.id }, true);
    if (!success) return this.saw(body.error.variables.text);
    await this.stopped();
    this.said(before);
  }

  async runTo(source: string, line: number, backward = false): Promise<void> {
    this.did(`run ${backward ? 'back ' : ''}to ${basename(source)}:${line}`);
    const path = source.includes(':') ? source : pathOf(source);
    await this.client.ask('worldstep/runTo', { source: { path }, line, threadId: this.thread, backward });
    await this.stopped();
  }

  /** A request of ours that travels. */
  async travel<N extends 'worldstep/goto' | 'worldstep/whoChangedTag' | 'worldstep/whoWrote'>(
    name: N,
    args: Requests[N]['arguments'],
  ): Promise<void> {
    this.did(name, args);
    const body = await this.client.ask<Record<string, unknown>>(name, args);
    if (typeof body.text === 'string') this.saw(body.text);
    if (body.found !== false) await this.stopped();
  }

  /** `from`: negative for the last ones. */
  protected showBreakpoints({ breakpoints }: { breakpoints: DebugProtocol.Breakpoint[] }, from = 0): void {
    for (const { verified, message, line, source } of (breakpoints ?? []).slice(from)) {
      const place = source ? ` at ${source.name}:${line}` : '';
      this.saw(verified ? `verified${place}` : `unverified: ${message}`);
    }
  }
}
