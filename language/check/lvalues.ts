/** What can be assigned to, and what has an address. */
import {
  type Expr,
  isArg,
  isBitsField,
  isBuiltin,
  isCast,
  isConst,
  isEntry,
  isEnumMember,
  isFn,
  isForVariable,
  isIndex,
  isLet,
  isLocal,
  isMember,
  isName,
  isParam,
  isRegister,
  isRegisterField,
  isSecret,
  isStatic,
  isStructField,
  isTableConstant,
  isUnary,
} from '../syntax/generated/ast.ts';
import type { Context } from './context.ts';
import { isNumbered, isNumberedRegister } from './numbered.ts';
import { bitsOf, quote } from './type-of.ts';

/** What stands for itself only, by the kind of its declaration. */
function refuseName(name: string, node: object): string {
  if (isLet(node)) return `\`${name}\` is immutable; declare it with \`var\``;
  if (isParam(node)) return `\`${name}\` is a parameter and immutable; copy it to a \`var\``;
  if (isForVariable(node)) return `\`${name}\` is counted by its loop`;
  if (isArg(node)) return `\`${name}\` is an argument of the scenario: a constant`;
  if (isSecret(node)) return `\`${name}\` is a secret: its words can only be read, one by one`;
  if (isConst(node) || isTableConstant(node)) return `\`${name}\` is a constant`;
  if (isFn(node) || isEntry(node)) return `\`${name}\` is code`;
  return `\`${name}\` is no place that a value could be stored in`;
}

const NO_PLACE = 'this is no place that a value could be stored in';

/** Why nothing can be stored in `e`. */
export function notAssignable(context: Context, e: Expr): string | undefined {
  if (isMember(e) && !e.member.ref) return undefined;
  if (isName(e)) {
    const node = e.ref.ref;
    return !node || isLocal(node) || isStatic(node) || isRegister(node) ? undefined : refuseName(e.ref.$refText, node);
  }
  if (isNumberedRegister(e)) return undefined;
  if (isMember(e) && e.member.ref && isRegisterField(e.member.ref)) return undefined;
  if (isMember(e) && e.member.ref && isBitsField(e.member.ref)) return holderNotAssignable(context, e.receiver);
  return notInMemory(context, e);
}

/** Why the integer that a field is part of cannot be stored to; a cast may say what fields it has. */
function holderNotAssignable(context: Context, e: Expr): string | undefined {
  if (context.types.infer(e).kind === 'pointer') return undefined;
  if (!isCast(e)) return notAssignable(context, e);
  const [place, layout] = [context.types.infer(e.value), context.types.infer(e)];
  if (place.kind !== 'error' && bitsOf(place) < bitsOf(layout)) return `the place has ${bitsOf(place)} bits, fewer than ${quote(layout)}`;
  return holderNotAssignable(context, e.value);
}

/** Why `e` has no address. */
export function notAddressable(context: Context, e: Expr): string | undefined {
  if (isMember(e) && !e.member.ref) return undefined;
  if (!isName(e))
    return isMember(e) && e.member.ref && (isRegisterField(e.member.ref) || isBitsField(e.member.ref))
      ? `${isRegisterField(e.member.ref) ? 'registers' : 'fields of `bits`'} have no address`
      : notInMemory(context, e);
  const node = e.ref.ref;
  if (!node || isLocal(node) || isStatic(node) || isFn(node) || isEntry(node)) return undefined;
  if (isRegister(node) || isBuiltin(node)) return isRegister(node) || isNumbered(node) ? 'registers have no address' : NO_PLACE;
  return isLet(node) ? `\`${node.name}\` is immutable and has no address; declare it with \`var\`` : refuseName(e.ref.$refText, node);
}

/** A part of what lies in memory lies in memory; whatever a pointer points at does. */
function notInMemory(context: Context, e: Expr): string | undefined {
  if (isUnary(e) && e.operator === '*') return undefined;
  const part = isIndex(e) || (isMember(e) && !(e.member.ref && isEnumMember(e.member.ref)));
  if (!part) return NO_PLACE;
  if (isMember(e) && e.member.ref && !isStructField(e.member.ref)) return NO_PLACE;
  const receiver = context.types.infer(e.receiver);
  if (receiver.kind === 'pointer' || receiver.kind === 'error') return undefined;
  return isName(e.receiver) ? notAddressable(context, e.receiver) : notInMemory(context, e.receiver);
}
