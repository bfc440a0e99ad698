/** Everything that is wrong with a file, without running it: its text, and what assembling and linking its scenarios finds. */
import type { Diagnostic } from '../diagnostics.ts';
import { compile } from '../program/compile.ts';
import { isScenario } from '../syntax/generated/ast.ts';
import { type FileProvider, parseProgram } from '../workspace/index.ts';

/** Diagnostics that stand in `uri` itself, for an editor: those of files that it uses are shown there. */
export const diagnose = (files: FileProvider, uri: string): Diagnostic[] =>
  diagnoseProgram(files, uri).filter(({ range }) => range.uri === uri);

/** Diagnostics of a file and of all that it uses, each once: two scenarios that share an image find the same. */
export function diagnoseProgram(files: FileProvider, uri: string): Diagnostic[] {
  const { main, diagnostics } = parseProgram(uri, files);
  const broken = diagnostics.some(({ severity }) => severity === 'error');
  const scenarios = broken || !main ? [] : main.members.filter(isScenario);
  const linked = scenarios.flatMap(({ name }) => compile(files, uri, { scenario: name }).diagnostics);
  const seen = new Map<string, Diagnostic>();
  for (const each of [...diagnostics, ...linked]) seen.set(JSON.stringify([each.code, each.message, each.range]), each);
  return [...seen.values()];
}
