/** Errors and reasons as text: where, what, the line of source with a caret below, and what to write instead. */
import { type Diagnostic, library, type SourceRange } from '../language/index.ts';
import { shown } from './files.node.ts';
import { paint, type Terminal } from './terminal.ts';

/** Texts of files by URI. */
export type Sources = (uri: string) => string | undefined;
/** How to show places and text. */
export type Style = Pick<Terminal, 'cwd' | 'colours'>;

const LIBRARY = 'worldstep-lib:/';

/** Sources as a provider has them; library files have theirs in the product. */
export const withLibrary =
  (read: Sources): Sources =>
  (uri) =>
    uri.startsWith(LIBRARY) ? library[uri.slice(LIBRARY.length)] : read(uri);

/** `file:line:column`, counted from 1. */
export const place = ({ uri, line, column }: SourceRange, cwd: string): string => `${shown(uri, cwd)}:${line + 1}:${column + 1}`;

export function diagnosticText({ code, severity, message, range, suggestion }: Diagnostic, sources: Sources, style: Style): string {
  const help = suggestion === undefined ? [] : [`  help: ${suggestion}`];
  const kind = paint(style, severity === 'error' ? 'red' : 'yellow', `${severity} ${code}`);
  return [`${place(range, style.cwd)}: ${kind}: ${message}`, ...excerpt(range, sources), ...help].join('\n');
}

/** Something else that is said of a place in a source. */
export function remark(text: string, range: SourceRange | undefined, sources: Sources, style: Style): string {
  return range === undefined ? text : [`${place(range, style.cwd)}: ${text}`, ...excerpt(range, sources)].join('\n');
}

/** Characters of a line that are shown: a line of garbage may have a million. */
const WIDEST = 200;

/** The first line of a range, with carets under it. Tabs stay tabs, so that the carets stand where they belong. */
function excerpt({ uri, line, column, endLine, endColumn }: SourceRange, sources: Sources): string[] {
  const text = lineOf(sources(uri), line);
  if (text === undefined || text.trim() === '') return [];
  const number = String(line + 1);
  const gutter = ' '.repeat(number.length);
  const end = endLine === line ? Math.max(endColumn, column + 1) : Math.max(text.trimEnd().length, column + 1);
  const from = column > WIDEST / 2 ? column - WIDEST / 2 : 0;
  const visible = printable(text.trimEnd().slice(from, from + WIDEST));
  const before = text.slice(from, column).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(end - column, WIDEST - (column - from))));
  return [`  ${number} | ${visible}`, `  ${gutter} | ${before}${carets}`];
}

/** One line of a text, without splitting all of it. */
function lineOf(text: string | undefined, line: number): string | undefined {
  if (text === undefined) return undefined;
  let from = 0;
  for (let i = 0; i < line; i++) {
    from = text.indexOf('\n', from) + 1;
    if (from === 0) return undefined;
  }
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '');
}

/** Control characters would be obeyed by the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const printable = (text: string): string => text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\u00b7');

export const indent = (text: string, by = '  '): string => text.replace(/^/gm, by);
