/** Functions, vectors and entries: from statements to drafts of words. */
import type { AstNode } from 'langium';
import { MAX_FRAME } from '../check/frames.ts';
import type { TfwType } from '../check/types.ts';
import type { SourceRange } from '../program/program.ts';
import {
  type Block,
  type Call,
  type Entry,
  type Expr,
  type ExprStatement,
  type Fn,
  type For,
  type Guarded,
  type If,
  isBlock,
  isCall,
  isFn,
  isImmediate,
  isName,
  isRegister,
  isSuspend,
  isVector,
  type Let,
  type Local,
  type Match,
  type Resume,
  type Statement,
  type Suspend,
  type Vector,
  type While,
} from '../syntax/generated/ast.ts';
import { AssemblyError, type Draft, type ImageContext } from './context.ts';
import { calleeOf, Expressions, type Surroundings, type Target } from './expressions.ts';
import { Frame } from './frame.ts';
import { type Action, type BinaryOperator, type Callee, constant, type Label, type Place, type Value } from './ir.ts';

export type Code = Fn | Vector | Entry;

export interface LoweredFunction {
  readonly node: Code;
  readonly callee: Callee;
  readonly drafts: readonly Draft[];
  readonly frame: Frame;
  readonly end: Label;
}

export function lowerFunction(image: ImageContext, node: Code, callee: Callee): LoweredFunction {
  return new FunctionLowering(image, node, callee).lower();
}

class FunctionLowering implements Surroundings {
  private readonly drafts: Draft[] = [];
  private readonly frame: Frame;
  private readonly expressions: Expressions;
  private readonly end: Label = { index: -1 };
  private pending: Label[] = [];
  private range: SourceRange;
  private at: AstNode;
  private startsStatement = false;
  private framed: boolean;
  private loop: { readonly continue: Label; readonly break: Label } | undefined;
  /** Of the `suspend` whose block is being lowered. */
  private suspension: Draft['suspension'];

  constructor(
    readonly image: ImageContext,
    private readonly node: Code,
    private readonly callee: Callee,
  ) {
    this.frame = new Frame(image);
    this.expressions = new Expressions(this);
    this.range = image.range(node);
    this.at = node.body;
    this.framed = isFn(node);
  }

  lower(): LoweredFunction {
    const { node, callee, frame } = this;
    this.place(callee.entry);
    if (isFn(node)) {
      for (const param of node.params) frame.declare(param, this.image.types.of(param.type), true);
      this.block(node.body);
      this.range = endOf(this.image.range(node.body));
      this.startsStatement = true;
      if (node.never) this.emit({ do: 'panic', parts: [`${node.name}, which never returns, came to its end`] });
      else this.emit({ do: 'return' });
    } else {
      this.naked(node);
    }
    for (const label of this.pending) bind(label, this.end);
    callee.frameSize = frame.size;
    if (frame.size > MAX_FRAME) {
      const message = `The frame of \`${node.name}\` has ${frame.size} bytes, and a stack ${MAX_FRAME}; make its large locals statics of the image.`;
      throw new AssemblyError('TFW305', message, node);
    }
    return { node, callee, drafts: frame.used || isFn(node) ? this.drafts : this.frameless(), frame, end: this.end };
  }

  /** Code that needed no frame makes none, and so nothing at SP is its own. */
  private frameless(): readonly Draft[] {
    const kept = this.drafts.filter((d) => d.action.do !== 'enter' && d.action.do !== 'leave');
    return redirectLabels(this.drafts, kept).map((draft) => ({ ...draft, framed: false }));
  }

  /** Vectors and entries: the store to the state's stack switch establishes a stack, a second one gives it up. */
  private naked(node: Vector | Entry): void {
    const state = this.image.architecture.states[this.image.state];
    if (isVector(node) && state.vectorStack) this.enter();
    for (const statement of node.body.statements) {
      if (!isStackSwitch(statement, state.stackSwitch)) {
        this.statement(statement);
      } else if (this.framed) {
        this.leave();
        this.statement(statement);
      } else {
        this.statement(statement);
        this.enter();
      }
    }
    if (!this.endsForGood(node.body)) {
      this.range = endOf(this.image.range(node.body));
      this.emit({ do: 'panic', parts: [`${node.name} came to its end without an exception return`] });
    }
  }

  /** Whether control cannot come to the end of a naked body. */
  private endsForGood(block: Block): boolean {
    const last = block.statements.at(-1);
    if (!last) return false;
    if (last.$type === 'Finish' || last.$type === 'Panic' || last.$type === 'Resume') return true;
    if (last.$type === 'While') return last.condition.$type === 'BoolLiteral' && last.condition.value;
    if (last.$type !== 'ExprStatement' || !isCall(last.target)) return false;
    const target = calleeOf(last.target);
    if (!target) return false;
    return 'fn' in target ? target.fn.never : this.image.architecture.instructions[target.instruction].control === 'return';
  }

  private enter(): void {
    this.emit({ do: 'enter', size: () => this.frameSize() });
    this.framed = true;
  }

  private leave(): void {
    this.emit({ do: 'leave', size: () => this.frameSize() });
    this.framed = false;
  }

  private frameSize(): number {
    return this.frame.used ? this.frame.size : 0;
  }

  // ------------------------------------------------------------------ drafts and labels

  private emit(action: Action): void {
    const label: Label = { index: -1 };
    const { suspension } = this;
    const leaves = suspension && this.isExceptionReturn(action);
    this.drafts.push({
      action,
      label,
      node: this.at,
      range: this.range,
      statement: this.startsStatement,
      framed: this.framed,
      ...(leaves && { suspension }),
    });
    for (const pending of this.pending) bind(pending, label);
    this.pending = [];
    this.startsStatement = false;
  }

  private isExceptionReturn(action: Action): boolean {
    return action.do === 'instruction' && this.image.architecture.instructions[action.row].control === 'return';
  }

  /** `label` names the next word. */
  private place(label: Label): void {
    this.pending.push(label);
  }

  // ------------------------------------------------------------------ statements

  private block(block: Block, after?: (statement: Statement) => void): void {
    const mark = this.frame.enter();
    for (const statement of block.statements) {
      this.statement(statement);
      after?.(statement);
    }
    const end: Label = { index: -1 };
    this.frame.leave(mark, end);
    this.place(end);
  }

  private statement(statement: Statement | Block): void {
    if (isBlock(statement)) {
      this.block(statement);
      return;
    }
    this.range = this.image.range(headOf(statement));
    this.at = statement;
    this.startsStatement = true;
    const mark = this.frame.mark;
    this.lowerers[statement.$type](statement as never);
    this.frame.release(mark);
    this.startsStatement = false;
  }

  private readonly lowerers: { readonly [K in Statement['$type']]: (statement: Extract<Statement, { $type: K }>) => void } = {
    Let: (s) => this.define(s),
    Local: (s) => this.define(s),
    If: (s) => this.if(s),
    While: (s) => this.while(s),
    For: (s) => this.for(s),
    Match: (s) => this.match(s),
    Return: (s) => this.emit({ do: 'return', value: s.value && this.expressions.value(s.value) }),
    Break: (s) => this.emit({ do: 'jump', to: this.inLoop(s).break }),
    Continue: (s) => this.emit({ do: 'jump', to: this.inLoop(s).continue }),
    Finish: () => this.emit({ do: 'finish' }),
    Panic: (s) => this.emit({ do: 'panic', parts: this.expressions.text(s.message) }),
    Expect: (s) => {
      const condition = this.expressions.value(s.condition);
      const comparison = condition.op === 'binary' && !['&&', '||'].includes(condition.operator);
      const text = s.message ? plain(s.message.parts) : (s.condition.$cstNode?.text ?? '').replace(/\s+/g, ' ');
      this.emit({ do: 'expect', condition, text, ...(comparison && { sides: [condition.left, condition.right] as const }) });
    },
    Emit: (s) => {
      const values = s.values.map((v) => ({ field: v.field.$refText, value: this.expressions.value(v.value) }));
      this.emit({ do: 'announce', name: s.event.$refText, values });
    },
    Guarded: (s) => this.guarded(s),
    Resume: (s) => this.resume(s),
    ExprStatement: (s) => this.expression(s),
  };

  private define(s: Let | Local): void {
    const type = s.type ? this.image.types.of(s.type) : this.image.types.declared(s);
    const value = s.value;
    if (value && isSuspend(value)) {
      const slot = this.frame.declare(s, type);
      this.suspend(value, slot);
      this.frame.born(s, this.nextLabel());
      return;
    }
    if (value && isCall(value)) {
      // The result goes straight into the variable: one word for a call, two for a trap and its result register.
      const target = calleeOf(value);
      const direct = target && ('fn' in target || this.image.architecture.instructions[target.instruction].produces);
      if (direct) {
        const args = this.arguments(value);
        const slot = this.frame.declare(s, type);
        this.callWord(value, args, slot);
        this.frame.born(s, this.nextLabel());
        return;
      }
    }
    const lowered = value && this.expressions.value(value);
    const slot = this.frame.declare(s, type);
    if (lowered || isSmall(type)) this.emit({ do: 'set', place: { to: 'local', offset: slot }, value: lowered ?? constant(0n) });
    this.frame.born(s, this.nextLabel());
  }

  private expression(s: ExprStatement): void {
    if (!s.operator || !s.value) {
      if (isSuspend(s.target)) {
        this.suspend(s.target, undefined);
        return;
      }
      if (!isCall(s.target)) throw new AssemblyError('TFW204', 'This statement has no effect.', s);
      this.callWord(s.target, this.arguments(s.target), undefined);
      return;
    }
    if (s.operator === '=') {
      if (isSuspend(s.value)) {
        this.assignSuspended(s, s.value);
        return;
      }
      if (isCall(s.value) && isName(s.target)) {
        const target = calleeOf(s.value);
        const slot = s.target.ref.ref && this.frame.slot(s.target.ref.ref);
        if (target && 'fn' in target && slot !== undefined) {
          this.callWord(s.value, this.arguments(s.value), slot);
          return;
        }
      }
      const value = this.expressions.value(s.value);
      this.assign(this.expressions.target(s.target), this.narrowed(value, s.target));
      return;
    }
    const target = this.expressions.target(s.target);
    const right = this.expressions.value(s.value);
    const type = this.image.types.infer(s.target);
    const scaled = type.kind === 'pointer' ? times(right, this.image.types.size(type.pointee)) : right;
    const bits = type.kind === 'int' || type.kind === 'enum' ? type.bits : 64;
    const operator = s.operator.slice(0, -1) as BinaryOperator;
    this.assign(target, { op: 'binary', operator, left: current(target), right: scaled, bits });
  }

  /** Bits of a place are stored by storing all of it. */
  private assign({ place, within }: Target, value: Value): void {
    this.emit({ do: 'set', place, value: within ? { op: 'insert', into: read(place), value, ...within } : value });
  }

  /** A slot always holds a value of its type, zero-extended; memory truncates by its width. */
  private narrowed(value: Value, target: Expr): Value {
    const type = this.image.types.infer(target);
    if (isName(target) && type.kind === 'int' && type.bits < 64 && value.op !== 'constant') return { op: 'wrap', value, bits: type.bits };
    return value;
  }

  // ------------------------------------------------------------------ suspend and resume

  /** Its result goes straight into a local; what else is assigned to is found once it is back. */
  private assignSuspended(s: ExprStatement, value: Suspend): void {
    const node = isName(s.target) ? s.target.ref.ref : undefined;
    const local = node && this.frame.slot(node);
    const slot = local ?? this.frame.temporary();
    this.suspend(value, slot);
    if (local !== undefined) return;
    this.range = this.image.range(s.target);
    this.assign(this.expressions.target(s.target), { op: 'local', offset: slot });
  }

  /** The word that fills the slot, then the block, whose exception return leaves the frame where it is. */
  private suspend(node: Suspend, result: number | undefined): void {
    const outer = { suspension: this.suspension, framed: this.framed };
    const slot = this.expressions.value(node.slot);
    const [word, resume]: Label[] = [{ index: -1 }, { index: -1 }];
    this.range = { ...this.range, ...endAt(this.image.range(node.slot)) };
    this.place(word);
    this.emit({ do: 'suspend', slot, to: resume, ...(result !== undefined && { result }) });
    this.suspension = { word, resume };
    const { stackSwitch } = this.image.architecture.states[this.image.state];
    this.block(node.body, (statement) => {
      // What gives the stack away, so that the exception return finds another one.
      if (isStackSwitch(statement, stackSwitch)) this.framed = false;
    });
    this.suspension = outer.suspension;
    this.framed = outer.framed;
    this.place(resume);
  }

  private resume(s: Resume): void {
    const slot = this.expressions.value(s.slot);
    this.emit({ do: 'resume', slot, value: this.expressions.value(s.value) });
  }

  private if(s: If): void {
    const otherwise: Label = { index: -1 };
    this.emit({ do: 'unless', condition: this.expressions.value(s.condition), to: otherwise });
    this.block(s.then);
    if (s.else === undefined) {
      this.place(otherwise);
      return;
    }
    const end: Label = { index: -1 };
    this.emit({ do: 'jump', to: end });
    this.place(otherwise);
    this.statement(s.else);
    this.place(end);
  }

  /** Rows of inner blocks come first, so that whoever searches the fix-up table finds the innermost. */
  private guarded(s: Guarded): void {
    const [from, to, target, end]: Label[] = [{ index: -1 }, { index: -1 }, { index: -1 }, { index: -1 }];
    this.place(from);
    this.block(s.body);
    this.place(to);
    this.emit({ do: 'jump', to: end });
    this.place(target);
    this.block(s.else);
    this.place(end);
    this.image.guard({ from, to, target });
  }

  private while(s: While): void {
    const again: Label = { index: -1 };
    const end: Label = { index: -1 };
    const { range } = this;
    this.place(again);
    this.emit({ do: 'unless', condition: this.expressions.value(s.condition), to: end });
    this.body(s.body, { continue: again, break: end });
    this.range = range;
    this.emit({ do: 'jump', to: again });
    this.place(end);
  }

  private for(s: For): void {
    const { range } = this;
    const mark = this.frame.enter();
    const from = this.expressions.value(s.from);
    const to = this.expressions.value(s.to);
    const limit = to.op === 'constant' ? undefined : this.frame.temporary();
    if (limit !== undefined) this.emit({ do: 'set', place: { to: 'local', offset: limit }, value: to });
    const slot = this.frame.declare(s.variable, this.image.types.declared(s.variable));
    const counter: Value = { op: 'local', offset: slot };
    this.emit({ do: 'set', place: { to: 'local', offset: slot }, value: from });
    this.frame.born(s.variable, this.nextLabel());
    const again: Label = { index: -1 };
    const next: Label = { index: -1 };
    const end: Label = { index: -1 };
    const bound: Value = limit === undefined ? to : { op: 'local', offset: limit };
    this.place(again);
    this.emit({ do: 'unless', condition: { op: 'binary', operator: '<', left: counter, right: bound, bits: 64 }, to: end });
    this.body(s.body, { continue: next, break: end });
    this.range = range;
    this.place(next);
    this.startsStatement = true;
    this.emit({
      do: 'set',
      place: { to: 'local', offset: slot },
      value: { op: 'binary', operator: '+', left: counter, right: constant(1n), bits: 64 },
    });
    this.emit({ do: 'jump', to: again });
    this.frame.leave(mark, end);
    this.place(end);
  }

  private match(s: Match): void {
    const value = this.expressions.value(s.value);
    let subject = value;
    if (value.op !== 'local' && value.op !== 'constant') {
      const slot = this.frame.temporary();
      this.emit({ do: 'set', place: { to: 'local', offset: slot }, value });
      subject = { op: 'local', offset: slot };
    }
    const end: Label = { index: -1 };
    for (const arm of s.arms) {
      const next: Label = { index: -1 };
      if (!arm.isElse) {
        this.range = this.image.range(arm.patterns[0] ?? arm);
        const tests = arm.patterns.map((p): Value => {
          const from = this.expressions.value(p.from);
          if (!p.to) return { op: 'binary', operator: '==', left: subject, right: from, bits: 64 };
          const low: Value = { op: 'binary', operator: '>=', left: subject, right: from, bits: 64 };
          const high: Value = { op: 'binary', operator: '<=', left: subject, right: this.expressions.value(p.to), bits: 64 };
          return { op: 'binary', operator: '&&', left: low, right: high, bits: 64 };
        });
        const condition = tests.reduce((left, right): Value => ({ op: 'binary', operator: '||', left, right, bits: 64 }));
        this.emit({ do: 'unless', condition, to: next });
      }
      this.statement(arm.body);
      this.emit({ do: 'jump', to: end });
      this.place(next);
    }
    this.place(end);
  }

  private body(block: Block, loop: { continue: Label; break: Label }): void {
    const outer = this.loop;
    this.loop = loop;
    this.block(block);
    this.loop = outer;
  }

  private inLoop(node: AstNode): { readonly continue: Label; readonly break: Label } {
    if (!this.loop) throw new AssemblyError('TFW303', 'This stands outside a loop.', node);
    return this.loop;
  }

  /** A label that names the next word to come. */
  private nextLabel(): Label {
    const label: Label = { index: -1 };
    this.place(label);
    return label;
  }

  // ------------------------------------------------------------------ calls

  slot(node: AstNode): number | undefined {
    return this.frame.slot(node);
  }

  /** A call inside an expression: its result in a temporary. */
  call(call: Call): Value {
    const args = this.arguments(call);
    const slot = this.frame.temporary();
    this.callWord(call, args, slot);
    return { op: 'local', offset: slot };
  }

  shortCircuit(operator: '&&' | '||', left: Expr, right: Expr): Value {
    const slot = this.frame.temporary();
    const place: Place = { to: 'local', offset: slot };
    const local: Value = { op: 'local', offset: slot };
    const end: Label = { index: -1 };
    this.emit({ do: 'set', place, value: this.expressions.value(left) });
    const goOn: Value = operator === '&&' ? local : { op: 'unary', operator: '!', operand: local, bits: 64 };
    this.emit({ do: 'unless', condition: goOn, to: end });
    this.emit({ do: 'set', place, value: this.expressions.value(right) });
    this.place(end);
    return local;
  }

  /** Inner calls run first, in textual order. */
  private arguments(call: Call): Value[] {
    const target = calleeOf(call);
    if (!target) throw new AssemblyError('TFW202', 'Only functions and instructions can be called.', call);
    if ('fn' in target) return call.args.map((arg) => this.expressions.value(arg));
    const row = this.image.architecture.instructions[target.instruction];
    const immediate = call.args.find(isImmediate);
    const rest = call.args
      .filter((arg) => !isImmediate(arg))
      .map((arg, i) => (row.operands[i]?.kind === 'register' ? this.expressions.registerArgument(arg) : this.expressions.argument(arg)));
    if (row.sized) {
      const pointer = this.image.types.infer(call.args[0]);
      rest.push(constant(BigInt(pointer.kind === 'pointer' ? this.image.types.size(pointer.pointee) : 8)));
    }
    return row.immediate === undefined ? rest : [constant(immediate ? immediate.value : 0n), ...rest];
  }

  /** The word (or words) of a call; its result goes to `slot` if there is one. */
  private callWord(call: Call, args: Value[], slot: number | undefined): void {
    const target = calleeOf(call);
    if (!target) throw new AssemblyError('TFW202', 'Only functions and instructions can be called.', call);
    if ('fn' in target) {
      this.emit({ do: 'call', callee: this.image.callee(target.fn), args, ...(slot !== undefined && { result: slot }) });
      return;
    }
    const { architecture } = this.image;
    const row = architecture.instructions[target.instruction];
    if (row.control === 'return' && isFn(this.node) && !this.suspension) {
      throw new AssemblyError('TFW302', `\`${row.name}()\` stands only in a vector, an entry or a \`suspend\`.`, call);
    }
    const produces = row.produces && slot !== undefined;
    // An exception return pops the frame that is there now, unless it is to come back.
    const framed = this.framed && !this.suspension;
    for (let part = 0; part < (row.words ?? 1); part++) {
      const pop = (): number => (framed ? this.frameSize() : 0);
      this.emit({ do: 'instruction', row: target.instruction, part, args, pop, ...(produces && { result: slot }) });
    }
    if (slot === undefined || row.produces) return;
    if (!row.result) throw new AssemblyError('TFW202', `\`${row.name}\` has no result.`, call);
    const register = architecture.registers.findIndex((r) => r.name === row.result);
    this.emit({ do: 'set', place: { to: 'local', offset: slot }, value: { op: 'register', register } });
  }
}

/** Labels are shared objects: binding one to another makes both name the same word after layout. */
const followers = new WeakMap<Label, Label[]>();
function bind(label: Label, to: Label): void {
  const list = followers.get(to) ?? [];
  list.push(label);
  followers.set(to, list);
}

/** Sets the index of a word, and of every label that names it. */
export function settle(label: Label, index: number): void {
  label.index = index;
  for (const follower of followers.get(label) ?? []) settle(follower, index);
}

/** Labels of dropped words move on to the next word that stays. */
function redirectLabels(all: readonly Draft[], kept: readonly Draft[]): readonly Draft[] {
  if (all.length === kept.length) return all;
  const stays = new Set(kept);
  for (const [i, draft] of all.entries()) {
    if (stays.has(draft)) continue;
    const next = all.slice(i + 1).find((d) => stays.has(d));
    if (next) bind(draft.label, next.label);
  }
  return kept;
}

function isStackSwitch(statement: Statement, register: string): boolean {
  if (statement.$type !== 'ExprStatement' || statement.operator !== '=') return false;
  const node = isName(statement.target) ? statement.target.ref.ref : undefined;
  return node !== undefined && isRegister(node) && node.name === register;
}

/** What of a statement is highlighted while it is about to execute: the head of a compound one. */
function headOf(statement: Statement): AstNode {
  switch (statement.$type) {
    case 'If':
    case 'While':
      return statement.condition;
    case 'Match':
      return statement.value;
    default:
      return statement;
  }
}

const endOf = (range: SourceRange): SourceRange => ({ ...range, line: range.endLine, column: Math.max(0, range.endColumn - 1) });
const endAt = ({ endLine, endColumn }: SourceRange) => ({ endLine, endColumn: endColumn + 1 });
const plain = (parts: readonly string[]): string => parts.join('…');
const isSmall = (type: TfwType): boolean => type.kind !== 'struct' && type.kind !== 'array';
const times = (value: Value, size: number): Value =>
  size === 1 ? value : { op: 'binary', operator: '*', left: value, right: constant(BigInt(size)), bits: 64 };

/** The value that a target holds now, for compound assignments. */
const current = ({ place, within }: Target): Value => (within ? { op: 'bits', value: read(place), ...within } : read(place));

/** The value that a place holds now. */
function read(place: Place): Value {
  switch (place.to) {
    case 'local':
      return { op: 'local', offset: place.offset };
    case 'memory':
      return { op: 'load', address: place.address, size: place.size };
    case 'register':
      return { op: 'register', register: place.register };
    case 'numbered':
      return { ...place, op: 'numbered' };
    case 'field':
      return { op: 'bits', value: { op: 'register', register: place.register }, high: place.high, low: place.low };
  }
}
