/**
 * Writes down a debug session as one would read it from the screen: what the user does, and below it what is seen. A
 * transcript is compared with the file of its name; `UPDATE=1` rewrites the file.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import type { EventBreakpoint, Requests } from '../../debug-adapter/protocol.ts';
import { hostOf, TestClient } from './client.ts';

export const pathOf = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export class Transcript {
  readonly client: TestClient;
  private readonly lines: string[] = [];
  private thread = 1;
  private program = '';
  private frames: DebugProtocol.StackFrame[] = [];
  private texts = new Map<string, string[]>();
  private readonly watched: DebugProtocol.DataBreakpoint[] = [];

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.client = new TestClient(hostOf(files));
  }

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

  /** What the console said since an event. */
  private said(from: number): void {
    for (const { event, body } of this.client.events.slice(from)) {
      if (event === 'output') this.lines.push(`  (${body.output.trimEnd()})`);
    }
  }

  /** Part of a scope, or of something in it, as a client asks that does not want all. */
  async page(scope: string, name: string | undefined, start: number, count: number, hex: boolean): Promise<void> {
    const { scopes } = await this.client.ask<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId: this.frames[0].id });
    let variablesReference = scopes.find((candidate) => candidate.name.startsWith(scope))?.variablesReference ?? 0;
    const ask = async (args: object): Promise<DebugProtocol.Variable[]> =>
      (await this.client.ask<{ variables: DebugProtocol.Variable[] }>('variables', { variablesReference, ...args })).variables;
    if (name !== undefined) variablesReference = (await ask({})).find((variable) => variable.name === name)?.variablesReference ?? 0;
    this.did(`${name ?? scope} from ${start}, at most ${count}${hex ? ', in hex' : ''}`);
    const [first, ...rest] = (await ask({ start, count, format: { hex } })).map(({ name: each, value }) => `${each} = ${value}`);
    this.saw(first, ...rest);
  }

  async memory(memoryReference: string, count: number): Promise<void> {
    this.did(`read ${count} bytes at ${memoryReference}`);
    const { success, body, message } = await this.client.request('readMemory', { memoryReference, count }, true);
    if (!success) return this.saw(body.error.variables.text);
    const { data, unreadableBytes = 0 } = body as NonNullable<DebugProtocol.ReadMemoryResponse['body']>;
    const bytes = Buffer.from(data ?? '', 'base64')
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ');
    this.saw(bytes || 'nothing', ...(unreadableBytes > 0 ? [`${unreadableBytes} unreadable: ${message}`] : []));
  }

  async disassemble(count: number, memoryReference?: string): Promise<void> {
    this.did(`disassemble ${count} instructions${memoryReference === undefined ? '' : ` at ${memoryReference}`}`);
    const { instructions } = await this.client.ask<NonNullable<DebugProtocol.DisassembleResponse['body']>>('disassemble', {
      memoryReference: memoryReference ?? this.frames[0].instructionPointerReference,
      instructionCount: count,
    });
    const [first, ...rest] = instructions.map(({ instruction, symbol }) => `${symbol === undefined ? '' : `${symbol}: `}${instruction}`);
    this.saw(first, ...rest);
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

  /** Lines of an answer of ours. */
  async asked<N extends keyof Requests>(
    name: N,
    args: Requests[N]['arguments'],
    lines: (body: Requests[N]['body']) => readonly string[],
  ): Promise<void> {
    this.did(name, args);
    const before = this.client.events.length;
    const [first = 'nothing', ...rest] = lines(await this.client.ask<Requests[N]['body']>(name, args));
    this.saw(first, ...rest);
    this.said(before);
  }

  /** Where the last writer of a variable is, as a click on its value shows. */
  async written(scope: string, name: string, frame = 0): Promise<void> {
    this.did(`who wrote ${name}, by a click on it`);
    const { scopes } = await this.client.ask<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId: this.frames[frame].id });
    const variablesReference = scopes.find((candidate) => candidate.name.startsWith(scope))?.variablesReference ?? 0;
    const { variables } = await this.client.ask<{ variables: DebugProtocol.Variable[] }>('variables', { variablesReference });
    const locationReference = variables.find((variable) => variable.name === name)?.valueLocationReference;
    const { success, body } = await this.client.request('locations', { locationReference }, true);
    this.saw(success ? await this.lineOf({ source: body.source, line: body.line } as DebugProtocol.StackFrame) : body.error.variables.text);
  }

  async stack(): Promise<void> {
    await this.fetchStack();
    this.saw('stack:', ...this.frames.map((frame) => `  ${this.frameText(frame)}`));
  }

  /** Where another core stands. */
  async top(core: number): Promise<void> {
    const { stackFrames } = await this.client.ask<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', {
      threadId: core + 1,
      levels: 1,
    });
    this.saw(`core ${core}: ${stackFrames.map((frame) => this.frameText(frame)).join()}`);
  }

  async threads(): Promise<void> {
    const { threads } = await this.client.ask<{ threads: DebugProtocol.Thread[] }>('threads');
    this.saw('threads:', ...threads.map(({ name }) => `  ${name}`));
  }

  /** A scope of a frame (0: the top of the stack), opened along a path of names; `brief` leaves out what is not on the path. */
  async scope(name: string, { frame = 0, open = [] as string[], brief = false } = {}): Promise<void> {
    if (this.frames.length === 0) await this.fetchStack();
    const { scopes } = await this.client.ask<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId: this.frames[frame].id });
    const scope = scopes.find((candidate) => candidate.name.startsWith(name));
    if (!scope) return this.saw(`scope ${name}: none; there are ${scopes.map((candidate) => candidate.name).join(', ')}`);
    const where = frame === 0 ? '' : ` of ${this.frames[frame].name}`;
    this.saw(`scope ${scope.name}${where}:`, ...(await this.listed(scope.variablesReference, open, '  ', brief)));
  }

  async evaluate(expression: string, context = 'repl', frame?: number): Promise<void> {
    this.did(`${context === 'repl' ? '' : `${context} `}${expression}`);
    const frameId = frame === undefined ? undefined : this.frames[frame].id;
    const before = this.client.events.length;
    const { success, body } = await this.client.request('evaluate', { expression, context, frameId });
    const [first, ...rest] = (success ? body.result : body.error.variables.text).split('\n');
    this.saw(first, ...rest);
    if (success && body.variablesReference > 0) this.lines.push(...(await this.listed(body.variablesReference, [], '    ')));
    this.said(before);
  }

  async completions(text: string): Promise<void> {
    const { targets } = await this.client.ask<{ targets: DebugProtocol.CompletionItem[] }>('completions', {
      text,
      column: text.length + 1,
    });
    this.did(`complete ${text}`);
    this.saw(targets.map(({ label }) => label).join(', '));
  }

  /** What the console printed, besides answers. */
  printed(): void {
    const outputs = this.client.events.filter((event): event is DebugProtocol.OutputEvent => event.event === 'output');
    this.saw('console:', ...outputs.map(({ body: { category, output } }) => `  ${category}: ${output.trimEnd()}`));
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

  async worlds(): Promise<void> {
    const { entries } = await this.client.ask<Requests['worldstep/worlds']['body']>('worldstep/worlds', {});
    this.saw('worlds:', ...entries.map(({ text }) => `  ${text}`));
  }

  async tags(args: Requests['worldstep/tags']['arguments'] = {}): Promise<void> {
    const { ranges, stale } = await this.client.ask<Requests['worldstep/tags']['body']>('worldstep/tags', args);
    const lines = ranges.map(({ from, to, tag, changed }) => `  ${from} to ${to} ${tag}${changed ? ', changed' : ''}`);
    this.saw('tags:', ...lines, ...stale.map(({ text }) => `  stale: ${text}`));
  }

  async happened(filter?: string, last = 12): Promise<void> {
    const { total, events } = await this.client.ask<Requests['worldstep/events']['body']>('worldstep/events', { filter });
    this.saw(
      `events${filter ? ` with ${filter}` : ''} (${total}):`,
      ...events.slice(-last).map(({ text, fault }) => `  ${text}${fault ? ' !' : ''}`),
    );
  }

  async exception(): Promise<void> {
    const { exceptionId, description, details } = await this.client.ask<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', {
      threadId: this.thread,
    });
    this.saw(`exception ${exceptionId}: ${description}`, ...(details?.message ?? '').split('\n').map((line) => `  ${line}`));
  }

  /** What a user does. */
  did(what: string, ...args: unknown[]): void {
    const words = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).filter((text) => text !== '{}');
    this.lines.push([what, ...words].join(' ').replaceAll(pathOf(''), ''));
  }

  /** What a user sees. */
  saw(first: string, ...rest: string[]): void {
    this.lines.push(`> ${first}`, ...rest.map((line) => `  ${line}`));
  }

  /** Waits for a stop and says where it is: the line that VS Code would show. */
  async stopped(): Promise<void> {
    const { body } = await this.client.event<DebugProtocol.StoppedEvent>('stopped');
    this.thread = body.threadId ?? this.thread;
    await this.client.event('worldstep/stopped');
    await this.fetchStack();
    const shown = this.frames.find(({ source }) => source && source.presentationHint !== 'deemphasize');
    const text = body.description ? `: ${body.description}` : '';
    this.saw(`stopped, ${body.reason}${text}`, ...(shown ? [await this.lineOf(shown)] : []));
  }

  /** Another session, of which this one is the beginning. */
  continuedBy(other: Transcript): void {
    this.lines.push(...other.lines);
  }

  /** Compares the whole with the golden file. */
  matches(name: string): void {
    expect(this.client.wrong).toEqual([]);
    const golden = fileURLToPath(new URL(`./${name}.transcript.txt`, import.meta.url));
    // What the session shows, as the test says it.
    const sentence = (expect.getState().currentTestName ?? '').split(' > ').slice(-2).join(' ');
    const actual = `# ${sentence}\n\n${this.text}\n`;
    if (process.env.UPDATE) writeFileSync(golden, actual);
    const wanted = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
    if (actual === wanted) rmSync(`${golden}.actual`, { force: true });
    else writeFileSync(`${golden}.actual`, actual);
    expect(actual).toBe(wanted);
  }

  /** Lines of the library and numbers of steps change with every edit of the firmware: they are left out. */
  get text(): string {
    const place = (whole: string, file: string): string => (file === this.program ? whole : `${file}:…`);
    return this.lines
      .join('\n')
      .replace(/([\w-]+\.tfw):\d+/g, place)
      .replace(/\bstep \d{3,}/g, 'step …')
      .replace(/\b\d{3,} steps/g, '… steps');
  }

  private async fetchStack(): Promise<void> {
    const { stackFrames } = await this.client.ask<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', { threadId: this.thread });
    this.frames = stackFrames;
  }

  private frameText({ name, presentationHint, source, line }: DebugProtocol.StackFrame): string {
    if (presentationHint === 'label') return `── ${name}`;
    const hint = source?.presentationHint ? ` (${source.presentationHint}d)` : '';
    return `${name}${source ? `  ${source.name}:${line}` : ''}${hint}`;
  }

  private async lineOf({ source, line }: DebugProtocol.StackFrame): Promise<string> {
    const path = source?.path ?? '';
    if (!this.texts.has(path)) {
      const { content } = await this.client.ask<{ content: string }>('source', { source, sourceReference: 0 });
      this.texts.set(path, content.split('\n'));
    }
    return `at ${source?.name}:${line}  ${this.texts.get(path)?.[line - 1]?.trim()}`;
  }

  private async listed(variablesReference: number, open: string[], indent: string, brief = false): Promise<string[]> {
    const { variables } = await this.client.ask<{ variables: DebugProtocol.Variable[] }>('variables', { variablesReference });
    const lines: string[] = [];
    // A name that is not there shows what is.
    const found = variables.filter(({ name }) => name === open[0]);
    const shown = brief && found.length > 0 ? found : variables;
    for (const { name, value, type, variablesReference: inner } of shown) {
      lines.push(`${indent}${name}${type && !/^\d+ bits|^bits/.test(type) ? `: ${type}` : ''}${value ? ` = ${value}` : ''}`);
      if (inner > 0 && open[0] === name) lines.push(...(await this.listed(inner, open.slice(1), `${indent}  `, brief)));
    }
    return lines;
  }

  /** `from`: negative for the last ones. */
  private showBreakpoints({ breakpoints }: { breakpoints: DebugProtocol.Breakpoint[] }, from = 0): void {
    for (const { verified, message, line, source } of (breakpoints ?? []).slice(from)) {
      const place = source ? ` at ${source.name}:${line}` : '';
      this.saw(verified ? `verified${place}` : `unverified: ${message}`);
    }
  }
}
