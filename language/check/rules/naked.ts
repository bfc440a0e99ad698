/**
 * Code without a stack: entries, and vectors of states that give them none, until they store to the state's stack switch;
 * a second store gives the stack up again. Such code has no frame, so nothing that lives in one.
 */
import { type AstNode, AstUtils } from 'langium';
import {
  type Call,
  type Entry,
  type ExprStatement,
  isCall,
  isExprStatement,
  isFn,
  isForVariable,
  isLet,
  isLocal,
  isName,
  isParam,
  isRegister,
  isSuspend,
  isVector,
  type Statement,
  type Vector,
} from '../../syntax/generated/ast.ts';
import { type Context, calleeOf, imageAround, type Rules, stateOf } from '../context.ts';

export const nakedRules: Rules = { Vector: [naked], Entry: [naked] };

function naked(node: Vector | Entry, context: Context): void {
  const image = imageAround(node);
  const state = image && stateOf(context, image);
  if (!state) return;
  const { stackSwitch } = state;
  let stack = isVector(node) && state.vectorStack;
  for (const statement of node.body.statements) {
    if (isStoreTo(statement, stackSwitch)) {
      if (!stack) refuse(statement, stackSwitch, context);
      stack = !stack;
    } else {
      nestedSwitch(statement, stackSwitch, context);
      if (!stack) refuse(statement, stackSwitch, context);
    }
  }
}

/** `SPSel = …`, the statement that gives or takes the stack. */
export function isStoreTo(statement: AstNode, register: string): statement is ExprStatement {
  if (!isExprStatement(statement) || statement.operator !== '=') return false;
  const node = isName(statement.target) ? statement.target.ref.ref : undefined;
  return node !== undefined && isRegister(node) && node.name === register;
}

/** Whether there is a stack has to be known from the place alone. */
export function nestedSwitch(statement: Statement, register: string, { report }: Context): void {
  for (const inner of AstUtils.streamAllContents(statement)) {
    if (isStoreTo(inner, register) && !isSuspend(inner.$container.$container))
      report.error('TFW301', inner, `\`${register}\` gives or takes the stack, so it is written outside of blocks`);
  }
}

const STATEMENTS: Readonly<Record<string, string>> = {
  Let: 'a local lives in a frame',
  Local: 'a local lives in a frame',
  For: '`for` counts in a frame',
  Match: '`match` keeps its value in a frame',
  Suspend: '`suspend` leaves a frame waiting',
};

function refuse(statement: Statement, register: string, context: Context): void {
  refuseFrame(statement, `there is no stack here: store to \`${register}\` first`, context);
}

/** Reports all that needs a frame; `because` says why there is none. */
export function refuseFrame(statement: Statement, because: string, { report }: Context): void {
  const need = (node: AstNode, why: string) => report.error('TFW301', node, `${why}, and ${because}`);
  const nodes = AstUtils.streamAst(statement).iterator();
  for (let { done, value: node } = nodes.next(); !done && node; { done, value: node } = nodes.next()) {
    const why = STATEMENTS[node.$type];
    if (why) {
      need(node, why);
      // Whatever it contains needs the same frame.
      nodes.prune();
    }
    if (isCall(node)) needOfCall(node, need);
    const target = isName(node) ? node.ref.ref : undefined;
    if (target && (isLet(target) || isLocal(target) || isForVariable(target) || isParam(target)))
      need(node, `\`${target.name}\` lives in a frame`);
  }
}

function needOfCall(call: Call, need: (node: AstNode, why: string) => void): void {
  const callee = calleeOf(call);
  if (callee && isFn(callee)) need(call, `\`${callee.name}\` is a function, which returns by way of a stack`);
  else if (callee && !isStatement(call)) need(call, `the result of \`${callee.name}\` wants a temporary in a frame`);
}

/** Whether a call is a statement of its own. */
const isStatement = ({ $container: outer }: Call): boolean => isExprStatement(outer) && !outer.operator;
