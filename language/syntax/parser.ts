/**
 * Langium's parser, made to go on after errors in a way that users can rely on: it parses without guessing, and where it
 * fails, the smallest statement or head around the failure is replaced (`repair.ts`) and parsed again. So the tree of a
 * broken file is whole, with only the broken statements missing from it.
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
import { leftOver, withEnd } from './messages.ts';
import type { BraceKind } from './outline.ts';
import { carry } from './problem.ts';
import { type Losses, Repair } from './repair.ts';
import type { Item } from './structure.ts';
import { is, type Token } from './tokens.ts';

export interface TfwParseResult<T extends AstNode = AstNode> extends ParseResult<T> {
  readonly losses: Losses;
}

/** As many syntax errors as anybody reads, and as much parsing as anybody waits for, in tokens. */
const MAX_ERRORS = 100;
const MAX_WORK = 2_000_000;

/** Rules that read the items of a brace, so that each can be parsed by itself. */
const RULES: Readonly<Partial<Record<BraceKind, string>>> = {
  file: 'TopMember',
  image: 'ImageMember',
  scenario: 'ScenarioMember',
  platform: 'PlatformMember',
  match: 'MatchArm',
  code: 'Statement',
  view: 'ViewMember',
  entries: 'ViewEntry',
};

const LEFT_OVER = 'NotAllInputParsedException';

/** Hands the parser tokens that are already there. */
class Replay implements Lexer {
  tokens: readonly Token[] = [];

  constructor(private readonly lexer: Lexer) {}

  get definition(): Lexer['definition'] {
    return this.lexer.definition;
  }

  /** Comments are no part of the tree: whoever wants them reads the text. */
  tokenize(): ReturnType<Lexer['tokenize']> {
    return { tokens: [...this.tokens], hidden: [], errors: [] };
  }
}

export class TfwParser extends LangiumParser {
  private readonly source: TfwLexer;
  protected override readonly lexer: Replay;
  private work = 0;

  constructor(services: LangiumCoreServices) {
    super(services);
    this.source = services.parser.Lexer as TfwLexer;
    this.lexer = new Replay(this.source);
    // Langium looks for a place for hidden tokens at every token, also where there are none: quadratic in long blocks.
    this['nodeBuilder'].addHiddenNodes = () => {};
  }

  override parse<T extends AstNode = AstNode>(input: string, options: ParserOptions = {}): TfwParseResult<T> {
    const lexed: TfwLexerResult = this.source.tokenize(input);
    const repair = new Repair(lexed, this.source.definition);
    this.work = 0;
    let result = this.pass<T>(input, repair.tokens, options.rule);
    if (result.parserErrors.length > 0 && options.rule === undefined) {
      this.mendItems(input, repair, repair.structure.items(-1));
      result = this.pass<T>(input, repair.tokens);
    }
    while (result.parserErrors.length > 0) {
      if (options.rule !== undefined) {
        // A file reads without what was taken out of it; a lone expression never would.
        const [error] = result.parserErrors;
        repair.giveUp(error.token, loneMessage(error), repair.tokens.length);
        break;
      }
      this.mendFirst(result, repair, repair.tokens.length);
      result = this.pass<T>(input, repair.tokens);
    }
    const problems = [...lexed.problems, ...repair.problems].sort((a, b) => a.offset - b.offset);
    return { ...result, lexerErrors: problems.map(carry), parserErrors: [], losses: repair.losses };
  }

  private pass<T extends AstNode>(input: string, tokens: readonly Token[], rule?: string): ParseResult<T> {
    this.lexer.tokens = tokens;
    const result = super.parse<T>(input, rule === undefined ? {} : { rule });
    // The parser stops at the first error.
    const failed = result.parserErrors.length > 0 ? tokens.indexOf(result.parserErrors[0].token) : -1;
    this.work += failed < 0 ? tokens.length : failed + 1;
    return result;
  }

  private get exhausted(): boolean {
    return this.work > MAX_WORK;
  }

  /** `end`: where the tokens that were parsed end. */
  private mendFirst({ parserErrors: [error] }: ParseResult, repair: Repair, end: number): void {
    // What is left over behind an item that was read is not what another one could start with.
    const next = repair.tokens[end];
    const message =
      next === undefined
        ? error.message
        : error.name === LEFT_OVER
          ? leftOver(error.token, repair.before(error.token))
          : withEnd(error.message, next);
    // A repair looks at every token, but parses none.
    this.work += repair.tokens.length / 4;
    if (this.exhausted || repair.problems.length >= MAX_ERRORS) repair.giveUp(error.token, message, end);
    else repair.mend(error.token, message, end);
  }

  /** Mends items one by one, each by itself, so that an error costs no more than the item it stands in. */
  private mendItems(input: string, repair: Repair, items: readonly Item[]): void {
    const leads = items.map(({ from }) => repair.tokens[from]);
    for (const lead of leads) {
      if (repair.problems.length >= MAX_ERRORS) return;
      if (lead && !is(lead, 'use')) this.mendItem(input, repair, lead);
    }
  }

  /** Index of the brace of an item's block in which an error lies, if its items can be read by themselves; or -1. */
  private brokenBlock({ parserErrors: [error] }: ParseResult, repair: Repair, item: Item): number {
    const { structure, tokens } = repair;
    const at = tokens.indexOf(error.token, item.from);
    const blocks = structure.blocksOf(item).filter(({ open }) => RULES[structure.kindOf(open)] !== undefined);
    return blocks.find(({ open, close }) => at > open && at <= close)?.open ?? -1;
  }

  private mendItem(input: string, repair: Repair, lead: Token): void {
    const entered = new Set<Token>();
    while (!this.exhausted && repair.problems.length < MAX_ERRORS) {
      const item = repair.itemLedBy(lead);
      const rule = item && RULES[item.kind];
      if (!item || !rule) return;
      const result = this.pass(input, repair.tokens.slice(item.from, item.to), rule);
      if (result.parserErrors.length === 0) return;
      const block = this.brokenBlock(result, repair, item);
      if (block < 0 || entered.has(repair.tokens[block])) this.mendFirst(result, repair, item.to);
      else {
        entered.add(repair.tokens[block]);
        this.mendItems(input, repair, repair.structure.items(block));
      }
    }
  }
}

/** What is wrong with an expression that stands alone: no file goes on behind it. */
function loneMessage({ name, message, token }: ParseResult['parserErrors'][number]): string {
  if (name === LEFT_OVER) return `expected the end of the expression, found \`${token.image}\``;
  return message.replace('the end of the file', 'its end');
}

export function createTfwParser(services: LangiumCoreServices): LangiumParser {
  const parser = createParser(services.Grammar, new TfwParser(services), services.parser.Lexer.definition);
  parser.finalize();
  return parser;
}
