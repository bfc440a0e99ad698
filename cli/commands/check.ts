/** `worldstep check`: every error of some files and of what they use, without running anything. */
import { type Diagnostic, diagnoseProgram } from '../../language/index.ts';
import type { Options } from '../arguments.ts';
import { diskFiles, unreadable, uriOf } from '../files.node.ts';
import { diagnosticJson, document } from '../json.ts';
import { diagnosticText } from '../report.ts';
import { isError, sourcesOf } from '../source.ts';
import { FAILED, PASSED, type Terminal } from '../terminal.ts';
import { filesOf } from './files.ts';

export function check(words: readonly string[], options: Options, terminal: Terminal): number {
  const { cwd, out } = terminal;
  const files = filesOf(words, terminal);
  if (typeof files === 'number') return files;
  const found = new Map<string, { readonly diagnostic: Diagnostic; readonly text: () => string }>();
  for (const { path } of files) {
    const uri = uriOf(path, cwd);
    const problem = unreadable(path);
    const sources = sourcesOf(uri, cwd);
    for (const diagnostic of problem ? [problem] : diagnoseProgram(diskFiles(uri, cwd), uri)) {
      // What several files use is said once.
      const { code, message, range } = diagnostic;
      found.set(JSON.stringify([code, message, range]), { diagnostic, text: () => diagnosticText(diagnostic, sources, terminal) });
    }
  }
  const sorted = [...found.values()].sort((a, b) => byPlace(a.diagnostic, b.diagnostic));
  const errors = sorted.filter(({ diagnostic }) => isError(diagnostic)).length;
  const counts = { files: files.length, errors, warnings: sorted.length - errors };
  if (options.json) out(document('check', { ...counts, diagnostics: sorted.map(({ diagnostic }) => diagnosticJson(diagnostic, cwd)) }));
  else {
    for (const { text } of sorted) out(text());
    out(summary(counts));
  }
  return errors > 0 ? FAILED : PASSED;
}

const byPlace = ({ range: a }: Diagnostic, { range: b }: Diagnostic): number =>
  (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0) || a.line - b.line || a.column - b.column;

function summary({ files, errors, warnings }: { readonly files: number; readonly errors: number; readonly warnings: number }): string {
  const count = (n: number, noun: string): string => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
  return `${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
