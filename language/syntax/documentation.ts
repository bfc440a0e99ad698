/** `///` comments: the lines directly above a declaration. */
import { type AstNode, AstUtils } from 'langium';

const COMMENT = /^\s*\/\/\/ ?(.*?)\s*$/;

/** Text of the comment above a node, empty if it has none. */
export function documentationOf(node: AstNode): string {
  const cst = node.$cstNode;
  if (!cst) return '';
  const { textDocument } = AstUtils.getDocument(node);
  const lines: string[] = [];
  for (let line = cst.range.start.line - 1; line >= 0; line--) {
    const text = textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
    const comment = COMMENT.exec(text.replace(/[\r\n]+$/, ''));
    if (!comment) break;
    lines.unshift(comment[1]);
  }
  return lines.join('\n');
}

/** First paragraph of a comment, on one line. */
export const summaryOf = (node: AstNode): string =>
  documentationOf(node)
    .split(/\n\s*\n/, 1)[0]
    .replaceAll('\n', ' ');
