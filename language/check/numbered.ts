/** `x[n]`: the general registers by number. */
import { type Builtin, type Expr, type Index, isBuiltin, isCall, isIndex, isName, type Name } from '../syntax/generated/ast.ts';

const OTHERS: ReadonlySet<string> = new Set(['vectors', 'guards', 'hex']);

/** Whether a builtin is the register file, rather than the address of one of the image's tables or what views show values by. */
export const isNumbered = ({ name }: Builtin): boolean => !OTHERS.has(name);

/** `hex(e)` in a view. */
export function isHex(e: Expr): boolean {
  const node = isCall(e) && isName(e.callee) ? e.callee.ref.ref : undefined;
  return node !== undefined && isBuiltin(node) && node.name === 'hex';
}

export function isNumberedRegister(e: Expr): e is Index & { readonly receiver: Name } {
  const node = isIndex(e) && isName(e.receiver) ? e.receiver.ref.ref : undefined;
  return node !== undefined && isBuiltin(node) && isNumbered(node);
}
