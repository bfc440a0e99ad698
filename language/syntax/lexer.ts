/** The lexer of `.tfw`: Langium's tokens, then passes that give line ends, strings, brackets and slips their meaning. */
import { DefaultLexer, type LangiumCoreServices, type LexerResult, type TokenizeOptions } from 'langium';
import { namesByContext } from './contextual.ts';
import { type BoundedErrors, Unreadable } from './lexing-errors.ts';
import { tooDeep, tooLarge } from './limits.ts';
import { keepLineEnds } from './line-ends.ts';
import { closeComment, closeStrings, joinMalformed, reportCharacters } from './literals.ts';
import { correctKeywords } from './misspelt.ts';
import { openBlocks } from './opening.ts';
import { type BraceKind, outline } from './outline.ts';
import { carry, type Problem, Problems, problem, tooMany } from './problem.ts';
import { correctSlips } from './slips.ts';
import { splitStrings } from './strings.ts';
import { insertAfter, is, isName, type Token, UNKNOWN } from './tokens.ts';

export interface TfwLexerResult extends LexerResult {
  readonly problems: readonly Problem[];
  /** What the braces hold, by opening brace. */
  readonly kinds: ReadonlyMap<Token, BraceKind>;
  /** Offsets of what lost a brace. */
  readonly unbalanced: ReadonlySet<number>;
}

/** Some editors of Windows put it in front of a file. */
const BYTE_ORDER_MARK = /^\uFEFF/;

export class TfwLexer extends DefaultLexer {
  private readonly bound: BoundedErrors;

  constructor(services: LangiumCoreServices) {
    super(services);
    this.bound = services.parser.LexerErrorMessageProvider as BoundedErrors;
  }

  override tokenize(text: string, options?: TokenizeOptions): TfwLexerResult {
    const large = tooLarge(text);
    if (large) return this.refused(large);
    const problems = new Problems();
    const raw = this.read(text.replace(BYTE_ORDER_MARK, ' '), problems);
    let tokens = closeComment(closeStrings(raw.tokens, this.definition, raw.errors, text), problems);
    tokens = splitStrings(joinMalformed(tokens, problems), this.definition, (hole, offset) => this.hole(hole, offset, problems), problems);
    tokens = correctKeywords(correctSlips(tokens, this.definition, problems), this.definition, problems);
    tokens = readable(openBlocks(tokens, this.definition, problems), problems);
    const balanced = outline(tokens, this.definition, problems);
    tokens = keepLineEnds(
      namesByContext(this.nameMissingMembers(balanced.tokens, problems), this.definition),
      this.definition,
      options?.mode === 'partial',
    );
    const deep = tooDeep(tokens);
    if (deep) return this.refused(deep);
    return {
      tokens,
      hidden: raw.hidden,
      errors: problems.all.map(carry),
      problems: problems.all,
      kinds: balanced.kinds,
      unbalanced: balanced.unbalanced,
    };
  }

  private refused(reason: Problem): TfwLexerResult {
    return { tokens: [], hidden: [], errors: [carry(reason)], problems: [reason], kinds: new Map(), unbalanced: new Set() };
  }

  /** Langium's tokens, up to where there are too many characters that mean nothing. */
  private read(text: string, problems: Problems, base = 0): LexerResult {
    this.bound.begin();
    try {
      const result = super.tokenize(text);
      reportCharacters(result.errors, text, problems, base);
      return result;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const result = this.read(text.slice(0, error.offset), problems, base);
      problems.push(tooMany(base + error.offset, base + error.offset + 1));
      return result;
    }
  }

  private hole(text: string, offset: number, problems: Problems): Token[] {
    return problems.full ? [] : this.read(text, problems, offset).tokens.filter((token) => !is(token, 'NL'));
  }

  /** `x.` with nothing after it: an unknown name keeps the tree, and with it completion, whole. */
  private nameMissingMembers(tokens: readonly Token[], problems: Problems): Token[] {
    const result: Token[] = [];
    tokens.forEach((token, i) => {
      result.push(token);
      if (!is(token, '.') || isName(tokens[i + 1]) || is(tokens[i + 1], 'INT')) return;
      problems.push(problem('TFW003', token, 'a name is missing after `.`'));
      result.push(insertAfter(this.definition, token, 'ID', UNKNOWN));
    });
    return result;
  }
}

/** What stands before the line where there were too many problems. */
function readable(tokens: Token[], { end }: Problems): Token[] {
  if (end === undefined) return tokens;
  const behind = tokens.findIndex(({ startOffset }) => startOffset >= end);
  return behind < 0 ? tokens : tokens.slice(0, tokens.findLastIndex((token, i) => i <= behind && is(token, 'NL')) + 1);
}
