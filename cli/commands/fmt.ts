/** `worldstep fmt`: formats files, or says which of them are not. */
import { writeFileSync } from 'node:fs';
import { type Diagnostic, diagnoseProgram, format } from '../../language/index.ts';
import type { Options } from '../arguments.ts';
import { diskFiles, readSource, shown, unreadable, uriOf } from '../files.node.ts';
import { diagnosticJson, document } from '../json.ts';
import { diagnosticText } from '../report.ts';
import { sourcesOf } from '../source.ts';
import { FAILED, PASSED, type Terminal } from '../terminal.ts';
import { filesOf } from './files.ts';

type Status = 'unchanged' | 'formatted' | 'unformatted' | 'unreadable';

interface Outcome {
  readonly file: string;
  readonly status: Status;
  readonly diagnostics: readonly Diagnostic[];
}

const LINES: Readonly<Partial<Record<Status, string>>> = { formatted: 'formatted', unformatted: 'not formatted:' };

export function fmt(words: readonly string[], options: Options, terminal: Terminal): number {
  const { cwd, out, err } = terminal;
  const files = filesOf(words, terminal);
  if (typeof files === 'number') return files;
  const outcomes = files.map(({ path }): Outcome => {
    const { status, diagnostics } = formatFile(path, options.check, cwd);
    const file = shown(uriOf(path, cwd), cwd);
    if (!options.json) {
      const sources = sourcesOf(uriOf(path, cwd), cwd);
      for (const diagnostic of diagnostics) err(diagnosticText(diagnostic, sources, terminal));
      if (LINES[status]) out(`${LINES[status]} ${file}`);
    }
    return { file, status, diagnostics };
  });
  if (options.json) {
    const json = outcomes.map(({ diagnostics, ...rest }) => ({
      ...rest,
      diagnostics: diagnostics.map((each) => diagnosticJson(each, cwd)),
    }));
    out(document('fmt', { files: json }));
  }
  return outcomes.some(({ status }) => status === 'unformatted' || status === 'unreadable') ? FAILED : PASSED;
}

function formatFile(path: string, check: boolean, cwd: string): Omit<Outcome, 'file'> {
  const read = readSource(path);
  if ('problem' in read) return failed(path);
  const formatted = format(read.text);
  if (formatted === undefined) return { status: 'unreadable', diagnostics: syntaxErrors(path, cwd) };
  if (formatted === read.text) return { status: 'unchanged', diagnostics: [] };
  if (check) return { status: 'unformatted', diagnostics: [] };
  try {
    writeFileSync(path, formatted);
  } catch (error) {
    return failed(path, `The file cannot be written: ${(error as Error).message}.`);
  }
  return { status: 'formatted', diagnostics: [] };
}

function failed(path: string, message?: string): Omit<Outcome, 'file'> {
  const problem = unreadable(path);
  const range = { uri: uriOf(path, '/'), line: 0, column: 0, endLine: 0, endColumn: 0 };
  return { status: 'unreadable', diagnostics: [problem ?? { code: 'TFW104', severity: 'error', message: message ?? '', range }] };
}

/** Errors of reading have numbers below 100. */
function syntaxErrors(path: string, cwd: string): Diagnostic[] {
  const uri = uriOf(path, cwd);
  return diagnoseProgram(diskFiles(uri, cwd), uri).filter(({ code, range }) => range.uri === uri && code.startsWith('TFW0'));
}
