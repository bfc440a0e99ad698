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
export const MOST = 500;

/** Problems up to a bound; the last one says so. What stands behind it is not worth any pass's time. */
export class Problems {
  readonly all: Problem[] = [];

  push(problem: Problem): void {
    if (this.all.length < MOST - 1) this.all.push(problem);
    else if (!this.full) this.all.push(tooMany(problem.offset, problem.end));
  }

  get full(): boolean {
    return this.all.length >= MOST;
  }

  /** Offset behind which nothing is read; undefined while there is room for more problems. */
  get end(): number | undefined {
    return this.full ? this.all[MOST - 1].offset : undefined;
  }
}

export const tooMany = (offset: number, end: number): Problem => ({
  code: 'TFW004',
  message: 'there are too many errors; what follows is not read',
  offset,
  end,
});

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
