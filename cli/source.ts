/** From a name on the command line to a program that can be run, or to what is wrong with it. */

import { fileURLToPath } from 'node:url';
import { type CompileResult, compile, type Diagnostic } from '../language/index.ts';
import type { Options } from './arguments.ts';
import { diskFiles, unreadable } from './files.node.ts';
import { type Sources, withLibrary } from './report.ts';

/** What decides a run besides the text. */
export interface Inputs {
  readonly scenario?: string | undefined;
  readonly seed?: number | undefined;
  readonly args?: Options['args'];
}

export function compileFile(uri: string, cwd: string, { scenario, seed, args = {} }: Inputs): CompileResult {
  const problem = unreadable(fileURLToPath(uri));
  if (problem) return { diagnostics: [problem] };
  return compile(diskFiles(uri, cwd), uri, {
    ...(scenario !== undefined && { scenario }),
    ...(seed !== undefined && { seed }),
    ...(Object.keys(args).length > 0 && { args }),
  });
}

/** Texts of a file and of what it uses, as they are on the disk. */
export function sourcesOf(uri: string, cwd: string): Sources {
  const files = diskFiles(uri, cwd);
  const known = new Map<string, string | undefined>();
  return withLibrary((wanted) => {
    if (!known.has(wanted)) known.set(wanted, files.read(wanted));
    return known.get(wanted);
  });
}

export const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
