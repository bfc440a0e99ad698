/** Control flow: conditions and loops as branches between words, `guarded` as rows of the fix-up table. */
import type { AstNode } from 'langium';
import type { Block, Expr, For, Guarded, If, Match, While } from '../syntax/generated/ast.ts';
import type { Body } from './body.ts';
import { AssemblyError } from './context.ts';
import { constant, type Label, type Place, type Value } from './ir.ts';
import { newLabel } from './labels.ts';
import type { Writer } from './writer.ts';

export class ControlFlow {
  private loop: { readonly continue: Label; readonly break: Label } | undefined;
  private readonly writer: Writer;

  constructor(private readonly body: Body) {
    this.writer = body.writer;
  }

  if(s: If): void {
    const otherwise = newLabel();
    this.writer.emit({ do: 'unless', condition: this.body.expressions.value(s.condition), to: otherwise });
    this.body.block(s.then);
    if (s.else === undefined) {
      this.writer.place(otherwise);
      return;
    }
    const end = newLabel();
    this.writer.emit({ do: 'jump', to: end });
    this.writer.place(otherwise);
    this.body.statement(s.else);
    this.writer.place(end);
  }

  /** Rows of inner blocks come first, so that whoever searches the fix-up table finds the innermost. */
  guarded(s: Guarded): void {
    const [from, to, target, end] = [newLabel(), newLabel(), newLabel(), newLabel()];
    this.writer.place(from);
    this.body.block(s.body);
    this.writer.place(to);
    this.writer.emit({ do: 'jump', to: end });
    this.writer.place(target);
    this.body.block(s.else);
    this.writer.place(end);
    this.body.image.guard({ from, to, target });
  }

  while(s: While): void {
    const again = newLabel();
    const end = newLabel();
    const { range } = this.writer;
    this.writer.place(again);
    this.writer.emit({ do: 'unless', condition: this.body.expressions.value(s.condition), to: end });
    this.loopBody(s.body, { continue: again, break: end });
    this.writer.range = range;
    this.writer.emit({ do: 'jump', to: again });
    this.writer.place(end);
  }

  for(s: For): void {
    const { range } = this.writer;
    const mark = this.body.frame.enter();
    const from = this.body.expressions.value(s.from);
    const to = this.body.expressions.value(s.to);
    const limit = to.op === 'constant' ? undefined : this.body.frame.temporary();
    if (limit !== undefined) this.writer.emit({ do: 'set', place: { to: 'local', offset: limit }, value: to });
    const slot = this.body.frame.declare(s.variable, this.body.image.types.declared(s.variable));
    const counter: Value = { op: 'local', offset: slot };
    this.writer.emit({ do: 'set', place: { to: 'local', offset: slot }, value: from });
    this.body.frame.born(s.variable, this.writer.next());
    const again = newLabel();
    const next = newLabel();
    const end = newLabel();
    const bound: Value = limit === undefined ? to : { op: 'local', offset: limit };
    this.writer.place(again);
    this.writer.emit({ do: 'unless', condition: { op: 'binary', operator: '<', left: counter, right: bound, bits: 64 }, to: end });
    this.loopBody(s.body, { continue: next, break: end });
    this.writer.range = range;
    this.writer.place(next);
    this.writer.startsStatement = true;
    this.writer.emit({
      do: 'set',
      place: { to: 'local', offset: slot },
      value: { op: 'binary', operator: '+', left: counter, right: constant(1n), bits: 64 },
    });
    this.writer.emit({ do: 'jump', to: again });
    this.body.frame.leave(mark, end);
    this.writer.place(end);
  }

  match(s: Match): void {
    const value = this.body.expressions.value(s.value);
    let subject = value;
    if (value.op !== 'local' && value.op !== 'constant') {
      const slot = this.body.frame.temporary();
      this.writer.emit({ do: 'set', place: { to: 'local', offset: slot }, value });
      subject = { op: 'local', offset: slot };
    }
    const end = newLabel();
    for (const arm of s.arms) {
      const next = newLabel();
      if (!arm.isElse) {
        this.writer.range = this.body.image.range(arm.patterns[0] ?? arm);
        const tests = arm.patterns.map((p): Value => {
          const from = this.body.expressions.value(p.from);
          if (!p.to) return { op: 'binary', operator: '==', left: subject, right: from, bits: 64 };
          const low: Value = { op: 'binary', operator: '>=', left: subject, right: from, bits: 64 };
          const high: Value = { op: 'binary', operator: '<=', left: subject, right: this.body.expressions.value(p.to), bits: 64 };
          return { op: 'binary', operator: '&&', left: low, right: high, bits: 64 };
        });
        const condition = tests.reduce((left, right): Value => ({ op: 'binary', operator: '||', left, right, bits: 64 }));
        this.writer.emit({ do: 'unless', condition, to: next });
      }
      this.body.statement(arm.body);
      this.writer.emit({ do: 'jump', to: end });
      this.writer.place(next);
    }
    this.writer.place(end);
  }

  private loopBody(block: Block, loop: { continue: Label; break: Label }): void {
    const outer = this.loop;
    this.loop = loop;
    this.body.block(block);
    this.loop = outer;
  }

  inLoop(node: AstNode): { readonly continue: Label; readonly break: Label } {
    if (!this.loop) throw new AssemblyError('TFW303', 'This stands outside a loop.', node);
    return this.loop;
  }

  /** `&&` and `||` whose right side contains a call: a branch around it. */
  shortCircuit(operator: '&&' | '||', left: Expr, right: Expr): Value {
    const slot = this.body.frame.temporary();
    const place: Place = { to: 'local', offset: slot };
    const local: Value = { op: 'local', offset: slot };
    const end = newLabel();
    this.writer.emit({ do: 'set', place, value: this.body.expressions.value(left) });
    const goOn: Value = operator === '&&' ? local : { op: 'unary', operator: '!', operand: local, bits: 64 };
    this.writer.emit({ do: 'unless', condition: goOn, to: end });
    this.writer.emit({ do: 'set', place, value: this.body.expressions.value(right) });
    this.writer.place(end);
    return local;
  }
}
