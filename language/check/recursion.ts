/** Functions that call each other in a circle, found for all of them at once: a search from each would be slow on long chains. */
import type { Fn } from '../syntax/generated/ast.ts';

interface Visit {
  readonly fn: Fn;
  readonly calls: readonly Fn[];
  next: number;
}

/** Circles of calls (Tarjan's strongly connected components, without recursion), remembered for all that was looked at. */
export class Circles {
  private readonly order = new WeakMap<Fn, number>();
  private readonly lowest = new WeakMap<Fn, number>();
  private readonly circles = new WeakMap<Fn, readonly Fn[]>();
  private count = 0;

  constructor(private readonly callsOf: (fn: Fn) => readonly Fn[]) {}

  /** The functions that `fn` is in a circle with, itself among them; empty if it does not come back to itself. */
  of(fn: Fn): readonly Fn[] {
    if (!this.order.has(fn)) this.search(fn);
    return this.circles.get(fn) ?? [];
  }

  private search(root: Fn): void {
    const open: Fn[] = [];
    const waiting: Visit[] = [this.visit(root, open)];
    for (let top = waiting.at(-1); top; top = waiting.at(-1)) {
      const callee = top.calls[top.next++];
      if (callee === undefined) {
        waiting.pop();
        this.close(top, open);
        const caller = waiting.at(-1);
        if (caller) this.lower(caller.fn, this.lowest.get(top.fn)!);
      } else if (!this.order.has(callee)) waiting.push(this.visit(callee, open));
      else if (!this.circles.has(callee)) this.lower(top.fn, this.order.get(callee)!);
    }
  }

  private visit(fn: Fn, open: Fn[]): Visit {
    this.order.set(fn, this.count);
    this.lowest.set(fn, this.count++);
    open.push(fn);
    return { fn, calls: this.callsOf(fn), next: 0 };
  }

  private lower(fn: Fn, to: number): void {
    this.lowest.set(fn, Math.min(this.lowest.get(fn)!, to));
  }

  /** A function that reaches none before itself closes its circle: all that were opened since. */
  private close({ fn, calls }: Visit, open: Fn[]): void {
    if (this.lowest.get(fn) !== this.order.get(fn)) return;
    const members = open.splice(open.lastIndexOf(fn));
    const circle = members.length > 1 || calls.includes(fn) ? members : [];
    for (const member of members) this.circles.set(member, circle);
  }
}
