/** Everything that is wrong with a file, all at once. */
import { AstUtils } from 'langium';
import type { Diagnostic } from '../diagnostics.ts';
import type { Expr } from '../syntax/generated/ast.ts';
import { carried } from '../syntax/problem.ts';
import type { TfwServices } from '../syntax/services.ts';
import type { TfwDocument } from '../workspace/documents.ts';

export function checkDocument(document: TfwDocument, services: TfwServices): readonly Diagnostic[] {
  const { parseResult, textDocument } = document;
  const uri = document.uri.toString();
  const diagnostics: Diagnostic[] = carried(parseResult.lexerErrors).map(({ code, message, offset, end, suggestion }) => {
    const [start, stop] = [textDocument.positionAt(offset), textDocument.positionAt(end)];
    const range = { uri, line: start.line, column: start.character, endLine: stop.line, endColumn: stop.character };
    return { code, severity: 'error', message, range, ...(suggestion !== undefined && { suggestion }) };
  });
  for (const node of AstUtils.streamAst(parseResult.value)) {
    for (const info of AstUtils.streamReferences(node)) {
      if ('ref' in info.reference && !info.reference.ref)
        diagnostics.push({
          code: 'TFW101',
          severity: 'error',
          message: `\`${info.reference.$refText}\` is not declared`,
          range: {
            uri,
            line: info.reference.$refNode!.range.start.line,
            column: info.reference.$refNode!.range.start.character,
            endLine: info.reference.$refNode!.range.end.line,
            endColumn: info.reference.$refNode!.range.end.character,
          },
        });
    }
  }
  void services;
  return diagnostics;
}

export function checkExpression(expression: Expr, services: TfwServices): readonly Diagnostic[] {
  void expression;
  void services;
  return [];
}
