/**
 * Balances brackets before the parser sees them, so that one missing brace never hides the rest of a file: declarations that
 * cannot nest (`fn`, `vector x {`, `image x in`) close what is still open when they start a line.
 */
import { MAX_DEPTH } from './limits.ts';
import { type Problems, problem } from './problem.ts';
import { canEnd, insertAfter, insertBefore, is, isName, RESERVED, type Token, UNKNOWN, type Vocabulary } from './tokens.ts';

/** What a pair of braces holds; `file` has none. */
export type BraceKind = 'file' | 'scenario' | 'platform' | 'image' | 'fields' | 'match' | 'code' | 'view' | 'entries';

export interface Outline {
  readonly tokens: Token[];
  /** By opening brace. */
  readonly kinds: ReadonlyMap<Token, BraceKind>;
  /** Offsets of the first tokens of what braces were inserted for: its end may not be where it was meant. */
  readonly unbalanced: ReadonlySet<number>;
}

interface Frame {
  readonly kind: BraceKind;
  readonly open?: Token;
  /** First token of the declaration or statement that the brace belongs to. */
  readonly lead?: Token;
  /** Open brackets inside of it. */
  readonly brackets: Token[];
}

interface Declaration {
  /** Where it may stand. */
  readonly in: readonly BraceKind[];
  /** Tells the declaration from a name that is spelled like its keyword. */
  readonly follows: (next: Token | undefined, afterNext: Token | undefined) => boolean;
  /** Whether it may be in the wrong place rather than behind a missing brace, unless it stands no further in than what is open. */
  readonly aligned?: boolean;
}

/** What stands behind the name of a view: parameters, a title, or the image. */
const VIEW_HEAD: ReadonlySet<string> = new Set(['(', 'STRING', 'STR_START', 'in']);

/** Declarations that never stand in code, by keyword. */
const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  fn: { in: ['image', 'file', 'scenario'], follows: () => true },
  vector: { in: ['image'], follows: (next, after) => isName(next) && is(after, '{') },
  entry: { in: ['image'], follows: (next, after) => isName(next) && is(after, '{') },
  image: { in: ['file', 'scenario'], follows: (next, after) => isName(next) && is(after, 'in') },
  part: { in: ['file'], follows: (next) => is(next, 'of') },
  view: {
    in: ['file', 'scenario'],
    follows: (next, after) => isName(next) && !is(next, 'view') && VIEW_HEAD.has(after?.tokenType.name ?? ''),
  },
  scenario: { in: ['file'], follows: (next) => is(next, 'STRING') },
  platform: { in: ['file'], follows: (next, after) => isName(next) && (is(after, 'on') || is(after, 'extends')) },
  arg: { in: ['scenario'], follows: (next, after) => isName(next) && (is(after, ':') || is(after, '=')), aligned: true },
  secret: { in: ['scenario'], follows: (next, after) => isName(next) && is(after, ':'), aligned: true },
  seeds: { in: ['scenario'], follows: (next) => is(next, 'INT'), aligned: true },
  core: { in: ['scenario', 'platform'], follows: (next, after) => is(next, 'INT') && is(after, 'runs'), aligned: true },
  expect: { in: ['scenario'], follows: (next, after) => (is(next, 'event') || is(next, 'never')) && isName(after), aligned: true },
};

/** Members of what can be closed too early: seen further in than its first word, they show that it was. */
const MEMBERS: Readonly<Partial<Record<BraceKind, ReadonlySet<string>>>> = {
  image: new Set(['fn', 'vector', 'entry', 'var', 'const', 'window', 'struct', 'enum', 'bits', 'event']),
  scenario: new Set('image core cores expect fn view arg secret seeds const struct enum bits event'.split(' ')),
};

const KIND_OF_LEAD: Readonly<Record<string, BraceKind>> = {
  scenario: 'scenario',
  platform: 'platform',
  image: 'image',
  part: 'image',
  struct: 'fields',
  enum: 'fields',
  event: 'fields',
  bits: 'fields',
  view: 'view',
};
const HEADS: ReadonlySet<string> = new Set(['match', 'if', 'while', 'for', 'else', '=>']);
const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

export function outline(tokens: readonly Token[], vocabulary: Vocabulary, problems: Problems): Outline {
  return new Outliner(tokens, vocabulary, problems).run();
}

class Outliner {
  private readonly result: Token[] = [];
  private readonly kinds = new Map<Token, BraceKind>();
  private readonly unbalanced = new Set<number>();
  private readonly frames: Frame[] = [{ kind: 'file', brackets: [] }];
  private lead: Token | undefined;
  private head = '';
  /** The image or scenario that was closed before this line, and its brace. */
  private closed: { readonly frame: Frame; readonly brace: Token } | undefined;
  /** Closing braces without an opening one. */
  private surplus = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    private readonly problems: Problems,
  ) {}

  run(): Outline {
    for (const token of this.tokens) this.surplus += is(token, '}') ? 1 : is(token, '{') ? -1 : 0;
    let lineStart = true;
    for (let i = 0; i < this.tokens.length && !this.hopeless; i++) {
      const token = this.tokens[i];
      if (lineStart && !is(token, 'NL')) {
        this.startLine(token, i);
        this.lead = token;
        this.head = '';
      }
      this.take(token, i);
      lineStart = ['NL', ';', '{', '}'].includes(token.tokenType.name) && this.top.brackets.length === 0;
    }
    this.finish();
    return { tokens: this.result, kinds: this.kinds, unbalanced: this.unbalanced };
  }

  /** Nothing is read of what has too many problems, or is nested too deeply (`limits.ts`). */
  private get hopeless(): boolean {
    return this.problems.full || this.frames.length + this.top.brackets.length > 2 * MAX_DEPTH;
  }

  private get top(): Frame {
    return this.frames[this.frames.length - 1];
  }

  private startLine(token: Token, i: number): void {
    const keyword = token.tokenType.name;
    const declaration = DECLARATIONS[keyword];
    const misplaced = declaration?.follows(this.tokens[i + 1], this.tokens[i + 2]) && !declaration.in.includes(this.top.kind);
    if (misplaced && this.canCloseFor(token, declaration)) this.closeFor(token, declaration);
    if (this.closed && MEMBERS[this.closed.frame.kind]?.has(keyword)) this.reopenFor(token, this.closed);
    this.closed = undefined;
  }

  /** Whether closing frames leads to one that may hold the declaration. */
  private canCloseFor(token: Token, declaration: Declaration): boolean {
    const holder = this.frames.findLastIndex(({ kind }) => declaration.in.includes(kind));
    if (holder < 0) return false;
    return !declaration.aligned || this.frames.slice(holder + 1).every(({ lead }) => !lead || token.startColumn! <= lead.startColumn!);
  }

  private closeFor(token: Token, declaration: Declaration): void {
    this.problems.push(problem('TFW003', token, `\`}\` is missing before \`${token.image}\``));
    while (!declaration.in.includes(this.top.kind)) {
      this.closeBrackets(token);
      this.forget(this.frames.pop()!);
      this.result.push(insertBefore(this.vocabulary, token, '}'), insertBefore(this.vocabulary, token, 'NL'));
    }
  }

  private forget({ lead }: Frame): void {
    if (lead) this.unbalanced.add(lead.startOffset);
  }

  private reopenFor(token: Token, { frame, brace }: { frame: Frame; brace: Token }): void {
    // Where no brace is too many, the file is only indented oddly.
    if (this.surplus <= 0 || token.startColumn! <= frame.lead!.startColumn!) return;
    this.surplus--;
    this.problems.push(
      problem(
        'TFW003',
        brace,
        `this \`}\` closes the ${frame.kind}, but \`${token.image}\` below stands inside of it: is a \`{\` missing above?`,
      ),
    );
    this.result.splice(this.result.lastIndexOf(brace), 1);
    this.frames.push(frame);
  }

  private take(token: Token, i: number): void {
    const name = token.tokenType.name;
    if (HEADS.has(name)) this.head = name;
    if (name === 'NL' && this.top.brackets.length > 0 && this.bracketEnds(i)) this.closeBrackets(token);
    if (name === '{' || name === '}') this.closeBrackets(token);
    if (name === ')' || name === ']') {
      if (!this.closeBracket(token)) return;
    } else if (name === '(' || name === '[') this.top.brackets.push(token);
    else if (name === '{') this.open(token);
    else if (name === '}' && !this.close(token)) return;
    this.result.push(token);
  }

  private open(token: Token): void {
    const known = this.kindOfBrace(this.lead?.tokenType.name ?? '');
    this.kinds.set(token, known);
    this.frames.push({ kind: known, open: token, ...(this.lead && { lead: this.lead }), brackets: [] });
  }

  private kindOfBrace(lead: string): BraceKind {
    const { kind } = this.top;
    if (kind === 'view') return lead === 'item' ? 'entries' : 'view';
    const known = kind === 'code' || kind === 'match' ? 'code' : (KIND_OF_LEAD[lead] ?? 'code');
    return known === 'code' && this.head === 'match' ? 'match' : known;
  }

  private close(token: Token): boolean {
    if (this.frames.length === 1) {
      this.surplus--;
      this.problems.push(problem('TFW003', token, '`}` closes nothing: it has no `{`'));
      return false;
    }
    const frame = this.frames.pop()!;
    if (MEMBERS[frame.kind] && frame.lead) this.closed = { frame, brace: token };
    return true;
  }

  /** Whether the bracket that is open at a line end must have been meant to end there. */
  private bracketEnds(i: number): boolean {
    let next = i;
    while (is(this.tokens[next], 'NL')) next++;
    const following = this.tokens[next];
    if (following === undefined) return true;
    const name = following.tokenType.name;
    const previous = this.result[this.result.length - 1];
    if (RESERVED.has(name) && !['as', 'in', 'true', 'false', 'sizeof'].includes(name)) return true;
    return canEnd(previous) && (isName(following) || ['INT', 'STRING', 'STR_START', '}'].includes(name));
  }

  private closeBrackets(place: Token): void {
    for (let open = this.top.brackets.pop(); open; open = this.top.brackets.pop()) this.insertCloser(open, place);
  }

  private insertCloser(open: Token, place: Token): void {
    const closer = CLOSER[open.tokenType.name];
    this.problems.push(problem('TFW003', open, `this \`${open.image}\` is not closed: \`${closer}\` is missing`));
    const previous = this.result[this.result.length - 1];
    this.result.push(previous ? insertAfter(this.vocabulary, previous, closer) : insertBefore(this.vocabulary, place, closer));
  }

  private closeBracket(token: Token): boolean {
    const { brackets } = this.top;
    const partner = brackets.findLastIndex((open) => CLOSER[open.tokenType.name] === token.tokenType.name);
    if (partner < 0) {
      this.problems.push(problem('TFW003', token, `\`${token.image}\` closes nothing`));
      const previous = this.result[this.result.length - 1];
      // It stands where a value is missing: `let a = )`.
      if (previous && !canEnd(previous)) this.result.push(insertBefore(this.vocabulary, token, 'ID', UNKNOWN));
      return false;
    }
    while (brackets.length - 1 > partner) this.insertCloser(brackets.pop()!, token);
    brackets.pop();
    return true;
  }

  private finish(): void {
    const last = this.result[this.result.length - 1];
    if (last === undefined) return;
    this.closeBrackets(last);
    for (let frame = this.frames.pop()!; frame.open; frame = this.frames.pop()!) {
      this.forget(frame);
      this.problems.push(problem('TFW003', frame.open, 'this `{` is not closed: `}` is missing'));
      this.result.push(insertAfter(this.vocabulary, last, '}'));
    }
  }
}
