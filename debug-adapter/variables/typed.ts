/** Values of expressions as they look in a frame, opened by what their type says: fields, elements, what a pointer points to. */
import { type CompiledExpression, compileExpression, type Diagnostic, type TfwType } from '../../language/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { look } from '../look.ts';
import { whyUnreadable } from '../memory/unreadable.ts';
import { type Expandable, fixed, type Node } from './expandable.ts';
import { spell, typeName } from './spell.ts';

/** Compiles an expression where a frame stands; a message of ours where it cannot be. */
export function compileIn({ program }: Debuggee, frame: Frame, expression: string): CompiledExpression {
  const compiled = compileExpression(program, expression, { at: frame.word });
  if (!isCompiled(compiled)) throw new RequestError('expression', sentence(compiled));
  return compiled;
}

/** What `expression` is now, under the name by which it is listed. */
export function inspect(debuggee: Debuggee, frame: Frame, name: string, expression: string, asHex: boolean): Node {
  const compiled = compileExpression(debuggee.program, expression, { at: frame.word });
  if (!isCompiled(compiled)) return { name, value: sentence(compiled), hint: { attributes: ['failedEvaluation'] } };
  return show(debuggee, frame, name, expression, compiled, asHex);
}

export function show(
  debuggee: Debuggee,
  frame: Frame,
  name: string,
  expression: string,
  compiled: CompiledExpression,
  asHex: boolean,
): Node {
  const { type } = compiled;
  const seen = look(frame.eye, () => compiled.evaluate(frame.eye));
  if ('fault' in seen) {
    const why = whyUnreadable(debuggee, frame, seen.fault);
    return { name, type: typeName(type), value: why, expression, hint: { attributes: ['failedEvaluation'] } };
  }
  const { value } = seen;
  const opens = type.kind === 'pointer' && value === 0n ? undefined : childrenOf(debuggee, frame, type, expression);
  const pointsTo = type.kind === 'pointer' || type.kind === 'struct' || type.kind === 'array';
  return {
    name,
    type: typeName(type),
    value: spell(debuggee, type, value, { asHex, at: frame.word }),
    expression,
    ...(pointsTo && { memoryReference: debuggee.addresses.refer(debuggee.addresses.virtual(frame, value)) }),
    ...(opens && { children: opens }),
  };
}

function childrenOf(debuggee: Debuggee, frame: Frame, type: TfwType, expression: string): Expandable | undefined {
  const operand = /^[\w.[\]]+$/.test(expression) ? expression : `(${expression})`;
  const inner = (name: string, text: string, asHex: boolean) => inspect(debuggee, frame, name, text, asHex);
  switch (type.kind) {
    case 'struct':
      return fixed((asHex) => type.declaration.fields.map((field) => inner(field.name, `${operand}.${field.name}`, asHex)), frame);
    case 'bits':
      return fixed((asHex) => type.declaration.fields.map(({ name }) => inner(name, `${operand}.${name}`, asHex)), frame);
    case 'array':
      return {
        indexed: type.length,
        frame,
        children: ({ start, count, hex: asHex }) => {
          const end = Math.min(type.length, count === 0 ? type.length : start + count);
          return Array.from({ length: Math.max(0, end - start) }, (_, i) => inner(`[${start + i}]`, `${operand}[${start + i}]`, asHex));
        },
      };
    case 'pointer':
      // A pointer to a struct opens into the fields at once, as `.` reaches through it.
      return type.pointee.kind === 'struct'
        ? childrenOf(debuggee, frame, type.pointee, expression)
        : fixed((asHex) => [inner('*', `*${operand}`, asHex)], frame);
    default:
      return undefined;
  }
}

type Compiled = CompiledExpression | readonly Diagnostic[];
const isCompiled = (compiled: Compiled): compiled is CompiledExpression => 'evaluate' in compiled;

export function sentence(diagnostics: readonly Diagnostic[]): string {
  const [{ code, message }] = diagnostics;
  return `${message} (${code})`;
}
