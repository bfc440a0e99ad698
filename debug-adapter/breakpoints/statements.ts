/**
 * The table of places where a source breakpoint can be: the starts of statements. Clients ask for it on every step, so it
 * is made once a program. A library function is assembled into every image that uses it, so one place may be many words.
 */
import type { Program, SourceRange, WordInfo } from '../../language/index.ts';
import { uriKey } from '../uri.ts';

export interface Statement {
  readonly range: SourceRange;
  readonly words: readonly WordInfo[];
}

export class StatementTable {
  private readonly bySource = new Map<string, Statement[]>();

  constructor(program: Pick<Program, 'images'>) {
    const starts = program.images.flatMap(({ image }) => image.words.filter((word): word is WordInfo => word?.statement === true));
    for (const [uri, words] of group(starts, (word) => uriKey(word.range.uri))) {
      const places = group(words, ({ range }) => `${range.line}:${range.column}`);
      const statements = [...places.values()].map((same) => ({ range: same[0].range, words: same }));
      this.bySource.set(
        uri,
        statements.sort((a, b) => a.range.line - b.range.line || a.range.column - b.range.column),
      );
    }
  }

  has(uri: string): boolean {
    return this.bySource.has(uriKey(uri));
  }

  /** The statement that a breakpoint at a place stops at: the next one to start, but not beyond the end of the function around. */
  at(uri: string, line: number, column = 0): Statement | undefined {
    const statements = this.bySource.get(uriKey(uri)) ?? [];
    const next = statements.find(({ range }) => range.line > line || (range.line === line && range.column >= column));
    const inside = statements.filter(({ words }) => covers(words[0].fn.range, line));
    if (inside.length === 0 || (next && inside.includes(next))) return next;
    return inside.at(-1);
  }

  /** Those that start within the lines, both included. */
  within(uri: string, from: number, to: number): readonly Statement[] {
    return (this.bySource.get(uriKey(uri)) ?? []).filter(({ range }) => range.line >= from && range.line <= to);
  }
}

function covers(range: SourceRange, line: number): boolean {
  return range.line <= line && line <= range.endLine;
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const same = groups.get(key);
    if (same) same.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
