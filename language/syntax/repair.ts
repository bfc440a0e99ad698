/**
 * Takes out of a token stream what the parser could not read, and as little else as possible. The head of a block is
 * replaced by one that reads (`while ? {`), so that the block's statements are still checked; a declaration keeps its name,
 * so that its uses are no errors; anything else leaves.
 */
import type { TfwLexerResult } from './lexer.ts';
import type { BraceKind } from './outline.ts';
import { type Problem, problem, tooMany } from './problem.ts';
import { type Item, Structure } from './structure.ts';
import { insertAfter, insertBefore, is, isName, type Token, UNKNOWN, type Vocabulary } from './tokens.ts';

/** Types of tokens; the first is the keyword's own. `NAME` is the name behind the keyword, if it has one. */
type Template = readonly string[];
const NAME = 'NAME';

/** Heads of blocks, by keyword. */
const HEADS: Readonly<Record<string, Template>> = {
  if: ['if', 'ID'],
  while: ['while', 'ID'],
  match: ['match', 'ID'],
  for: ['for', NAME, 'in', 'ID', '..', 'ID'],
  fn: ['fn', NAME, '(', ')', '->', 'ID'],
  vector: ['vector', NAME],
  entry: ['entry', NAME],
  image: ['image', NAME, 'in', 'ID'],
  part: ['part', 'of', 'ID'],
  scenario: ['scenario', 'STRING', 'on', 'ID'],
  platform: ['platform', NAME, 'on', 'ID'],
  struct: ['struct', NAME],
  enum: ['enum', NAME],
  event: ['event', NAME],
  bits: ['bits', NAME, ':', 'ID'],
  guarded: ['guarded'],
  view: ['view', NAME, 'in', 'ID'],
  item: ['item', 'STRING'],
};

/** Heads of blocks of code that say nothing, by what holds them. */
const PLAIN: Readonly<Partial<Record<BraceKind, Template>>> = {
  code: ['if', 'ID'],
  match: ['ID', '=>'],
  image: ['fn', 'ID', '(', ')', '->', 'ID'],
  file: ['fn', 'ID', '(', ')', '->', 'ID'],
  scenario: ['fn', 'ID', '(', ')', '->', 'ID'],
};

/** What has blocks that are no code by themselves: parts of values, and fields. */
const NO_CODE: ReadonlySet<string> = new Set(['let', 'var', 'const', 'return', 'expect', 'struct', 'enum', 'bits', 'event']);

/** Declarations without a block, by what holds them and their keyword. */
const DECLARATIONS: Readonly<Record<string, Template>> = {
  'code let': ['let', NAME, '=', 'ID'],
  'code var': ['var', NAME, '=', 'ID'],
  'image var': ['var', NAME, ':', 'ID'],
  'image const': ['const', NAME, '=', 'ID'],
  'scenario const': ['const', NAME, '=', 'ID'],
  'platform const': ['const', NAME, '=', 'ID'],
  'scenario arg': ['arg', NAME, '=', 'ID'],
  'scenario secret': ['secret', NAME, ':', 'ID', 'known', 'to', 'ID'],
  'view let': ['let', NAME, '=', 'ID'],
  'entries let': ['let', NAME, '=', 'ID'],
  'file const': ['const', NAME, '=', 'ID'],
};

/** Texts of tokens that a template inserts, where they are not their type's name. */
const FILLERS: Readonly<Record<string, string>> = { ID: UNKNOWN, STRING: `"${UNKNOWN}"` };

const DECLARING: ReadonlySet<string> = new Set(
  'let var const fn struct enum event image vector entry platform scenario for bits view arg secret'.split(' '),
);

/** What is missing from the tree of a repaired file: names that it may have declared, and declarations that lost their heads. */
export interface Losses {
  readonly names: ReadonlySet<string>;
  /** Offsets of the keywords of declarations whose heads were replaced. */
  readonly heads: ReadonlySet<number>;
  /** Offsets of the keywords of declarations whose ends were not found. */
  readonly ends: ReadonlySet<number>;
}

export class Repair {
  private current: readonly Token[];
  private outline: Structure | undefined;
  readonly problems: Problem[] = [];
  private readonly names = new Set<string>();
  private readonly heads = new Set<number>();
  /** How often the item that begins with a token was mended. */
  private readonly mended = new Map<Token, number>();
  /** First tokens of items that were given others. */
  private readonly heirs = new Map<Token, Token>();
  /** Where the last item asked for began, or the separator before it: repairs happen behind. */
  private reached = 0;

  constructor(
    private readonly lexed: TfwLexerResult,
    private readonly vocabulary: Vocabulary,
  ) {
    this.current = lexed.tokens;
  }

  get tokens(): readonly Token[] {
    return this.current;
  }

  private set tokens(tokens: readonly Token[]) {
    this.current = tokens;
    this.outline = undefined;
  }

  get structure(): Structure {
    return (this.outline ??= new Structure(this.current, this.lexed.kinds));
  }

  /** The item that starts with a token; undefined once the token is gone. */
  itemLedBy(first: Token): Item | undefined {
    const lead = this.heirs.get(first) ?? first;
    // Items are asked for in their order, but for the one around those just asked for.
    const ahead = this.tokens.indexOf(lead, this.reached);
    const at = ahead < 0 ? this.tokens.lastIndexOf(lead, this.reached) : ahead;
    if (at < 0) return undefined;
    this.reached = Math.max(at - 1, 0);
    return this.structure.itemOf(at);
  }

  before(token: Token): Token | undefined {
    return this.tokens[this.tokens.indexOf(token) - 1];
  }

  get losses(): Losses {
    return { names: this.names, heads: this.heads, ends: this.lexed.unbalanced };
  }

  /** Reports and removes what stands at `failed`, which is at `end` if it is no token of the text. */
  mend(failed: Token, message: string, end: number): void {
    const at = this.position(failed, end);
    const { structure } = this;
    const item = structure.itemAround(at);
    const lead = this.tokens[item.from];
    // Where a keyword's own place is wrong, a new head fails again: then its block gets one that may stand there, and if
    // that fails too, the whole item leaves, without another word.
    const times = lead === undefined ? 0 : (this.mended.get(lead) ?? 0);
    if (times === 0) this.report(at, message);
    const mendings =
      lead === undefined
        ? []
        : [() => this.newHead(structure, item, at) ?? this.newDeclaration(item), () => this.plainBlock(structure, item)];
    let instead: Token[] | undefined;
    let next = times;
    while (instead === undefined && next < mendings.length) instead = mendings[next++]();
    if (lead) this.mended.set(lead, next);
    if (lead && instead && instead[0] !== lead) this.inherit(lead, instead[0], next);
    if (instead) this.splice(item.from, item.to, instead);
    else this.remove(item);
  }

  /** Leaves out everything from the file's item that holds `failed`: there are too many errors to look for more. */
  giveUp(failed: Token, message: string, end: number): void {
    const at = this.position(failed, end);
    this.report(at, message);
    const { from, to } = this.structure.fileItemAround(at);
    const next = this.tokens[to + 1];
    if (next) this.problems.push(tooMany(next.startOffset, next.endOffset! + 1));
    const start = is(this.tokens[from - 1], 'NL') ? from - 1 : from;
    this.lose(start, this.tokens.length);
    this.tokens = this.tokens.slice(0, start);
  }

  private position(failed: Token, end: number): number {
    const found = this.tokens.indexOf(failed);
    return found < 0 ? end : found;
  }

  /** What is missing at a line end is reported at the end of that line. */
  private report(at: number, message: string): void {
    const token = this.tokens[at];
    const visible = token === undefined || is(token, 'NL') || token.image === '' ? (this.tokens[at - 1] ?? token) : token;
    if (visible) this.problems.push(problem('TFW001', visible, message));
  }

  /** A head that reads, if the failure is around a block of the item. */
  private newHead(structure: Structure, item: Item, at: number): Token[] | undefined {
    const blocks = structure.blocksOf(item);
    const next = blocks.find(({ open }) => open >= at);
    const previous = blocks.findLast(({ close }) => close < (next?.open ?? this.tokens.length) && close <= at);
    const before = previous ? this.tokens.slice(item.from, previous.close + 1) : [];
    if (next === undefined) {
      // Behind its last block an item has nothing more to say.
      if (previous) this.lose(previous.close + 1, item.to);
      return previous ? before : undefined;
    }
    const lead = this.tokens[item.from];
    const behind = this.tokens.slice(next.open, item.to);
    if (previous) return [...before, insertAfter(this.vocabulary, before[before.length - 1], 'else', 'else'), ...behind];
    const template = HEADS[lead.tokenType.name];
    if (!template) return undefined;
    this.heads.add(lead.startOffset);
    this.lose(item.from, next.open);
    for (let i = item.from; i < next.open; i++) if (isName(this.tokens[i])) this.names.add(this.tokens[i].image);
    return [...this.fill(template, item.from), ...behind];
  }

  private inherit(lead: Token, heir: Token, times: number): void {
    this.heirs.set(lead, heir);
    this.mended.set(heir, times);
  }

  /** The code block of an item whose head cannot be read, as something that may stand there: what is in it is checked. */
  private plainBlock(structure: Structure, item: Item): Token[] | undefined {
    const block = structure.blocksOf(item).find(({ open }) => structure.kindOf(open) === 'code');
    const head = PLAIN[item.kind];
    if (!block || !head || NO_CODE.has(this.tokens[item.from].tokenType.name)) return undefined;
    const brace = this.tokens[block.open];
    this.lose(item.from, block.open);
    this.lose(block.close + 1, item.to);
    const filled = head.map((type) => insertBefore(this.vocabulary, brace, type, FILLERS[type] ?? type));
    this.heads.add(filled[0].startOffset);
    return [...filled, ...this.tokens.slice(block.open, block.close + 1)];
  }

  private newDeclaration(item: Item): Token[] | undefined {
    const kind = item.kind === 'match' ? 'code' : item.kind;
    const template = DECLARATIONS[`${kind} ${this.tokens[item.from].tokenType.name}`];
    if (!template || !isName(this.tokens[item.from + 1])) return undefined;
    this.lose(item.from + 2, item.to);
    return this.fill(template, item.from);
  }

  private fill([, ...rest]: Template, at: number): Token[] {
    const result = [this.tokens[at]];
    const name = this.tokens[at + 1];
    for (const type of rest) {
      if (type === NAME && isName(name)) result.push(name);
      else {
        const filler = type === NAME ? 'ID' : type;
        result.push(insertAfter(this.vocabulary, result[result.length - 1], filler, FILLERS[filler] ?? filler));
      }
    }
    return result;
  }

  /** Takes an item out together with one of the separators around it. */
  private remove({ from, to }: Item): void {
    this.lose(from, to);
    if (this.separates(to)) this.splice(from, to + 1, []);
    else if (this.separates(from - 1)) this.splice(from - 1, to, []);
    // A failure between two separators has no item of its own.
    else this.splice(from, Math.max(to, Math.min(from + 1, this.tokens.length)), []);
  }

  private separates(i: number): boolean {
    return is(this.tokens[i], 'NL') || is(this.tokens[i], ',');
  }

  private lose(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const declares = i === from || DECLARING.has(this.tokens[i - 1]?.tokenType.name) || is(this.tokens[i + 1], '=');
      if (declares && isName(this.tokens[i])) this.names.add(this.tokens[i].image);
    }
  }

  private splice(from: number, to: number, instead: readonly Token[]): void {
    this.tokens = [...this.tokens.slice(0, from), ...instead, ...this.tokens.slice(to)];
  }
}
