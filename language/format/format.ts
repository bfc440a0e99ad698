/**
 * The formatter. It moves words, and never changes, adds or takes one: where lines are broken, and which of them belong
 * together, is its writer's; how far in they stand, what is spaced and what is aligned is the same for all.
 */
import { parseText } from '../workspace/documents.ts';
import { alignments } from './align.ts';
import { type Line, linesOf, separator } from './lines.ts';
import { type Piece, piecesOf } from './pieces.ts';

/** Offsets, end exclusive. Edits are in order and do not touch each other. */
export interface Edit {
  readonly offset: number;
  readonly end: number;
  readonly text: string;
}

/** What to change in a text; undefined if it cannot be read, and so must stay as it is. */
export function formatEdits(text: string): readonly Edit[] | undefined {
  const { parseResult } = parseText(text, 'format:/text.tfw');
  if (parseResult.lexerErrors.length > 0) return undefined;
  const pieces = piecesOf(parseResult.value, text);
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  const edits: Edit[] = [];
  const put = (offset: number, end: number, wanted: string): void => {
    if (text.slice(offset, end) !== wanted) edits.push({ offset, end, text: wanted });
  };
  let at = 0;
  for (const { piece, before, moved } of placed(linesOf(pieces), lineEnd)) {
    put(at, piece.offset, before);
    if (piece.comment) moveLines(piece, moved, put);
    else put(piece.offset, piece.end, piece.text);
    at = piece.end;
  }
  put(at, text.length, pieces.length > 0 ? lineEnd : '');
  return edits;
}

/** The text as it should be; undefined if it cannot be read. */
export function format(text: string): string | undefined {
  const edits = formatEdits(text);
  return edits && apply(text, edits);
}

export function apply(text: string, edits: readonly Edit[]): string {
  let at = 0;
  let result = '';
  for (const edit of edits) {
    result += text.slice(at, edit.offset) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

interface Placed {
  readonly piece: Piece;
  /** White space in front of it. */
  readonly before: string;
  /** Columns that it moved to the right. */
  readonly moved: number;
}

function* placed(lines: readonly Line[], lineEnd: string): Generator<Placed> {
  const spaces = alignments(lines);
  for (const [number, { pieces, indent, blank }] of lines.entries()) {
    let column = indent;
    for (const [i, piece] of pieces.entries()) {
      const within = i === 0 ? '' : (aligned(spaces.get(piece)) ?? separator(pieces[i - 1], piece));
      const lead = number === 0 ? '' : blank ? lineEnd + lineEnd : lineEnd;
      column += within.length;
      yield { piece, before: i === 0 ? lead + ' '.repeat(indent) : within, moved: column - piece.column };
      column += piece.text.length;
    }
  }
}

const aligned = (spaces: number | undefined): string | undefined => (spaces === undefined ? undefined : ' '.repeat(spaces));

/** The further lines of a comment go with its first, as far as they have room. */
function moveLines({ text, offset }: Piece, by: number, put: (offset: number, end: number, wanted: string) => void): void {
  if (by === 0) return;
  for (const { index, 0: lead } of text.matchAll(/(?<=\n)[ \t]+/g)) {
    put(offset + index, offset + index + lead.length, ' '.repeat(Math.max(0, lead.length + by)));
  }
}
