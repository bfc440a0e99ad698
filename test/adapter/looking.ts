/** What a user looks at while the program is stopped. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Requests } from '../../debug-adapter/protocol.ts';
import { Screen } from './screen.ts';

export class Looking extends Screen {
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

  protected async listed(variablesReference: number, open: string[], indent: string, brief = false): Promise<string[]> {
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
}
