/**
 * Generated entry code for `core N runs f`, as a C runtime's start file: it gives the core a stack of its own, points the
 * vector base at the image's table, calls `f` and finishes.
 */
import { registerIndex } from '../../machine/index.ts';
import { membersOfImage } from '../check/parts.ts';
import type { FunctionInfo } from '../program/program.ts';
import { type CoreRuns, isEntry, isVector } from '../syntax/generated/ast.ts';
import type { Draft } from './context.ts';
import type { ImageInput } from './image.ts';
import { type Action, add, type Callee, constant, type Label, type Value } from './ir.ts';

export interface StartStub {
  readonly drafts: readonly Draft[];
  readonly info: FunctionInfo;
  /** Word index at which a core starts. */
  entry(runs: CoreRuns): number | undefined;
}

interface Assembly {
  callee(fn: Exclude<NonNullable<CoreRuns['entry']['ref']>, { $type: 'Entry' }>): Callee;
  vectorOffset(): number;
}

export function startStub(image: Assembly, input: ImageInput, stack: { at(): number; bytes: number }): StartStub {
  const { architecture } = input;
  const state = architecture.states[input.state];
  const register = (name: string): number => registerIndex(architecture, name);
  const core: Value = {
    op: 'bits',
    value: { op: 'register', register: register(state.coreId.register) },
    high: state.coreId.high,
    low: state.coreId.low,
  };
  const bytes = constant(BigInt(stack.bytes));
  const number: Value = { op: 'binary', operator: '+', left: core, right: constant(1n), bits: 64 };
  const top = add({ op: 'image', at: stack.at }, { op: 'binary', operator: '*', left: number, right: bytes, bits: 64 });
  const drafts: Draft[] = [];
  const entries = new Map<object, Label>();
  const range = input.range(input.starts[0]);
  for (const runs of input.starts) {
    const fn = runs.entry.ref;
    if (!fn || isEntry(fn) || entries.has(fn)) continue;
    const actions: Action[] = [{ do: 'set', place: { to: 'register', register: register(state.stackPointer) }, value: top }];
    if (membersOfImage(input.node).some(isVector)) {
      const table: Value = { op: 'image', at: () => image.vectorOffset() };
      actions.push({ do: 'set', place: { to: 'register', register: register(state.vectorBase) }, value: table });
    }
    actions.push({ do: 'call', callee: image.callee(fn), args: [] }, { do: 'finish' });
    const first: Label = { index: -1 };
    for (const [i, action] of actions.entries()) {
      const label: Label = i === 0 ? first : { index: -1 };
      drafts.push({ action, label, node: runs, range: input.range(runs), statement: false, framed: false });
    }
    entries.set(fn, first);
  }
  return {
    drafts,
    info: { name: 'start', kind: 'start', image: input.node.name, from: 0, to: 0, frameSize: 0, variables: [], range, nameRange: range },
    entry: (runs) => (runs.entry.ref ? entries.get(runs.entry.ref)?.index : undefined),
  };
}
