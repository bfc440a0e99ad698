/**
 * Misspelt keywords: two names that follow each other at the start of a line are never right, so the first one was meant to
 * be a keyword. It is read as the closest one, or the declaration that it introduces would be lost.
 */
import { closest } from '../check/suggest.ts';
import { type Problems, problem } from './problem.ts';
import { correct, is, isName, type Token, type Vocabulary } from './tokens.ts';

const KEYWORDS =
  'fn let var const enum struct if while for match return use image scenario platform vector entry event expect window memory load payload core cores bits view part secret seeds'.split(
    ' ',
  );

/** Words of three letters are close to each other: of them only `let x =` and `var x:` are certain. */
const declares = (keyword: string, afterName: Token | undefined): boolean =>
  (keyword === 'let' || keyword === 'var') && (is(afterName, '=') || is(afterName, ':'));

const STARTS_LINE: ReadonlySet<string> = new Set(['NL', ';', '{', '}', '=>']);

export function correctKeywords(tokens: readonly Token[], vocabulary: Vocabulary, problems: Problems): Token[] {
  return tokens.map((token, i) => {
    const starts = !problems.full && (i === 0 || STARTS_LINE.has(tokens[i - 1].tokenType.name));
    const next = tokens[i + 1];
    if (!starts || !is(token, 'ID') || !(isName(next) || is(next, 'STRING') || is(next, 'INT'))) return token;
    const keyword = closest(token.image, KEYWORDS);
    if (keyword === undefined || !(token.image.length > 3 || declares(keyword, tokens[i + 2]))) return token;
    problems.push(problem('TFW001', token, `\`${token.image}\`: write \`${keyword}\``, { suggestion: keyword }));
    return correct(vocabulary, token, keyword);
  });
}
