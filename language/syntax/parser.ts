/**
 * Langium's parser, made to go on after errors in a way that users can rely on: it parses without guessing, and where it
 * fails, the smallest statement or head around the failure is replaced (`repair.ts`) and the file is parsed again. So the
 * tree of a broken file is whole, with only the broken statements missing from it.
 */
import {
  type AstNode,
  createParser,
  type LangiumCoreServices,
  LangiumParser,
  type Lexer,
  type ParseResult,
  type ParserOptions,
} from 'langium';
import type { TfwLexer, TfwLexerResult } from './lexer.ts';
import { carry, type Problem } from './problem.ts';
import { type Losses, Repair } from './repair.ts';
import type { Token } from './tokens.ts';

/** Passes over a file, bounded by the work of one: a file of a thousand lines gets all of them. */
const MAX_PASSES = 40;
const MAX_WORK = 600_000;

export interface TfwParseResult<T extends AstNode = AstNode> extends ParseResult<T> {
  readonly losses: Losses;
}

/** Hands the parser tokens that are already there. */
class Replay implements Lexer {
  tokens: readonly Token[] = [];
  hidden: readonly Token[] = [];

  constructor(private readonly lexer: Lexer) {}

  get definition(): Lexer['definition'] {
    return this.lexer.definition;
  }

  tokenize(): ReturnType<Lexer['tokenize']> {
    // The parser consumes the list of hidden tokens.
    return { tokens: [...this.tokens], hidden: [...this.hidden], errors: [] };
  }
}

export class TfwParser extends LangiumParser {
  private readonly source: TfwLexer;
  protected override readonly lexer: Replay;

  constructor(services: LangiumCoreServices) {
    super(services);
    this.source = services.parser.Lexer as TfwLexer;
    this.lexer = new Replay(this.source);
  }

  override parse<T extends AstNode = AstNode>(input: string, options: ParserOptions = {}): TfwParseResult<T> {
    const lexed: TfwLexerResult = this.source.tokenize(input);
    const repair = new Repair(lexed, this.source.definition);
    this.lexer.hidden = lexed.hidden;
    const passes = Math.min(MAX_PASSES, 1 + Math.floor(MAX_WORK / (lexed.tokens.length + 1)));
    let result = this.pass<T>(input, options, repair.tokens);
    for (let pass = 1; result.parserErrors.length > 0; pass++) {
      const [error] = result.parserErrors;
      if (options.rule !== undefined) {
        // A file reads without what was taken out of it; a lone expression never would.
        repair.giveUp(error.token, loneMessage(error));
        break;
      }
      if (pass < passes) repair.mend(error.token, error.message);
      else repair.giveUp(error.token, error.message);
      result = this.pass<T>(input, options, repair.tokens);
    }
    const problems: Problem[] = [...lexed.problems, ...repair.problems];
    return { ...result, lexerErrors: problems.sort((a, b) => a.offset - b.offset).map(carry), parserErrors: [], losses: repair.losses };
  }

  private pass<T extends AstNode>(input: string, options: ParserOptions, tokens: readonly Token[]): ParseResult<T> {
    this.lexer.tokens = tokens;
    return super.parse<T>(input, options);
  }
}

/** What is wrong with an expression that stands alone: no file goes on behind it. */
function loneMessage({ name, message, token }: ParseResult['parserErrors'][number]): string {
  if (name === 'NotAllInputParsedException') return `expected the end of the expression, found \`${token.image}\``;
  return message.replace('the end of the file', 'its end');
}

export function createTfwParser(services: LangiumCoreServices): LangiumParser {
  const parser = createParser(services.Grammar, new TfwParser(services), services.parser.Lexer.definition);
  parser.finalize();
  return parser;
}
