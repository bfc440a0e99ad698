/**
 * Which scenario of a file F5 means. Scenarios are found by their headers and braces, without a parser: that takes no time,
 * needs no language server, and works in a file with errors, which the adapter reports better than we could.
 */

export interface ListedScenario {
  readonly name: string;
  /** First paragraph of its comment. */
  readonly summary: string;
  /** Lines from 0, the last one included. */
  readonly range: { readonly line: number; readonly endLine: number };
  /** The seeds that it is to be tested under. */
  readonly seeds: readonly number[];
  /** Its arguments, with their values as they are written. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
}

const header = /^\s*scenario\s+"([^"]*)"/;
const comment = /^\s*\/\/\/ ?(.*)$/;
/** What may hold braces and headers that are none. */
const stringsAndComments = /"(?:\\.|[^"\\\r\n])*"|\/\/.*|\/\*[\s\S]*?\*\//g;

/** Like declarations in the language, a scenario that starts closes one whose brace is missing. */
export function findScenarios(text: string): ListedScenario[] {
  const blanked = text.replace(stringsAndComments, (part) => (part.startsWith('/*') ? part.replace(/[^\n]/g, ' ') : part));
  const lines = blanked.split(/\r?\n/);
  const starts = lines.flatMap((line, at) => (header.test(line) ? [at] : []));
  return starts.map((line, i) => {
    const endLine = closingLine(lines, line, starts[i + 1] ?? lines.length);
    const members = lines.slice(line, endLine + 1).map((text) => text.replace(/\/\/.*/, ''));
    return {
      name: header.exec(lines[line])?.[1] ?? '',
      summary: summaryAbove(lines, line),
      range: { line, endLine },
      seeds: members.flatMap(seedsOf),
      args: members.flatMap((text) => {
        const [, name, value] = /^\s*arg\s+(\w+)\s*:[^=]*=\s*(.+?)\s*$/.exec(text) ?? [];
        return name === undefined ? [] : [{ name, value }];
      }),
    };
  });
}

/** As many seeds as a menu can bear. */
const mostSeeds = 16;

/** `seeds 1..4, 9`: the last of a range included. */
function seedsOf(line: string): number[] {
  const [, ranges] = /^\s*seeds\s+([\d\s.,]+)$/.exec(line) ?? [];
  const seeds = (ranges?.split(',') ?? []).flatMap((range) => {
    const [from, last = from] = range.split('..').map(Number);
    return Array.from({ length: Math.min(Math.max(0, last - from + 1), mostSeeds) }, (_, i) => from + i);
  });
  return seeds.slice(0, mostSeeds);
}

function closingLine(lines: readonly string[], from: number, before: number): number {
  let depth = 0;
  for (let line = from; line < before; line++) {
    const code = lines[line].replace(stringsAndComments, '');
    depth += code.split('{').length - code.split('}').length;
    if (depth <= 0 && code.includes('}')) return line;
  }
  return before - 1;
}

function summaryAbove(lines: readonly string[], header: number): string {
  let first = header;
  while (first > 0 && comment.test(lines[first - 1])) first--;
  const text = lines.slice(first, header).map((line) => comment.exec(line)?.[1].trim() ?? '');
  const blank = text.indexOf('');
  return text.slice(0, blank < 0 ? undefined : blank).join(' ');
}

/** The scenario that is meant without asking: the only one, or the one around the cursor. */
export function obviousScenario<S extends Pick<ListedScenario, 'range'>>(
  scenarios: readonly S[],
  cursorLine: number | undefined,
): S | undefined {
  if (scenarios.length === 1) return scenarios[0];
  if (cursorLine === undefined) return undefined;
  return scenarios.find(({ range }) => range.line <= cursorLine && cursorLine <= range.endLine);
}

const isUri = /^[a-z][a-z0-9+.-]+:/i;

/** Whether `program` is written as a URI; a single letter before the colon is a drive. */
export const namesUri = (program: string): boolean => isUri.test(program);
