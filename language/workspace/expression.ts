/** Expressions that are typed into the debugger: parsed and linked as if they stood in the program. */
import { type AstNode, AstUtils, type Mutable, type Reference, stream } from 'langium';
import { checkExpression } from '../check/check.ts';
import type { Code, Diagnostic } from '../diagnostics.ts';
import { type EventDecl, type EventPattern, type EventSource, type Expr, isEventDecl } from '../syntax/generated/ast.ts';
import { carried } from '../syntax/problem.ts';
import { sharedServices } from './documents.ts';

export interface ExpressionScope {
  /** Kind of the machine's event whose fields are in scope. */
  readonly event?: string | undefined;
  /** Name of the firmware event whose fields are in scope. */
  readonly firmwareEvent?: string | undefined;
}

export type ParsedExpression = { readonly expression: Expr } | { readonly diagnostics: readonly Diagnostic[] };

/** What the ranges of an expression's diagnostics name as their file. */
export const EXPRESSION_URI = 'expression:';

/** Reads `text` where `container` stands: with the locals, members and uses that are visible there. */
export function parseExpression(text: string, container: AstNode, scope: ExpressionScope = {}): ParsedExpression {
  const services = sharedServices();
  const parsed = services.parser.LangiumParser.parse<Expr>(text, { rule: 'Expr' });
  const problems = carried(parsed.lexerErrors);
  const whole = (code: Code, message: string, from = 0, to = text.length): Diagnostic => ({
    code,
    severity: 'error',
    message,
    range: { uri: EXPRESSION_URI, line: 0, column: from, endLine: 0, endColumn: to },
  });
  if (problems.length > 0) return { diagnostics: problems.map(({ code, message, offset, end }) => whole(code, message, offset, end)) };
  const expression = parsed.value as Mutable<Expr> | undefined;
  if (text.trim() === '' || !expression?.$type) return { diagnostics: [whole('TFW001', 'expected an expression, found nothing')] };
  place(expression, around(container, scope));
  const diagnostics = checkExpression(expression, services).map((diagnostic) => ({
    ...diagnostic,
    range: { ...diagnostic.range, uri: EXPRESSION_URI },
  }));
  return diagnostics.length > 0 ? { diagnostics } : { expression };
}

function place(expression: Mutable<Expr>, container: AstNode): void {
  (expression as { $container: AstNode }).$container = container;
  expression.$containerProperty = 'value';
}

/** A condition on an event sees the event's fields first, as one of a scenario's expectations does. */
function around(container: AstNode, { event, firmwareEvent }: ExpressionScope): AstNode {
  const source = firmwareEvent === undefined ? machineEvent(event) : declaredEvent(container, firmwareEvent);
  if (!source) return container;
  const reference = { ref: source, $refText: source.name } as Reference<EventSource>;
  const pattern = { $type: 'EventPattern', event: reference, conditions: [], $container: container };
  return pattern as unknown as EventPattern;
}

const machineEvent = (name: string | undefined): EventSource | undefined =>
  name === undefined ? undefined : sharedServices().check.Tables.machineEvents.get(name);

function declaredEvent(container: AstNode, name: string): EventDecl | undefined {
  return stream(AstUtils.streamAllContents(AstUtils.findRootNode(container)))
    .filter(isEventDecl)
    .find((declaration) => declaration.name === name);
}
