/** `x[n]`: the general registers by number. */
import { type Builtin, type Expr, type Index, isBuiltin, isIndex, isName, type Name } from '../syntax/generated/ast.ts';

/** Whether a builtin is the register file, rather than the address of one of the image's tables. */
export const isNumbered = ({ name }: Builtin): boolean => name !== 'vectors' && name !== 'guards';

export function isNumberedRegister(e: Expr): e is Index & { readonly receiver: Name } {
  const node = isIndex(e) && isName(e.receiver) ? e.receiver.ref.ref : undefined;
  return node !== undefined && isBuiltin(node) && isNumbered(node);
}
