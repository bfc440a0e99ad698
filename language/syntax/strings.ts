/** Strings with holes: `"core {id()}"` becomes STR_START, the hole's tokens, STR_END. */
import { type Problems, problem } from './problem.ts';
import { insertAfter, slice, type Token, UNKNOWN, type Vocabulary } from './tokens.ts';

/** Tokens of a hole; `offset` is where its text stands in the file. */
type Tokenize = (text: string, offset: number) => Token[];

export function splitStrings(tokens: readonly Token[], vocabulary: Vocabulary, tokenize: Tokenize, problems: Problems): Token[] {
  if (!tokens.some(hasHole)) return [...tokens];
  return tokens.flatMap((token) => (hasHole(token) ? pieces(token, vocabulary, tokenize, problems) : [token]));
}

/** A string that is not closed has been reported; where its holes end is anybody's guess. */
const hasHole = ({ tokenType, image }: Token): boolean =>
  tokenType.name === 'STRING' && image.includes('{') && image.length > 1 && image.endsWith('"');

function pieces(token: Token, vocabulary: Vocabulary, tokenize: Tokenize, problems: Problems): Token[] {
  const text = token.image;
  const result: Token[] = [];
  let start = 0;
  for (let open = nextHole(text, 1); open >= 0; open = nextHole(text, start + 1)) {
    const close = text.indexOf('}', open);
    if (close < 0) {
      problems.push(
        problem('TFW003', slice(vocabulary, token, 'STRING', open, open + 1), 'this `{` is not closed within the string', {
          suggestion: '\\{',
        }),
      );
      break;
    }
    const piece = slice(vocabulary, token, result.length === 0 ? 'STR_START' : 'STR_MID', start, open + 1);
    const hole = tokenize(text.slice(open + 1, close), token.startOffset + open + 1).map((inner) => shift(inner, token, open + 1));
    if (hole.length === 0)
      problems.push(problem('TFW001', slice(vocabulary, token, 'STRING', open, close + 1), 'expected an expression between `{` and `}`'));
    result.push(piece, ...(hole.length > 0 ? hole : [insertAfter(vocabulary, piece, 'ID', UNKNOWN)]));
    start = close;
  }
  return result.length === 0 ? [token] : [...result, slice(vocabulary, token, 'STR_END', start, text.length)];
}

/** Offset of the next `{` that is not escaped, or -1. */
function nextHole(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') return i;
  }
  return -1;
}

/** A token of a hole at its place in the file. A string stands within one line. */
function shift(inner: Token, outer: Token, by: number): Token {
  return {
    ...inner,
    startOffset: inner.startOffset + outer.startOffset + by,
    endOffset: inner.endOffset! + outer.startOffset + by,
    startLine: outer.startLine,
    endLine: outer.startLine,
    startColumn: inner.startColumn! + outer.startColumn! + by - 1,
    endColumn: inner.endColumn! + outer.startColumn! + by - 1,
  };
}
