/**
 * Columns that the writer aligned stay aligned: the `=>` of a match, and comments behind code. Whatever stood in one column
 * moves together, to where the longest line of them needs it.
 */
import type { AstNode } from 'langium';
import { type Line, separator } from './lines.ts';
import type { Piece } from './pieces.ts';

/** Something that stands in a column of its own. */
interface Cell {
  readonly piece: Piece;
  /** Characters before it on its line, without the space that separates it. */
  readonly width: number;
}

/** Spaces before the pieces that stand in columns. */
export function alignments(lines: readonly Line[]): ReadonlyMap<Piece, number> {
  const spaces = new Map<Piece, number>();
  for (const cells of arrowColumns(lines)) align(cells, spaces);
  for (const cells of commentColumns(lines, spaces)) align(cells, spaces);
  return spaces;
}

function align(cells: readonly Cell[], spaces: Map<Piece, number>): void {
  const column = Math.max(...cells.map(({ width }) => width)) + Math.max(1, Math.min(...cells.map(({ piece }) => piece.gap)));
  for (const { piece, width } of cells) spaces.set(piece, column - width);
}

/** The arrows of one match that stand in one column; one alone is not aligned with anything. */
function arrowColumns(lines: readonly Line[]): Iterable<readonly Cell[]> {
  const groups = new Map<AstNode | undefined, Map<number, Cell[]>>();
  for (const line of lines) {
    const at = line.pieces.findIndex(({ text, node }) => text === '=>' && node.$type === 'MatchArm');
    if (at <= 0) continue;
    const piece = line.pieces[at];
    const columns = groups.get(piece.node.$container) ?? new Map<number, Cell[]>();
    groups.set(piece.node.$container, columns);
    columns.set(piece.column, [...(columns.get(piece.column) ?? []), { piece, width: widthBefore(line, at, new Map()) }]);
  }
  return [...groups.values()].flatMap((columns) => [...columns.values()]).filter((cells) => cells.length > 1);
}

/** Comments behind code in one column, each next to the one before, and comment lines that go on below. */
function commentColumns(lines: readonly Line[], spaces: ReadonlyMap<Piece, number>): Iterable<readonly Cell[]> {
  const runs: Cell[][] = [];
  let run: Cell[] = [];
  for (const line of lines) {
    const at = line.pieces.length - 1;
    const piece = line.pieces[at];
    if (!piece.comment || at === 0) {
      if (line.blank) run = [];
      continue;
    }
    if (line.blank || run[0]?.piece.column !== piece.column) {
      run = [];
      runs.push(run);
    }
    run.push({ piece, width: widthBefore(line, at, spaces) });
  }
  return runs;
}

/** Characters of a line in front of a piece. */
function widthBefore({ pieces, indent }: Line, at: number, spaces: ReadonlyMap<Piece, number>): number {
  let width = indent;
  for (let i = 0; i < at; i++) {
    if (i > 0) width += spaces.get(pieces[i]) ?? separator(pieces[i - 1], pieces[i]).length;
    width += pieces[i].text.length;
  }
  return width;
}
