/**
 * Which line ends end a statement. A line end or `;` does, unless it stands inside `()` or `[]`, after a token that cannot
 * end a statement, or before one that cannot start one. `else` continues the `if` before it, but `else =>` starts an arm.
 */
import { canEnd, continues, is, retag, type Token, type Vocabulary } from './tokens.ts';

/** With `partial`, a line end at the end of the text is kept: completion asks what may follow it. */
export function keepLineEnds(tokens: readonly Token[], vocabulary: Vocabulary, partial = false): Token[] {
  const result: Token[] = [];
  // Open brackets of the innermost brace; a block inside of brackets has line ends of its own.
  const depths = [0];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    track(depths, token.tokenType.name);
    const separates = is(token, 'NL') || (is(token, ';') && depths[depths.length - 1] === 0);
    if (!separates) result.push(token);
    else if (depths[depths.length - 1] === 0 && endsStatement(result[result.length - 1], tokens, i + 1, partial)) {
      result.push(is(token, 'NL') ? token : retag(vocabulary, token, 'NL'));
    }
  }
  return result;
}

function endsStatement(previous: Token | undefined, tokens: readonly Token[], next: number, partial: boolean): boolean {
  let following = next;
  while (is(tokens[following], 'NL') || is(tokens[following], ';')) following++;
  const token = tokens[following];
  if (previous === undefined || !canEnd(previous)) return previous !== undefined && startsAnyway(previous, token);
  if (token === undefined) return partial;
  if (is(token, 'else')) return is(tokens[following + 1], '=>');
  return !continues(token);
}

/** No statement goes on with these words: what stands before them is incomplete, but over. */
const STARTING: ReadonlySet<string> = new Set('fn let var const enum struct if while for match return break continue'.split(' '));
const OPEN: ReadonlySet<string> = new Set(['NL', '=>', '{', ',']);

const startsAnyway = (previous: Token, next: Token | undefined): boolean =>
  next !== undefined && STARTING.has(next.tokenType.name) && !OPEN.has(previous.tokenType.name);

function track(depths: number[], name: string): void {
  const top = depths.length - 1;
  if (name === '(' || name === '[') depths[top]++;
  else if ((name === ')' || name === ']') && depths[top] > 0) depths[top]--;
  else if (name === '{') depths.push(0);
  else if (name === '}' && depths.length > 1) depths.pop();
}
