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
  isBlock,
  isCall,
  isFn,
  isName,
  isRegister,
  isSuspend,
  isVector,
  type Let,
  type Local,
  type Resume,
  type Statement,
  type Suspend,
  type Vector,
} from '../syntax/generated/ast.ts';
import type { Body, Code } from './body.ts';
import { Calls } from './calls.ts';
import { AssemblyError, type Draft, type ImageContext } from './context.ts';
import { ControlFlow } from './control.ts';
import { calleeOf, Expressions, type Surroundings, type Target } from './expressions.ts';
import { Frame } from './frame.ts';
import { type BinaryOperator, type Callee, constant, type Label, type Value } from './ir.ts';
import { newLabel, redirectLabels } from './labels.ts';
import { current, read } from './reading.ts';
import { Writer } from './writer.ts';

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

class FunctionLowering implements Surroundings, Body {
  readonly frame: Frame;
  readonly expressions: Expressions;
  readonly writer: Writer;
  private readonly control: ControlFlow;
  private readonly calls: Calls;
  private readonly end = newLabel();

  constructor(
    readonly image: ImageContext,
    readonly node: Code,
    private readonly callee: Callee,
  ) {
    this.frame = new Frame(image);
    this.expressions = new Expressions(this);
    this.writer = new Writer(image, node.body, image.range(node));
    this.writer.framed = isFn(node);
    this.control = new ControlFlow(this);
    this.calls = new Calls(this);
  }

  lower(): LoweredFunction {
    const { node, callee, frame } = this;
    this.writer.place(callee.entry);
    if (isFn(node)) {
      for (const param of node.params) frame.declare(param, this.image.types.of(param.type), true);
      this.block(node.body);
      this.writer.range = endOf(this.image.range(node.body));
      this.writer.startsStatement = true;
      if (node.never) this.writer.emit({ do: 'panic', parts: [`${node.name}, which never returns, came to its end`] });
      else this.writer.emit({ do: 'return' });
    } else {
      this.naked(node);
    }
    this.writer.placeAll(this.end);
    callee.frameSize = frame.size;
    if (frame.size > MAX_FRAME) {
      const message = `The frame of \`${node.name}\` has ${frame.size} bytes, and a stack ${MAX_FRAME}; make its large locals statics of the image.`;
      throw new AssemblyError('TFW305', message, node);
    }
    return { node, callee, drafts: frame.used || isFn(node) ? this.writer.drafts : this.frameless(), frame, end: this.end };
  }

  /** Code that needed no frame makes none, and so nothing at SP is its own. */
  private frameless(): readonly Draft[] {
    const kept = this.writer.drafts.filter((d) => d.action.do !== 'enter' && d.action.do !== 'leave');
    return redirectLabels(this.writer.drafts, kept).map((draft) => ({ ...draft, framed: false }));
  }

  /** Vectors and entries: the store to the state's stack switch establishes a stack, a second one gives it up. */
  private naked(node: Vector | Entry): void {
    const state = this.image.architecture.states[this.image.state];
    if (isVector(node) && state.vectorStack) this.enter();
    for (const statement of node.body.statements) {
      if (!isStackSwitch(statement, state.stackSwitch)) {
        this.statement(statement);
      } else if (this.writer.framed) {
        this.leave();
        this.statement(statement);
      } else {
        this.statement(statement);
        this.enter();
      }
    }
    if (!this.endsForGood(node.body)) {
      this.writer.range = endOf(this.image.range(node.body));
      this.writer.emit({ do: 'panic', parts: [`${node.name} came to its end without an exception return`] });
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
    this.writer.emit({ do: 'enter', size: () => this.frameSize() });
    this.writer.framed = true;
  }

  private leave(): void {
    this.writer.emit({ do: 'leave', size: () => this.frameSize() });
    this.writer.framed = false;
  }

  frameSize(): number {
    return this.frame.used ? this.frame.size : 0;
  }

  // ------------------------------------------------------------------ statements

  block(block: Block, after?: (statement: Statement) => void): void {
    const mark = this.frame.enter();
    for (const statement of block.statements) {
      this.statement(statement);
      after?.(statement);
    }
    const end = newLabel();
    this.frame.leave(mark, end);
    this.writer.place(end);
  }

  statement(statement: Statement | Block): void {
    if (isBlock(statement)) {
      this.block(statement);
      return;
    }
    this.writer.range = this.image.range(headOf(statement));
    this.writer.at = statement;
    this.writer.startsStatement = true;
    const mark = this.frame.mark;
    this.lowerers[statement.$type](statement as never);
    this.frame.release(mark);
    this.writer.startsStatement = false;
  }

  private readonly lowerers: { readonly [K in Statement['$type']]: (statement: Extract<Statement, { $type: K }>) => void } = {
    Let: (s) => this.define(s),
    Local: (s) => this.define(s),
    If: (s) => this.control.if(s),
    While: (s) => this.control.while(s),
    For: (s) => this.control.for(s),
    Match: (s) => this.control.match(s),
    Return: (s) => this.writer.emit({ do: 'return', value: s.value && this.expressions.value(s.value) }),
    Break: (s) => this.writer.emit({ do: 'jump', to: this.control.inLoop(s).break }),
    Continue: (s) => this.writer.emit({ do: 'jump', to: this.control.inLoop(s).continue }),
    Finish: () => this.writer.emit({ do: 'finish' }),
    Panic: (s) => this.writer.emit({ do: 'panic', parts: this.expressions.text(s.message) }),
    Expect: (s) => {
      const condition = this.expressions.value(s.condition);
      const comparison = condition.op === 'binary' && !['&&', '||'].includes(condition.operator);
      const text = s.message ? plain(s.message.parts) : (s.condition.$cstNode?.text ?? '').replace(/\s+/g, ' ');
      this.writer.emit({ do: 'expect', condition, text, ...(comparison && { sides: [condition.left, condition.right] as const }) });
    },
    Emit: (s) => {
      const values = s.values.map((v) => ({ field: v.field.$refText, value: this.expressions.value(v.value) }));
      this.writer.emit({ do: 'announce', name: s.event.$refText, values });
    },
    Guarded: (s) => this.control.guarded(s),
    Resume: (s) => this.resume(s),
    ExprStatement: (s) => this.expression(s),
  };

  private define(s: Let | Local): void {
    const type = s.type ? this.image.types.of(s.type) : this.image.types.declared(s);
    const value = s.value;
    if (value && isSuspend(value)) {
      const slot = this.frame.declare(s, type);
      this.suspend(value, slot);
      this.frame.born(s, this.writer.next());
      return;
    }
    if (value && isCall(value)) {
      // The result goes straight into the variable: one word for a call, two for a trap and its result register.
      const target = calleeOf(value);
      const direct = target && ('fn' in target || this.image.architecture.instructions[target.instruction].produces);
      if (direct) {
        const args = this.calls.arguments(value);
        const slot = this.frame.declare(s, type);
        this.calls.word(value, args, slot);
        this.frame.born(s, this.writer.next());
        return;
      }
    }
    const lowered = value && this.expressions.value(value);
    const slot = this.frame.declare(s, type);
    if (lowered || isSmall(type)) this.writer.emit({ do: 'set', place: { to: 'local', offset: slot }, value: lowered ?? constant(0n) });
    this.frame.born(s, this.writer.next());
  }

  private expression(s: ExprStatement): void {
    if (!s.operator || !s.value) {
      if (isSuspend(s.target)) {
        this.suspend(s.target, undefined);
        return;
      }
      if (!isCall(s.target)) throw new AssemblyError('TFW204', 'This statement has no effect.', s);
      this.calls.word(s.target, this.calls.arguments(s.target), undefined);
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
          this.calls.word(s.value, this.calls.arguments(s.value), slot);
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
    this.writer.emit({ do: 'set', place, value: within ? { op: 'insert', into: read(place), value, ...within } : value });
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
    this.writer.range = this.image.range(s.target);
    this.assign(this.expressions.target(s.target), { op: 'local', offset: slot });
  }

  /** The word that fills the slot, then the block, whose exception return leaves the frame where it is. */
  private suspend(node: Suspend, result: number | undefined): void {
    const outer = { suspension: this.writer.suspension, framed: this.writer.framed };
    const slot = this.expressions.value(node.slot);
    const [word, resume] = [newLabel(), newLabel()];
    this.writer.range = { ...this.writer.range, ...endAt(this.image.range(node.slot)) };
    this.writer.place(word);
    this.writer.emit({ do: 'suspend', slot, to: resume, ...(result !== undefined && { result }) });
    this.writer.suspension = { word, resume };
    const { stackSwitch } = this.image.architecture.states[this.image.state];
    this.block(node.body, (statement) => {
      // What gives the stack away, so that the exception return finds another one.
      if (isStackSwitch(statement, stackSwitch)) this.writer.framed = false;
    });
    this.writer.suspension = outer.suspension;
    this.writer.framed = outer.framed;
    this.writer.place(resume);
  }

  private resume(s: Resume): void {
    const slot = this.expressions.value(s.slot);
    this.writer.emit({ do: 'resume', slot, value: this.expressions.value(s.value) });
  }

  // ------------------------------------------------------------------ what expressions ask for

  slot(node: AstNode): number | undefined {
    return this.frame.slot(node);
  }

  call(call: Call): Value {
    return this.calls.call(call);
  }

  shortCircuit(operator: '&&' | '||', left: Expr, right: Expr): Value {
    return this.control.shortCircuit(operator, left, right);
  }
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
