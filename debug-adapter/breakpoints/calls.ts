/**
 * The names that a program gives to monitor calls. The program knows the name of a number; here the numbers are found by
 * evaluating the constants that its sources declare.
 */
import { compileExpression, type Program } from '../../language/index.ts';
import type { Eye } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';

const known = new WeakMap<Program, readonly string[]>();

export function callNames({ program }: Debuggee): readonly string[] {
  const found = known.get(program) ?? findCallNames(program);
  known.set(program, found);
  return found;
}

function findCallNames(program: Program): string[] {
  const declared = [...program.sources.values()].flatMap((text) => [...text.matchAll(/\bconst\s+([A-Za-z_]\w*)/g)].map(([, name]) => name));
  return [...new Set(declared)].filter((name) => {
    const compiled = compileExpression(program, name);
    return 'evaluate' in compiled && program.callName(compiled.evaluate(BLIND)) === name;
  });
}

/** Constants need no machine. */
const BLIND: Eye = { sp: 0n, pc: 0n, fault: null, load: () => 0n, local: () => 0n, read: () => 0n };
