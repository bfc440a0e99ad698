/** Expressions of views and of the functions they call: lowered as code is, with calls run by an interpreter beforehand. */
import type { AstNode } from 'langium';
import type { TfwType } from '../check/types.ts';
import { AssemblyError, type ImageContext } from '../lower/context.ts';
import { calleeOf, Expressions, type Surroundings } from '../lower/expressions.ts';
import type { Value } from '../lower/ir.ts';
import { evaluator } from '../lower/values.ts';
import type { Call, Expr, Fn } from '../syntax/generated/ast.ts';
import { type ViewEye, ViewProblem } from './eyes.ts';

export type Evaluate = (eye: ViewEye) => bigint;
type Step = (eye: ViewEye) => void;

/** Runs a function of the image with the values of its parameters. */
export type Invoke = (fn: Fn) => (eye: ViewEye, args: readonly bigint[]) => bigint;

/** What one view, or one function, keeps in its frame. */
export class Scope implements Surroundings {
  readonly expressions: Expressions;
  private readonly slots = new Map<AstNode, number>();
  private next = 0;
  private pending: Step[] = [];

  constructor(
    readonly image: ImageContext,
    private readonly invoke: Invoke,
  ) {
    this.expressions = new Expressions(this);
  }

  declare(node: AstNode): number {
    const slot = this.next++;
    this.slots.set(node, slot);
    return slot;
  }

  slot(node: AstNode): number | undefined {
    return this.slots.get(node);
  }

  /** An expression that cannot be lowered is a problem where it is evaluated, not before. */
  compile(e: Expr): Evaluate {
    return this.after(() => this.expressions.value(e));
  }

  /** The address of an lvalue. */
  address(e: Expr): Evaluate {
    return this.after(() => this.expressions.address(e));
  }

  /** A value that is made of others, such as the sum of a compound assignment. */
  value(make: () => Value): Evaluate {
    return this.after(make);
  }

  private after(make: () => Value): Evaluate {
    const outer = this.pending;
    this.pending = [];
    try {
      const evaluate = evaluator(make(), 0);
      const steps = this.pending;
      return (eye) => {
        eye.spend();
        for (const step of steps) step(eye);
        return evaluate(eye);
      };
    } catch (error) {
      if (!(error instanceof AssemblyError)) throw error;
      const { message } = error;
      return () => {
        throw new ViewProblem(message);
      };
    } finally {
      this.pending = outer;
    }
  }

  call(call: Call): Value {
    const target = calleeOf(call);
    if (!target || !('fn' in target)) throw new AssemblyError('TFW202', 'A view calls functions only.', call);
    const args = call.args.map((arg) => evaluator(this.expressions.value(arg), 0));
    const run = this.invoke(target.fn);
    const slot = this.next++;
    this.pending.push((eye) => {
      eye.frame[slot] = run(
        eye,
        args.map((arg) => arg(eye)),
      );
    });
    return { op: 'local', offset: slot };
  }

  shortCircuit(operator: '&&' | '||', left: Expr, right: Expr): Value {
    const slot = this.next++;
    const [first, second] = [this.compile(left), this.compile(right)];
    this.pending.push((eye) => {
      const value = first(eye);
      eye.frame[slot] = (value !== 0n) === (operator === '&&') ? second(eye) : value;
    });
    return { op: 'local', offset: slot };
  }

  typeOf(e: Expr): TfwType {
    return this.image.types.infer(e);
  }
}
