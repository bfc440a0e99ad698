/** What the debugger may be asked about a place in `.tfw`: expressions under the mouse, values beside the code. */
import * as vscode from 'vscode';
import { languageId } from '../debug/configuration.ts';
import { expressionAt, variablesBefore } from './expressions.ts';

class Expressions implements vscode.EvaluatableExpressionProvider {
  provideEvaluatableExpression(document: vscode.TextDocument, { line, character }: vscode.Position) {
    const span = expressionAt(document.lineAt(line).text, character);
    return span && new vscode.EvaluatableExpression(new vscode.Range(line, span.start, line, span.end));
  }
}

class Values implements vscode.InlineValuesProvider {
  provideInlineValues(document: vscode.TextDocument, shown: vscode.Range, { stoppedLocation }: vscode.InlineValueContext) {
    const stopped = stoppedLocation.start.line;
    const lines = Array.from({ length: stopped + 1 }, (_, line) => document.lineAt(line).text);
    return variablesBefore(lines, stopped)
      .filter(({ line }) => line >= shown.start.line && line <= shown.end.line)
      .map(({ name, line, start, end }) => new vscode.InlineValueVariableLookup(new vscode.Range(line, start, line, end), name, true));
  }
}

export function registerValues(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerEvaluatableExpressionProvider(languageId, new Expressions()),
    vscode.languages.registerInlineValuesProvider(languageId, new Values()),
  );
}
