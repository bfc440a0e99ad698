/** Kinds of tokens, as the passes over the token stream ask for them. Names are the grammar's: a keyword's name is its text. */
import type { Lexer, LexerResult } from 'langium';

export type Token = LexerResult['tokens'][number];
export type LexingError = LexerResult['errors'][number];
/** Token types by name. */
export type Vocabulary = Lexer['definition'];

/** Words that can never be names. Every other keyword is contextual. */
export const RESERVED: ReadonlySet<string> = new Set(
  'fn let var const enum struct if else while for in match return break continue as sizeof true false'.split(' '),
);

/** Stands where a name or an expression could not be read: it declares nothing, and references to it are silent. */
export const UNKNOWN = '?';

const WORD = /^[A-Za-z_]+$/;

export const isContextualKeyword = (name: string): boolean => WORD.test(name) && !RESERVED.has(name) && !TERMINALS.has(name);

const TERMINALS: ReadonlySet<string> = new Set([
  'WS',
  'DOC',
  'LINE_COMMENT',
  'BLOCK_COMMENT',
  'NL',
  'INT',
  'ID',
  'STRING',
  'STR_START',
  'STR_MID',
  'STR_END',
]);

const ENDING: ReadonlySet<string> = new Set([
  'ID',
  'INT',
  'STRING',
  'STR_END',
  ')',
  ']',
  '}',
  'return',
  'break',
  'continue',
  'true',
  'false',
]);

/** `*`, `-`, `&`, `(`, `[`, `!` and `~` are missing: they start statements. */
const CONTINUING: ReadonlySet<string> = new Set(
  '} ) ] , . .. : -> => = += -= *= /= %= &= |= ^= <<= >>= && || == != < <= > >= + / % | ^ << >> as in @ {'.split(' '),
);

/** Whether a statement can end with this token. */
export const canEnd = (token: Token): boolean => ENDING.has(token.tokenType.name) || isContextualKeyword(token.tokenType.name);

/** Whether a line that starts with this token belongs to the line before it. */
export const continues = (token: Token): boolean => CONTINUING.has(token.tokenType.name);

export const is = (token: Token | undefined, name: string): boolean => token?.tokenType.name === name;

/** Whether the token can be read as a name: an identifier or a contextual keyword. */
export const isName = (token: Token | undefined): boolean =>
  token !== undefined && (token.tokenType.name === 'ID' || isContextualKeyword(token.tokenType.name));

/** A part of a token under another type; for tokens that stand within one line. */
export function slice(vocabulary: Vocabulary, token: Token, name: string, from: number, to: number): Token {
  const tokenType = vocabulary[name];
  return {
    tokenType,
    tokenTypeIdx: tokenType.tokenTypeIdx!,
    image: token.image.slice(from, to),
    startOffset: token.startOffset + from,
    endOffset: token.startOffset + to - 1,
    startLine: token.startLine,
    endLine: token.startLine,
    startColumn: token.startColumn! + from,
    endColumn: token.startColumn! + to - 1,
  };
}

/** The same text under another type. */
export const retag = (vocabulary: Vocabulary, token: Token, name: string): Token => ({ ...token, ...ofType(vocabulary, name) });

/** The keyword that a token should have been, at its place. */
export const correct = (vocabulary: Vocabulary, token: Token, keyword: string): Token => ({
  ...retag(vocabulary, token, keyword),
  image: keyword,
});

/** A token that the text does not have, without width, in front of `place`. */
export function insertBefore(vocabulary: Vocabulary, place: Token, name: string, image = ''): Token {
  const token = slice(vocabulary, place, name, 0, 0);
  token.image = image;
  return token;
}

/** A token that the text does not have, without width, behind `place`. */
export function insertAfter(vocabulary: Vocabulary, place: Token, name: string, image = ''): Token {
  return {
    ...ofType(vocabulary, name),
    image,
    startOffset: place.endOffset! + 1,
    endOffset: place.endOffset!,
    startLine: place.endLine,
    endLine: place.endLine,
    startColumn: place.endColumn! + 1,
    endColumn: place.endColumn!,
  };
}

function ofType(vocabulary: Vocabulary, name: string): Pick<Token, 'tokenType' | 'tokenTypeIdx'> {
  const tokenType = vocabulary[name];
  return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! };
}
