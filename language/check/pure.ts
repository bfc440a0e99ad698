/** What a view may do: read an image's memory, and call functions that do nothing else. */
import { type AstNode, AstUtils } from 'langium';
import {
  type Fn,
  isBuiltin,
  isCall,
  isExprStatement,
  isFn,
  isInstruction,
  isLocal,
  isName,
  isParam,
  isRegister,
  isSecret,
  isUnary,
} from '../syntax/generated/ast.ts';
import { isHex, isNumbered } from './numbered.ts';
import { isScalar } from './type-of.ts';
import type { Types } from './types.ts';

/** Statements that change something, leave, or expect what only a run can show. */
const ACTING: Readonly<Record<string, string>> = {
  Emit: 'announces an event',
  Expect: 'expects something',
  Finish: 'ends its core',
  Guarded: 'guards accesses',
  Resume: 'resumes a `suspend`',
  Suspend: 'leaves by a `suspend`',
};

/** Why a node by itself is nothing that a view may evaluate; undefined if it is. */
export function acts(node: AstNode, types: Types): string | undefined {
  const said = ACTING[node.$type];
  if (said) return said;
  if (isName(node)) return named(node.ref.ref);
  if (isExprStatement(node) && node.operator && !(isName(node.target) && node.target.ref.ref && isLocal(node.target.ref.ref)))
    return 'stores to memory';
  if (isUnary(node) && node.operator === '&' && isName(node.operand)) {
    const place = node.operand.ref.ref;
    if (place && (isLocal(place) || isParam(place))) return 'takes the address of a local';
  }
  return isLocal(node) && !isScalar(types.declared(node)) ? 'keeps an array or struct of its own' : undefined;
}

function named(node: AstNode | undefined): string | undefined {
  if (!node) return undefined;
  if (isRegister(node)) return `reads register \`${node.name}\``;
  if (isInstruction(node)) return `executes \`${node.name}\``;
  if (isSecret(node)) return `reads secret \`${node.name}\``;
  return isBuiltin(node) && isNumbered(node) ? 'reads registers' : undefined;
}

const known = new WeakMap<Fn, { readonly reason: string | undefined }>();

/** Why a view cannot call a function, by itself or by what it calls. */
export function impurity(fn: Fn, types: Types): string | undefined {
  const before = known.get(fn);
  if (before) return before.reason;
  known.set(fn, { reason: undefined });
  let reason: string | undefined;
  for (const node of AstUtils.streamAllContents(fn.body)) {
    reason = acts(node, types);
    if (!reason && isCall(node) && !isHex(node)) {
      const callee = isName(node.callee) ? node.callee.ref.ref : undefined;
      const inner = callee && isFn(callee) ? impurity(callee, types) : undefined;
      if (inner && callee && isFn(callee)) reason = `calls \`${callee.name}\`, which ${inner}`;
    }
    if (reason) break;
  }
  known.set(fn, { reason });
  return reason;
}
