/**
 * Contextual keywords that are names: `event = 1`, `expect.state`, `finish[2]`. No construct goes on like that behind its
 * keyword, so the parser need not look further to tell them apart.
 */
import { isContextualKeyword, retag, type Token, type Vocabulary } from './tokens.ts';

const BEHIND_NAMES: ReadonlySet<string> = new Set(
  '= += -= *= /= %= &= |= ^= <<= >>= . [ : == != < <= > >= + / % | ^ << >> && || as ) ] , ..'.split(' '),
);

export function namesByContext(tokens: readonly Token[], vocabulary: Vocabulary): Token[] {
  return tokens.map((token, i) => {
    const name = isContextualKeyword(token.tokenType.name) && BEHIND_NAMES.has(tokens[i + 1]?.tokenType.name);
    return name ? retag(vocabulary, token, 'ID') : token;
  });
}
