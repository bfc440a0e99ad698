/** What the editor underlines in one file: what its text says wrong, and what assembling and linking its scenarios finds. */
import type { Diagnostic } from '../diagnostics.ts';
import { compile, listScenarios } from '../program/compile.ts';
import { type FileProvider, parseProgram } from '../workspace/index.ts';

/** Diagnostics that stand in `uri` itself; those of files that it uses are shown there. */
export function diagnose(files: FileProvider, uri: string): Diagnostic[] {
  const { diagnostics } = parseProgram(uri, files);
  if (diagnostics.some(({ severity }) => severity === 'error')) return own(diagnostics, uri);
  const linked = listScenarios(files, uri).flatMap(({ name }) => compile(files, uri, { scenario: name }).diagnostics);
  return own([...diagnostics, ...linked], uri);
}

/** Two scenarios that share an image find the same. */
function own(diagnostics: readonly Diagnostic[], uri: string): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    if (diagnostic.range.uri === uri) seen.set(JSON.stringify([diagnostic.code, diagnostic.message, diagnostic.range]), diagnostic);
  }
  return [...seen.values()];
}
