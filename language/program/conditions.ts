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
export function eventField(event: Event, name: string): bigint {
  const value = event.fields?.[name] ?? (event as unknown as Record<string, unknown>)[name];
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  return value === true ? 1n : 0n;
}

/** A test of an event by an expression over its fields and constants. */
export function eventMatcher(expression: Expr, types: Types): (event: Event) => boolean {
  const value = new Expressions(constantsOnly(types)).value(expression);
  return (event) => tester(value, 0, (name) => eventField(event, name))(NO_EYE);
}

/** The value of a lowered expression on an event and a machine. */
export function testValue(value: Value, index: number): (eye: Eye, event: Event | undefined) => boolean {
  return (eye, event) => evaluator(value, index, (name) => (event ? eventField(event, name) : 0n))(eye) !== 0n;
}

/** Nothing can be read where only an event is looked at; names of the machine do not get here. */
const NO_EYE: Eye = {
  sp: 0n,
  pc: 0n,
  fault: null,
  load: () => 0n,
  local: () => 0n,
  read: () => 0n,
};

function constantsOnly(types: Types): Surroundings {
  const refuse = (node: AstNode): never => {
    throw new AssemblyError('TFW205', 'Only fields of the event and constants can be compared here.', node);
  };
  const image = {
    types,
    callee: refuse,
    staticOffset: refuse,
    vectorOffset: () => 0,
    window: () => undefined,
  } as unknown as ImageContext;
  return { image, slot: () => undefined, call: refuse, shortCircuit: (_operator, left) => refuse(left) };
}
