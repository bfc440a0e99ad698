/**
 * Generated entry code for `core N runs f` and for the `main` of a guest, as a C runtime's start file: it gives the core a
 * stack of its own, points the vector base at the image's table, turns on the cores that wait for it, calls `f` and finishes.
 */
import type { AstNode } from 'langium';
import { type Architecture, registerIndex } from '../../machine/index.ts';
import { membersOfImage } from '../check/parts.ts';
import type { FunctionInfo } from '../program/program.ts';
import { type CoreRuns, type Fn, isVector } from '../syntax/generated/ast.ts';
import type { Draft } from './context.ts';
import type { ImageInput } from './image.ts';
import { type Action, add, type Callee, constant, type Label, type Value } from './ir.ts';

/** A function that a core starts in. */
export interface Start {
  readonly fn: Fn;
  /** What asks for it: the `core N runs`, or the function itself. */
  readonly node: AstNode;
  /** Called before the function for each other core, with its number and the address where it starts. */
  readonly secondaries?: { readonly by: Fn; readonly cores: readonly { readonly core: number; readonly entry: () => bigint }[] };
}

export interface StartStub {
  readonly drafts: readonly Draft[];
  readonly info: FunctionInfo;
  /** Word index at which a core starts. */
  entry(runs: CoreRuns): number | undefined;
}

interface Image {
  callee(fn: Fn): Callee;
  vectorOffset(): number;
}

interface Stack {
  /** Offset of the first core's stack from the image's first byte. */
  at(): number;
  /** Bytes of each. */
  readonly bytes: number;
}

export function startStub(image: Image, input: ImageInput, stack: Stack): StartStub {
  const drafts: Draft[] = [];
  const entries = new Map<AstNode, Label>();
  // Cores that run the same function share its start code, unless one of them has others to turn on.
  const shared = new Map<Fn, Label>();
  for (const start of input.starts) {
    const turnsOn = (start.secondaries?.cores.length ?? 0) > 0;
    const known = turnsOn ? undefined : shared.get(start.fn);
    const first = known ?? { index: -1 };
    entries.set(start.node, first);
    if (known) continue;
    if (!turnsOn) shared.set(start.fn, first);
    for (const [i, action] of actionsOf(start, image, input, stack).entries()) {
      const label: Label = i === 0 ? first : { index: -1 };
      drafts.push({ action, label, node: start.node, range: input.range(start.node), statement: false, framed: false });
    }
  }
  const range = input.range(input.starts[0].node);
  return {
    drafts,
    info: { name: 'start', kind: 'start', image: input.node.name, from: 0, to: 0, frameSize: 0, variables: [], range, nameRange: range },
    entry: (runs) => entries.get(runs)?.index,
  };
}

function actionsOf({ fn, secondaries }: Start, image: Image, input: ImageInput, stack: Stack): Action[] {
  const { architecture } = input;
  const state = architecture.states[input.state];
  const set = (register: string, value: Value): Action => ({
    do: 'set',
    place: { to: 'register', register: registerIndex(architecture, register) },
    value,
  });
  const actions = [set(state.stackPointer, stackTop(architecture, input.state, stack))];
  if (membersOfImage(input.node).some(isVector)) actions.push(set(state.vectorBase, { op: 'image', at: () => image.vectorOffset() }));
  for (const { core, entry } of secondaries?.cores ?? []) {
    actions.push({ do: 'call', callee: image.callee(secondaries!.by), args: [constant(BigInt(core)), { op: 'linked', value: entry }] });
  }
  actions.push({ do: 'call', callee: image.callee(fn), args: [] }, { do: 'finish' });
  return actions;
}

/** The end of the core's own stack. A state that cannot read the core's number has one stack for all. */
function stackTop(architecture: Architecture, state: number, stack: Stack): Value {
  const { coreId } = architecture.states[state];
  const register = registerIndex(architecture, coreId.register);
  const base: Value = { op: 'image', at: stack.at };
  if (((architecture.registers[register].readable >>> state) & 1) === 0) return add(base, constant(BigInt(stack.bytes)));
  const core: Value = { op: 'bits', value: { op: 'register', register }, high: coreId.high, low: coreId.low };
  const number: Value = { op: 'binary', operator: '+', left: core, right: constant(1n), bits: 64 };
  return add(base, { op: 'binary', operator: '*', left: number, right: constant(BigInt(stack.bytes)), bits: 64 });
}
