/** Which braces and separators a token stream has: what an item (statement, declaration, field, arm) is made of. */
import type { BraceKind } from './outline.ts';
import { is, type Token } from './tokens.ts';

/** Tokens [from, to). */
export interface Item {
  readonly from: number;
  readonly to: number;
  readonly kind: BraceKind;
}

export interface Block {
  readonly open: number;
  readonly close: number;
}

export class Structure {
  /** Index of the innermost `{` around each token; braces belong to the outside. -1 in the file. */
  private readonly owners: Int32Array;
  /** Index of each brace's partner. */
  private readonly partners: Int32Array;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly kinds: ReadonlyMap<Token, BraceKind>,
  ) {
    this.owners = new Int32Array(tokens.length).fill(-1);
    this.partners = new Int32Array(tokens.length).fill(tokens.length);
    const open: number[] = [];
    tokens.forEach((token, i) => {
      if (is(token, '}') && open.length > 0) this.pair(open.pop()!, i);
      this.owners[i] = open[open.length - 1] ?? -1;
      if (is(token, '{')) open.push(i);
    });
  }

  private pair(open: number, close: number): void {
    this.partners[open] = close;
    this.partners[close] = open;
  }

  /** The item that a failure at a position belongs to: at a closing brace or separator, the one before it. */
  itemAround(at: number): Item {
    const here = this.tokens[at];
    const behind = here === undefined || is(here, '}') || is(here, 'NL') || is(here, ',');
    return this.itemOf(behind && at > 0 ? at - 1 : at);
  }

  /** The item of the file that holds a position. */
  fileItemAround(at: number): Item {
    let item = this.itemAround(at);
    for (let owner = this.owners[item.from] ?? -1; owner >= 0; owner = this.owners[owner]) item = this.itemOf(owner);
    return item;
  }

  /** What the brace at an index holds; -1 stands for the file. */
  kindOf(open: number): BraceKind {
    return open < 0 ? 'file' : (this.kinds.get(this.tokens[open]) ?? 'code');
  }

  /** The items within the brace at an index; -1 stands for the file. */
  items(open: number): Item[] {
    const end = open < 0 ? this.tokens.length : this.partners[open];
    const result: Item[] = [];
    for (let i = open + 1; i < end; i = result[result.length - 1].to + 1) result.push(this.itemOf(i));
    return result.filter(({ from, to }) => to > from);
  }

  itemOf(position: number): Item {
    const owner = this.owners[position] ?? -1;
    const kind = this.kindOf(owner);
    let from = position;
    while (from > owner + 1 && !this.separates(from - 1, owner, kind)) from--;
    const end = owner < 0 ? this.tokens.length : this.partners[owner];
    let to = position;
    while (to < this.tokens.length && to !== end && !this.separates(to, owner, kind)) to++;
    return { from, to: Math.max(to, from), kind };
  }

  private separates(i: number, owner: number, kind: BraceKind): boolean {
    return this.owners[i] === owner && (is(this.tokens[i], 'NL') || (kind === 'fields' && is(this.tokens[i], ',')));
  }

  /** The blocks directly in an item. */
  blocksOf({ from, to }: Item): Block[] {
    const result: Block[] = [];
    for (let i = from; i < to; i++) {
      if (!is(this.tokens[i], '{')) continue;
      result.push({ open: i, close: this.partners[i] });
      i = this.partners[i];
    }
    return result;
  }
}
