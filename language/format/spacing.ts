/** What stands between two pieces of one line: a space or nothing. */
import type { Piece } from './pieces.ts';

const OPENING: ReadonlySet<string> = new Set(['(', '[']);
const NO_SPACE_BEFORE: ReadonlySet<string> = new Set([')', ']', ',', ';', '.', ':']);
const NO_SPACE_AFTER: ReadonlySet<string> = new Set(['(', '[', '.', '#', '@']);
const PREFIXES: ReadonlySet<string> = new Set(['-', '!', '~', '*', '&']);
const PREFIXED: ReadonlySet<string> = new Set(['Unary', 'PointerType']);
/** Keywords that are written like functions. */
const CALLED: ReadonlySet<string> = new Set(['panic', 'sizeof', 'suspend', 'resume']);

/** Whether a piece is an operator before its operand, or the star of a pointer type. */
const isPrefix = ({ text, node }: Piece): boolean => PREFIXES.has(text) && PREFIXED.has(node.$type);

/** Whether brackets behind a piece belong to it: calls, indices, parameters. */
const takesBrackets = ({ text, keyword, comment }: Piece): boolean =>
  !comment && (keyword ? CALLED.has(text) || text === ')' || text === ']' : /\w$/.test(text));

export function isSpaced(previous: Piece, next: Piece): boolean {
  if (NO_SPACE_AFTER.has(previous.text) || NO_SPACE_BEFORE.has(next.text)) return false;
  // `& &x` must not become `&&x`.
  if (isPrefix(previous)) return isPrefix(next) && next.text === previous.text && next.text !== '*' && next.text !== '!';
  // Between numbers a range reads best without spaces, between long names with them: the writer decides.
  if (next.text === '..') return next.gap > 0;
  if (previous.text === '..') return previous.gap > 0;
  if (OPENING.has(next.text)) return !takesBrackets(previous);
  return true;
}
