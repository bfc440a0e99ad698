/** What is wrong with a text before it has a tree: found by the lexer's passes and the parser. */
import type { Code } from '../diagnostics.ts';
import type { LexingError, Token } from './tokens.ts';

/** Offsets, end exclusive. */
export interface Problem {
  readonly code: Code;
  readonly message: string;
  readonly offset: number;
  readonly end: number;
  readonly suggestion?: string;
}

/** Nobody reads more, and a file of garbage would have as many as it has characters. */
const MOST = 500;

export class Problems {
  readonly all: Problem[] = [];

  push(...problems: readonly Problem[]): void {
    for (const each of problems) if (this.all.length < MOST) this.all.push(each);
  }
}

interface Extra {
  readonly suggestion?: string;
  /** Last token of the range, if it is not the first. */
  readonly to?: Token;
}

export function problem(code: Code, token: Token, message: string, { suggestion, to = token }: Extra = {}): Problem {
  return {
    code,
    message,
    offset: token.startOffset,
    end: Math.max(to.endOffset! + 1, token.startOffset),
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Langium carries lexing errors from the lexer to the document; ours travel among them. */
export type CarriedProblem = LexingError & { readonly problem: Problem };

export const carry = (problem: Problem): CarriedProblem => ({
  problem,
  message: problem.message,
  offset: problem.offset,
  length: problem.end - problem.offset,
  line: undefined,
  column: undefined,
});

export const carried = (errors: readonly LexingError[]): Problem[] =>
  errors.flatMap((error) => ('problem' in error ? [(error as CarriedProblem).problem] : []));
