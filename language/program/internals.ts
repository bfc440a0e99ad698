/** What the debugger's expressions need of a program beyond what it shows: the syntax tree and the checker. */
import type { Types } from '../check/types.ts';
import type { File, Scenario } from '../syntax/generated/ast.ts';
import type { LinkedImage } from './link.ts';
import type { Program } from './program.ts';

export interface Internals {
  readonly types: Types;
  readonly images: readonly LinkedImage[];
  readonly scenario: Scenario;
  /** All files of the program. */
  readonly files: readonly File[];
}

const known = new WeakMap<Program, Internals>();

export function remember(program: Program, internals: Internals): void {
  known.set(program, internals);
}

export function internalsOf(program: Program): Internals {
  const internals = known.get(program);
  if (!internals) throw new Error('the program was not made by `compile`');
  return internals;
}
