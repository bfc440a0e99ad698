/** Where things stand in their files. */
import { type AstNode, AstUtils, type CstNode, GrammarUtils } from 'langium';
import type { SourceRange } from '../program/program.ts';
import { isBinary } from './generated/ast.ts';

/** URI of the file that a node stands in. */
export const uriOf = (node: AstNode): string => AstUtils.getDocument(node).uri.toString();

/** Range of a node's text, without the comments before it. */
export function rangeOf(node: AstNode): SourceRange {
  // The operands of `a + b * c` share one range in the tree: that of the whole.
  if (isBinary(node) && node.left && node.right) {
    const { uri, line, column } = rangeOf(node.left);
    const { endLine, endColumn } = rangeOf(node.right);
    return { uri, line, column, endLine, endColumn };
  }
  return rangeOfCst(uriOf(node), node.$cstNode ?? node.$container?.$cstNode);
}

/** Text of a node, as its range has it. */
export function textOf(node: AstNode): string {
  const { line, column, endLine, endColumn } = rangeOf(node);
  const { textDocument } = AstUtils.getDocument(node);
  return textDocument.getText({ start: { line, character: column }, end: { line: endLine, character: endColumn } });
}

/** Range of a property's text; of the node if it has none. */
export function rangeOfProperty(node: AstNode, property: string, index?: number): SourceRange {
  const part = GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
  return part ? rangeOfCst(uriOf(node), part) : rangeOf(node);
}

/** Range of a declaration's name. */
export const rangeOfName = (node: AstNode): SourceRange => rangeOfProperty(node, 'name');

export function rangeOfCst(uri: string, node: CstNode | undefined): SourceRange {
  if (!node) return { uri, line: 0, column: 0, endLine: 0, endColumn: 0 };
  const { start, end } = node.range;
  return { uri, line: start.line, column: start.character, endLine: end.line, endColumn: end.character };
}
