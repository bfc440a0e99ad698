/** Values of expressions as requests answer with them. */
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Node } from './expandable.ts';
import { register } from './registers.ts';
import { compileIn, show } from './typed.ts';

/** A register by itself opens into its fields; everything else into what its type says. */
export function evaluateIn(debuggee: Debuggee, frame: Frame, expression: string, asHex: boolean): Node {
  const compiled = compileIn(debuggee, frame, expression);
  if (compiled.register !== undefined && debuggee.architecture.registers[compiled.register].name === expression) {
    return register(debuggee, frame, compiled.register);
  }
  const node = show(debuggee, frame, expression, expression, compiled, asHex);
  if (node.hint?.attributes?.includes('failedEvaluation')) throw new RequestError('expression', node.value);
  return node;
}

interface Evaluated {
  readonly value: string;
  readonly type?: string;
  readonly variablesReference: number;
  readonly indexedVariables?: number;
  readonly memoryReference?: string;
}

export function toEvaluated(session: Session, { value, type, memoryReference, children }: Node): Evaluated {
  return {
    value,
    variablesReference: children ? session.handles.variables.add(children) : 0,
    ...(children?.indexed !== undefined && { indexedVariables: children.indexed }),
    ...(type !== undefined && { type }),
    ...(memoryReference !== undefined && { memoryReference }),
  };
}
