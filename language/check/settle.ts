/** Orders declarations so that each is evaluated after what it needs: chains of thousands would overflow the stack otherwise. */
import type { AstNode } from 'langium';

/**
 * Calls `evaluate` for everything that `root` needs, innermost first, and for `root` last. Circles are broken where they
 * close, and `circle` is told where.
 */
export function settle<T extends AstNode>(
  root: T,
  needs: (node: T) => readonly T[],
  evaluate: (node: T) => void,
  settled: WeakSet<T>,
  circle?: (node: T) => void,
): void {
  if (settled.has(root)) return;
  settled.add(root);
  const waiting: { readonly node: T; readonly needs: readonly T[]; next: number }[] = [{ node: root, needs: needs(root), next: 0 }];
  for (let top = waiting[waiting.length - 1]; top; top = waiting[waiting.length - 1]) {
    const need = top.needs[top.next++];
    if (need === undefined) {
      waiting.pop();
      evaluate(top.node);
    } else if (settled.has(need)) {
      if (circle && waiting.some(({ node }) => node === need)) circle(need);
    } else {
      settled.add(need);
      waiting.push({ node: need, needs: needs(need), next: 0 });
    }
  }
}
