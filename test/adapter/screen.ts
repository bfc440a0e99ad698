/**
 * Writes down a debug session as one would read it from the screen: what the user does, and below it what is seen. A
 * transcript is compared with the file of its name; `UPDATE=1` rewrites the file.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import { hostOf, TestClient } from './client.ts';

export const pathOf = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export class Screen {
  readonly client: TestClient;
  protected readonly lines: string[] = [];
  protected thread = 1;
  protected program = '';
  protected frames: DebugProtocol.StackFrame[] = [];
  protected texts = new Map<string, string[]>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.client = new TestClient(hostOf(files));
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
  continuedBy(other: Screen): void {
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

  /** What the console said since an event. */
  protected said(from: number): void {
    for (const { event, body } of this.client.events.slice(from)) {
      if (event === 'output') this.lines.push(`  (${body.output.trimEnd()})`);
    }
  }

  protected async fetchStack(): Promise<void> {
    const { stackFrames } = await this.client.ask<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', { threadId: this.thread });
    this.frames = stackFrames;
  }

  protected frameText({ name, presentationHint, source, line }: DebugProtocol.StackFrame): string {
    if (presentationHint === 'label') return `── ${name}`;
    const hint = source?.presentationHint ? ` (${source.presentationHint}d)` : '';
    return `${name}${source ? `  ${source.name}:${line}` : ''}${hint}`;
  }

  protected async lineOf({ source, line }: DebugProtocol.StackFrame): Promise<string> {
    const path = source?.path ?? '';
    if (!this.texts.has(path)) {
      const { content } = await this.client.ask<{ content: string }>('source', { source, sourceReference: 0 });
      this.texts.set(path, content.split('\n'));
    }
    return `at ${source?.name}:${line}  ${this.texts.get(path)?.[line - 1]?.trim()}`;
  }
}
