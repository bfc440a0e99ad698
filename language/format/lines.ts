/** Lines of a text, as its writer broke them, and how far in each of them stands. */
import type { Piece } from './pieces.ts';
import { isSpaced } from './spacing.ts';

const INDENT = 4;

export interface Line {
  readonly pieces: readonly Piece[];
  /** Spaces before the first piece. */
  readonly indent: number;
  /** Whether a blank line stands above. */
  readonly blank: boolean;
}

/** An open brace or bracket. */
interface Frame {
  readonly brace: boolean;
  /** Indentation of its lines, and of the closing one. */
  readonly inner: number;
  readonly outer: number;
  /** Whether commas separate what it holds, rather than lines. */
  readonly list: boolean;
  /** Indentation of the item that is being read. */
  item: number;
  /** Where the first piece inside stands, if it is on the bracket's line: as it was, and as it will be. */
  content?: { readonly source: number; readonly column: number } | undefined;
}

const OPEN: ReadonlySet<string> = new Set(['{', '(', '[']);
const CLOSE: ReadonlySet<string> = new Set(['}', ')', ']']);
const LISTS: ReadonlySet<string> = new Set(['Struct', 'Enum', 'Bits', 'EventDecl']);

export function linesOf(pieces: readonly Piece[]): Line[] {
  const frames: Frame[] = [{ brace: true, inner: 0, outer: 0, list: false, item: 0 }];
  const result: Line[] = [];
  for (let from = 0; from < pieces.length; ) {
    let to = from + 1;
    while (to < pieces.length && pieces[to].lines === 0) to++;
    const indent = indentation(pieces, from, frames[frames.length - 1]);
    const blank = from > 0 && pieces[from].lines > 1 && !isClosing(pieces[from]);
    result.push({ pieces: pieces.slice(from, to), indent, blank });
    let column = indent;
    let arrow = false;
    for (let i = from; i < to; i++) {
      if (i > from) column += pieces[i - 1].text.length + separator(pieces[i - 1], pieces[i]).length;
      arrow ||= pieces[i].text === '=>';
      // Behind an arrow columns are `align.ts`'s.
      if (i > from && isOpening(pieces[i - 1]) && !arrow) frames[frames.length - 1].content = { source: pieces[i].column, column };
      read(pieces, i, indent, frames);
    }
    from = to;
  }
  return result;
}

const isOpening = ({ text, comment }: Piece): boolean => !comment && OPEN.has(text);
const isClosing = ({ text, comment }: Piece): boolean => !comment && CLOSE.has(text);

function indentation(pieces: readonly Piece[], first: number, frame: Frame): number {
  // A comment stands with what it is about.
  let about = first;
  while (pieces[about]?.comment) about++;
  const piece = pieces[about];
  if (!piece) return frame.inner;
  if (isClosing(piece)) return about === first ? frame.outer : frame.inner;
  if (!frame.brace) return frame.content?.source === pieces[first].column ? frame.content.column : frame.inner;
  if (startsItem(pieces, about, frame)) return frame.inner;
  return piece.text === '{' || (piece.keyword && piece.text === 'else') ? frame.item : frame.item + INDENT;
}

function startsItem(pieces: readonly Piece[], at: number, frame: Frame): boolean {
  let before = at - 1;
  while (pieces[before]?.comment) before--;
  const previous = pieces[before];
  return pieces[at].startsItem || previous === undefined || previous.text === '{' || (frame.list && previous.text === ',');
}

function read(pieces: readonly Piece[], at: number, indent: number, frames: Frame[]): void {
  const piece = pieces[at];
  if (piece.comment) return;
  const frame = frames[frames.length - 1];
  if (isClosing(piece)) {
    if (frames.length > 1) frames.pop();
    return;
  }
  if (frame.brace && startsItem(pieces, at, frame)) frame.item = indent;
  if (!isOpening(piece)) return;
  const brace = piece.text === '{';
  const outer = brace && frame.brace ? frame.item : indent;
  frames.push({ brace, outer, inner: outer + INDENT, list: LISTS.has(piece.node.$type), item: outer + INDENT });
}

/** What stands before a piece within its line. */
export function separator(previous: Piece, next: Piece): string {
  // A `;` before a brace ends nothing that the brace does not end.
  if (next.startsItem && previous.text !== '{') return '; ';
  return isSpaced(previous, next) ? ' ' : '';
}
