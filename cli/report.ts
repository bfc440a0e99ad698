/** Errors and reasons as text: where, what, the line of source with a caret below, and what to write instead. */
import { type Diagnostic, library, type SourceRange } from '../language/index.ts';
import { shown } from './files.node.ts';

/** Texts of files by URI. */
export type Sources = (uri: string) => string | undefined;

const LIBRARY = 'worldstep-lib:/';

/** Sources as a provider has them; library files have theirs in the product. */
export const withLibrary =
  (read: Sources): Sources =>
  (uri) =>
    uri.startsWith(LIBRARY) ? library[uri.slice(LIBRARY.length)] : read(uri);

/** `file:line:column`, counted from 1. */
export const place = ({ uri, line, column }: SourceRange, cwd: string): string => `${shown(uri, cwd)}:${line + 1}:${column + 1}`;

export function diagnosticText({ code, severity, message, range, suggestion }: Diagnostic, sources: Sources, cwd: string): string {
  const help = suggestion === undefined ? [] : [`  help: ${suggestion}`];
  return [`${place(range, cwd)}: ${severity} ${code}: ${message}`, ...excerpt(range, sources), ...help].join('\n');
}

/** Something else that is said of a place in a source. */
export function remark(text: string, range: SourceRange | undefined, sources: Sources, cwd: string): string {
  return range === undefined ? text : [`${place(range, cwd)}: ${text}`, ...excerpt(range, sources)].join('\n');
}

/** The first line of a range, with carets under it. Tabs stay tabs, so that the carets stand where they belong. */
function excerpt({ uri, line, column, endLine, endColumn }: SourceRange, sources: Sources): string[] {
  const text = sources(uri)?.split(/\r?\n/)[line];
  if (text === undefined || text.trim() === '') return [];
  const number = String(line + 1);
  const gutter = ' '.repeat(number.length);
  const end = endLine === line ? Math.max(endColumn, column + 1) : Math.max(text.trimEnd().length, column + 1);
  const before = text.slice(0, column).replace(/[^\t]/g, ' ');
  return [`  ${number} | ${text.trimEnd()}`, `  ${gutter} | ${before}${'^'.repeat(end - column)}`];
}
