/** Who asks, and how they count and spell: what a client said of itself in `initialize`. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceRange } from '../language/index.ts';
import type { Arguments } from './arguments.ts';
import { fileName, toClient, uriKey } from './uri.ts';

const LIBRARY = 'worldstep-lib:';

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export class Client {
  private readonly lineBase: number;
  private readonly columnBase: number;
  /** Whether it opens `worldstep-lib:` by itself, as our extension makes VS Code do; others ask for the text. */
  private readonly opensLibrary: boolean;
  /** Whether it wants to hear that memory which it shows may have changed. */
  readonly watchesMemory: boolean;
  readonly showsProgress: boolean;
  /** Whether it looks again at variables when it is told that they changed by hand. */
  readonly takesInvalidated: boolean;
  private readonly references: string[] = [];

  constructor(args: Arguments) {
    this.lineBase = args.has('linesStartAt1') && !args.flag('linesStartAt1') ? 0 : 1;
    this.columnBase = args.has('columnsStartAt1') && !args.flag('columnsStartAt1') ? 0 : 1;
    this.watchesMemory = args.flag('supportsMemoryEvent');
    this.showsProgress = args.flag('supportsProgressReporting');
    this.takesInvalidated = args.flag('supportsInvalidatedEvent');
    this.opensLibrary = args.text('clientID', '') === 'vscode';
  }

  /** Lines and columns as the client counts them; ours start at 0. */
  toLine(line: number): number {
    return line + this.lineBase;
  }

  toColumn(column: number): number {
    return column + this.columnBase;
  }

  fromLine(line: number): number {
    return line - this.lineBase;
  }

  fromColumn(column: number): number {
    return column - this.columnBase;
  }

  place(range: Omit<SourceRange, 'uri'>): Place {
    return {
      line: this.toLine(range.line),
      column: this.toColumn(range.column),
      endLine: this.toLine(range.endLine),
      endColumn: this.toColumn(range.endColumn),
    };
  }

  source(uri: string, hint?: 'deemphasize'): DebugProtocol.Source {
    const library = uri.startsWith(LIBRARY);
    return {
      name: fileName(uri),
      path: toClient(uri),
      ...(library && { origin: 'firmware library' }),
      ...(library && !this.opensLibrary && { sourceReference: this.reference(uri) }),
      ...(hint && { presentationHint: hint }),
    };
  }

  /** The URI of what the client calls a source; undefined if it names none. */
  sourceUri(source: Arguments): string | undefined {
    return this.referencedUri(source.integer('sourceReference', 0)) ?? source.phrase('path');
  }

  referencedUri(reference: number): string | undefined {
    return this.references[reference - 1];
  }

  /** One number a source, for the whole session. */
  private reference(uri: string): number {
    const index = this.references.findIndex((known) => uriKey(known) === uriKey(uri));
    return index < 0 ? this.references.push(uri) : index + 1;
  }
}
