/** Where control can go: which statements it can come to the end of. */
import type { AstNode } from 'langium';
import { type Block, type Break, isBoolLiteral, isBreak, isCall, isFor, isWhile, type Statement } from '../syntax/generated/ast.ts';
import type { Types } from './types.ts';

/** Whether control can come to what stands behind a statement. */
export function completes(types: Types, statement: Statement | Block): boolean {
  switch (statement.$type) {
    case 'Block':
      return statement.statements.every((each) => completes(types, each));
    case 'Return':
    case 'Break':
    case 'Continue':
    case 'Finish':
    case 'Panic':
    case 'Resume':
      return false;
    case 'ExprStatement':
      return !(isCall(statement.target) && types.infer(statement.target).kind === 'never');
    case 'If':
      return !statement.else || completes(types, statement.then) || completes(types, statement.else);
    case 'Guarded':
      return completes(types, statement.body) || completes(types, statement.else);
    case 'While':
      return !(isBoolLiteral(statement.condition) && statement.condition.value) || breaksOut(statement.body);
    case 'Match':
      return !statement.arms.some((arm) => arm.isElse) || statement.arms.some((arm) => completes(types, arm.body));
    default:
      return true;
  }
}

/** Whether a loop's body has a `break` of that loop. */
function breaksOut(body: Block): boolean {
  const own = (statement: AstNode): boolean => {
    if (isBreak(statement)) return true;
    if (isWhile(statement) || isFor(statement)) return false;
    return parts(statement).some(own);
  };
  return body.statements.some(own);
}

/** Statements directly within a statement. */
export function parts(statement: AstNode): (Statement | Block)[] {
  const node = statement as Statement | Block;
  switch (node.$type) {
    case 'Block':
      return node.statements;
    case 'If':
      return node.else ? [node.then, node.else] : [node.then];
    case 'While':
    case 'For':
      return [node.body];
    case 'Guarded':
      return [node.body, node.else];
    case 'Match':
      return node.arms.map((arm) => arm.body);
    default:
      return [];
  }
}

/** The loop that a `break` or `continue` belongs to. */
export function loopOf(node: Break | AstNode): AstNode | undefined {
  let outer = node.$container;
  while (outer && !isWhile(outer) && !isFor(outer)) outer = outer.$container;
  return outer;
}
