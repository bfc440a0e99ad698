/**
 * Missing opening braces: a head of a block whose line ends without one, while a `}` below stands right under the head.
 * Without that brace, the closing one would close what is around the block.
 */
import { type Problems, problem } from './problem.ts';
import { canEnd, continues, insertAfter, is, isName, type Token, type Vocabulary } from './tokens.ts';

/** Heads of blocks, by keyword, with what tells them from names that are spelled alike. */
const HEADS: Readonly<Record<string, (next: Token | undefined, afterNext: Token | undefined) => boolean>> = {
  if: () => true,
  while: () => true,
  for: () => true,
  match: () => true,
  fn: () => true,
  struct: () => true,
  enum: () => true,
  guarded: (next) => is(next, 'NL'),
  bits: (next, after) => isName(next) && is(after, ':'),
  view: (next, after) => isName(next) && (is(after, 'in') || is(after, '(') || is(after, 'STRING')),
  vector: (next, after) => isName(next) && is(after, 'NL'),
  entry: (next, after) => isName(next) && is(after, 'NL'),
  image: (next, after) => isName(next) && is(after, 'in'),
  part: (next) => is(next, 'of'),
  scenario: (next) => is(next, 'STRING'),
  platform: (next, after) => isName(next) && (is(after, 'on') || is(after, 'extends')),
};

export function openBlocks(tokens: readonly Token[], vocabulary: Vocabulary, problems: Problems): Token[] {
  const result: Token[] = [];
  let head: Token | undefined;
  let brackets = 0;
  tokens.forEach((token, i) => {
    const name = token.tokenType.name;
    if (startsLine(tokens, i)) {
      head = HEADS[name]?.(tokens[i + 1], tokens[i + 2]) ? token : undefined;
      brackets = 0;
    }
    if (name === '{' || name === '}') head = undefined;
    if (name === '(' || name === '[') brackets++;
    if (name === ')' || name === ']') brackets--;
    const previous = result[result.length - 1];
    if (name === 'NL' && head && brackets <= 0 && canEnd(previous) && !goesOn(tokens, i) && closedUnder(tokens, i, head)) {
      problems.push(problem('TFW003', previous, `\`{\` is missing behind the head of this \`${head.image}\``));
      result.push(insertAfter(vocabulary, previous, '{', '{'));
      head = undefined;
    }
    result.push(token);
  });
  return result;
}

const startsLine = (tokens: readonly Token[], i: number): boolean =>
  !is(tokens[i], 'NL') && (i === 0 || ['NL', ';', '{', '}'].includes(tokens[i - 1].tokenType.name));

function goesOn(tokens: readonly Token[], lineEnd: number): boolean {
  const next = tokens.slice(lineEnd, lineEnd + 2).find((token) => !is(token, 'NL'));
  return next !== undefined && !is(next, '}') && continues(next);
}

/** Whether the first line below that is not further in than the head closes a block there. */
function closedUnder(tokens: readonly Token[], lineEnd: number, head: Token): boolean {
  for (let i = lineEnd + 1; i < tokens.length; i++) {
    if (!is(tokens[i - 1], 'NL') || is(tokens[i], 'NL')) continue;
    if (tokens[i].startColumn! <= head.startColumn!) return is(tokens[i], '}') && tokens[i].startColumn === head.startColumn;
  }
  return false;
}
