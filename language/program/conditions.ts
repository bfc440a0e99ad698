/** Conditions over events: `expect event gpc_fault(pa == page)` and the conditions of event breakpoints. */
import type { AstNode } from 'langium';
import type { Event, Eye } from '../../machine/index.ts';
import type { Types } from '../check/types.ts';
import { AssemblyError, type ImageContext } from '../lower/context.ts';
import { Expressions, type Surroundings } from '../lower/expressions.ts';
import type { Value } from '../lower/ir.ts';
import { evaluator, tester } from '../lower/values.ts';
import type { Expr } from '../syntax/generated/ast.ts';

/** An event's field as conditions compare it. Texts have no number; the checker refuses them. */
function eventField(event: Event, name: string): bigint {
  const value = event.fields?.[name] ?? (event as unknown as Record<string, unknown>)[name];
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  return value === true ? 1n : 0n;
}

/** A test of an event by an expression over its fields and constants. */
export function eventMatcher(expression: Expr, types: Types): (event: Event) => boolean {
  const value = new Expressions(constantsOnly(types)).value(expression);
  const test = testValue(value, 0);
  return (event) => test(NO_EYE, event);
}

/** Whether a lowered expression holds on an event and a machine; it is made into closures once, not once an event. */
export function testValue(value: Value, index: number): (eye: Eye, event?: Event) => boolean {
  let current: Event | undefined;
  const test = tester(value, index, (name) => (current ? eventField(current, name) : 0n));
  return (eye, event) => {
    current = event;
    return test(eye);
  };
}

/** The value of a lowered expression on a machine and, where its fields are named, an event. */
export function readerOf(value: Value, index: number): (eye: Eye, event?: Event) => bigint {
  let current: Event | undefined;
  const evaluate = evaluator(value, index, (name) => (current ? eventField(current, name) : 0n));
  return (eye, event) => {
    current = event;
    return evaluate(eye);
  };
}

/** Nothing can be read where only an event is looked at; names of the machine do not get here. */
const NO_EYE: Eye = {
  sp: 0n,
  pc: 0n,
  fault: null,
  load: () => 0n,
  local: () => 0n,
  read: () => 0n,
  secret: () => 0n,
};

function constantsOnly(types: Types): Surroundings {
  const refuse = (node: AstNode): never => {
    throw new AssemblyError('TFW205', 'Only fields of the event and constants can be compared here.', node);
  };
  const image = {
    types,
    callee: refuse,
    placeOf: (_: unknown, at: AstNode) => refuse(at),
    staticOffset: refuse,
    vectorOffset: () => 0,
    window: () => undefined,
  } as unknown as ImageContext;
  return { image, slot: () => undefined, call: refuse, shortCircuit: (_operator, left) => refuse(left) };
}
