/** The words and comments of a text, with what the tree knows of each, and where its writer broke lines. */
import { type AstNode, CstUtils, GrammarAST, isLeafCstNode, type LeafCstNode } from 'langium';
import type { File } from '../syntax/generated/ast.ts';

export interface Piece {
  /** As it should be written: a number has one space before its unit. */
  readonly text: string;
  readonly offset: number;
  /** Exclusive. */
  readonly end: number;
  readonly comment: boolean;
  /** Whether the grammar spells it out: keywords and symbols, not names. */
  readonly keyword: boolean;
  /** What it belongs to; for comments, what stands before. */
  readonly node: AstNode;
  /** Line ends between it and the piece before. */
  readonly lines: number;
  /** Whether it begins a statement, declaration or other item that a line end or `;` sets apart. */
  readonly startsItem: boolean;
  /** Spaces before it on its line. */
  readonly gap: number;
  /** Where it starts in its line, from 0. */
  readonly column: number;
}

/** A word of the tree: one leaf, or a string with its holes. */
interface Word {
  readonly leaf: LeafCstNode;
  readonly end: number;
  readonly separated: boolean;
}

/** The pieces of a text that was read without errors. */
export function piecesOf(file: File, text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { leaf, end, separated } of wordsOf(file)) {
    const lines = readGap(text, at, leaf.offset, leaf.astNode, pieces);
    const keyword = GrammarAST.isKeyword(leaf.grammarSource);
    pieces.push(piece(text, leaf.offset, end, { comment: false, keyword, node: leaf.astNode, lines, startsItem: separated }));
    at = end;
  }
  readGap(text, at, text.length, file, pieces);
  return pieces;
}

function* wordsOf(file: File): Generator<Word> {
  let separated = true;
  let string: LeafCstNode | undefined;
  for (const leaf of file.$cstNode ? CstUtils.streamCst(file.$cstNode) : []) {
    if (!isLeafCstNode(leaf)) continue;
    const kind = leaf.tokenType.name;
    if (kind === 'STR_START') string = leaf;
    if (kind === 'NL') separated = true;
    else if (!string || kind === 'STR_END') {
      yield { leaf: string ?? leaf, end: leaf.end, separated };
      separated = false;
      string = undefined;
    }
  }
}

const GAP = /(\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)|(\r?\n)|[ \t\f;\uFEFF]+/y;

/** Adds the comments between two words; answers the line ends behind the last of them. */
function readGap(text: string, from: number, to: number, node: AstNode, pieces: Piece[]): number {
  let lines = 0;
  GAP.lastIndex = from;
  for (let at = from; at < to; at = GAP.lastIndex) {
    const match = GAP.exec(text);
    if (!match) throw new Error(`no gap at ${at}`);
    const [, comment, lineEnd] = match;
    if (lineEnd !== undefined) lines++;
    if (comment === undefined) continue;
    pieces.push(piece(text, at, at + comment.trimEnd().length, { comment: true, keyword: false, node, lines, startsItem: false }));
    lines = 0;
  }
  return lines;
}

/** The space between a number and its unit. */
const UNIT = /(?<=^\w+)[ \t]+(?=\w+$)/;

function piece(text: string, offset: number, end: number, known: Omit<Piece, 'text' | 'offset' | 'end' | 'gap' | 'column'>): Piece {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return {
    text: text.slice(offset, end).replace(UNIT, ' '),
    offset,
    end,
    ...known,
    gap: before.length - before.trimEnd().length,
    column: before.length,
  };
}
