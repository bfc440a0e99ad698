/**
 * The debugger's expressions: watches, hovers, conditions and the console. They are parsed, resolved and lowered exactly as
 * the statement at the word they are asked at, and evaluated by the debugger's eyes; nothing in them may act.
 */
import type { AstNode } from 'langium';
import type { Event, EventKind, Eye } from '../../machine/index.ts';
import type { TfwType } from '../check/types.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { AssemblyError, type ImageContext } from '../lower/context.ts';
import { Expressions, type Surroundings } from '../lower/expressions.ts';
import type { Value } from '../lower/ir.ts';
import { evaluator } from '../lower/values.ts';
import { type Expr, isName, isRegister } from '../syntax/generated/ast.ts';
import { parseExpression } from '../workspace/index.ts';
import { readerOf, testValue } from './conditions.ts';
import { internalsOf } from './internals.ts';
import type { LinkedImage } from './link.ts';
import type { Program, WordInfo } from './program.ts';

export interface CompiledExpression {
  readonly type: TfwType;
  /** The value, or the first bytes' address for structs and arrays. `event`: the one whose fields it may name. */
  evaluate(eye: Eye, event?: Event): bigint;
  /** Virtual address, for what lies in memory. */
  address?(eye: Eye): bigint;
  /** Bytes that it takes in memory. */
  readonly size: number;
  /** Index of the register that it names. */
  readonly register?: number;
}

export interface Asked {
  /** The word whose scope names are looked up in. */
  readonly at?: WordInfo;
  /** The event whose fields are in scope. */
  readonly event?: EventKind;
  /** Name of a firmware event whose fields are in scope. */
  readonly firmwareEvent?: string;
}

/** Compiles an expression to be evaluated in a frame at `at`; errors as diagnostics over the expression's own text. */
export function compileExpression(program: Program, text: string, asked: Asked = {}): CompiledExpression | readonly Diagnostic[] {
  return attempt(text, () => {
    const { expression, expressions, value, index } = lower(program, text, asked);
    const { types } = internalsOf(program);
    const type = types.infer(expression);
    const node = isName(expression) ? expression.ref.ref : undefined;
    const whole = type.kind === 'struct' || type.kind === 'array';
    let address: ((eye: Eye) => bigint) | undefined;
    try {
      address = evaluator(expressions.address(expression), index);
    } catch (error) {
      if (!(error instanceof AssemblyError)) throw error;
    }
    const compiled: CompiledExpression = {
      type,
      evaluate: whole && address ? address : readerOf(value, index),
      size: type.kind === 'error' || type.kind === 'text' ? 8 : types.size(type),
      ...(address && { address }),
      ...(node && isRegister(node) && { register: node.row }),
    };
    return compiled;
  });
}

/** Compiles the condition of a breakpoint; the event's fields are in scope if there is one. */
export function compileCondition(
  program: Program,
  text: string,
  asked: Asked = {},
): ((eye: Eye, event?: Event) => boolean) | readonly Diagnostic[] {
  return attempt(text, () => {
    const { value, index } = lower(program, text, asked);
    return testValue(value, index);
  });
}

interface Lowered {
  readonly expression: Expr;
  readonly value: Value;
  readonly index: number;
  readonly expressions: Expressions;
}

function lower(program: Program, text: string, asked: Asked): Lowered {
  const internals = internalsOf(program);
  const image =
    (asked.at && internals.images.find((i) => i.image.name === asked.at?.image)) ?? internals.images[internals.images.length - 1];
  const container: AstNode = (asked.at && image.nodes[asked.at.index]) ?? internals.scenario;
  const parsed = parseExpression(text, container, { event: asked.event, firmwareEvent: asked.firmwareEvent });
  if ('diagnostics' in parsed) throw new Refused(parsed.diagnostics);
  const expressions = new Expressions(surroundings(image, asked.at));
  const type = internals.types.infer(parsed.expression);
  const whole = type.kind === 'struct' || type.kind === 'array';
  const value = whole ? expressions.address(parsed.expression) : expressions.value(parsed.expression);
  return { expression: parsed.expression, value, index: asked.at?.index ?? 0, expressions };
}

/** Names of the function at the word, as far as they are in scope there; calls are refused. */
function surroundings(image: LinkedImage, at: WordInfo | undefined): Surroundings {
  const context: ImageContext = image.context;
  const slots = at && image.slots.get(at.fn);
  return {
    image: context,
    slot: (node) => slots?.get(node),
    call: (call) => {
      throw new AssemblyError('TFW202', 'Calls would change what the run does; they are not made from here.', call);
    },
    shortCircuit: (_operator, left) => {
      throw new AssemblyError('TFW202', 'Calls would change what the run does; they are not made from here.', left);
    },
  };
}

class Refused extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super('refused');
  }
}

function attempt<T>(text: string, make: () => T): T | readonly Diagnostic[] {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refused) return error.diagnostics;
    if (!(error instanceof AssemblyError)) throw error;
    const range = { uri: 'expression:', line: 0, column: 0, endLine: 0, endColumn: text.length };
    return [{ code: error.code, severity: 'error', message: error.message, range }];
  }
}
