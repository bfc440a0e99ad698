/** Everything that is wrong with a file, all at once. */
import type { AstNode } from 'langium';
import type { Diagnostic } from '../diagnostics.ts';
import { type Expr, isLet, isLocal, isMember, type Scenario } from '../syntax/generated/ast.ts';
import { carried } from '../syntax/problem.ts';
import type { Losses } from '../syntax/repair.ts';
import type { TfwServices } from '../syntax/services.ts';
import { nodesOf, referencesOf } from '../syntax/tree.ts';
import type { TfwDocument } from '../workspace/documents.ts';
import type { Context, Rule, Rules } from './context.ts';
import { diagnostic, MOST, Report } from './report.ts';
import { Resolver } from './resolve.ts';
import { callRules } from './rules/calls.ts';
import { declarationRules } from './rules/declarations.ts';
import { duplicateRules } from './rules/duplicates.ts';
import { expressionRules } from './rules/expressions.ts';
import { guardedRules } from './rules/guarded.ts';
import { reportLinks } from './rules/links.ts';
import { nakedRules } from './rules/naked.ts';
import { pathRules } from './rules/paths.ts';
import { patternRules } from './rules/patterns.ts';
import { scenarioRules } from './rules/scenarios.ts';
import { secretRules } from './rules/secrets.ts';
import { statementRules } from './rules/statements.ts';
import { suspendRules } from './rules/suspend.ts';
import { viewRules } from './rules/views.ts';
import { windowRules } from './rules/windows.ts';
import type { Types } from './types.ts';

const ALL: readonly Rules[] = [
  expressionRules,
  callRules,
  patternRules,
  statementRules,
  suspendRules,
  guardedRules,
  declarationRules,
  duplicateRules,
  nakedRules,
  pathRules,
  windowRules,
  scenarioRules,
  secretRules,
  viewRules,
];

/** The rules of all files, by type of node. */
const RULES = new Map<string, readonly Rule[]>();
for (const rules of ALL) {
  for (const [type, own] of Object.entries(rules)) RULES.set(type, [...(RULES.get(type) ?? []), ...(own as readonly Rule[])]);
}

export function checkDocument(document: TfwDocument, services: TfwServices): readonly Diagnostic[] {
  const report = new Report();
  const { value, losses } = document.parseResult;
  const nodes = nodesOf(value);
  link(nodes, services.check);
  const context = contextFor(services, report, losses);
  for (const node of nodes) {
    if (report.full) break;
    checkNode(node, context);
  }
  return [...syntaxErrors(document), ...report.diagnostics].sort(byPlace).slice(0, MOST);
}

export function checkExpression(expression: Expr, services: TfwServices): readonly Diagnostic[] {
  const report = new Report();
  const nodes = nodesOf(expression);
  link(nodes, services.check);
  const context = contextFor(services, report, { names: new Set(), heads: new Set(), ends: new Set() });
  for (const node of nodes) checkNode(node, context);
  return report.diagnostics;
}

/** Checks a scenario once more where its arguments have other values than the file gives them. */
export function checkScenario(scenario: Scenario, types: Types, services: TfwServices): readonly Diagnostic[] {
  const report = new Report();
  const context = { ...contextFor(services, report, { names: new Set(), heads: new Set(), ends: new Set() }), types };
  for (const node of nodesOf(scenario)) checkNode(node, context);
  return report.diagnostics;
}

/** Members are linked by typing them, since what they may be depends on their receivers' types. */
function link(nodes: readonly AstNode[], { Types: types }: TfwServices['check']): void {
  for (const node of nodes) {
    if (isMember(node)) types.infer(node);
    // In their order: a long chain of locals made from each other would be typed from its end otherwise.
    if ((isLet(node) || isLocal(node)) && node.value) types.infer(node.value);
    for (const { reference } of referencesOf(node)) if ('ref' in reference) void reference.ref;
  }
}

function contextFor(services: TfwServices, report: Report, losses: Losses): Context {
  const { Tables: tables, Types: types } = services.check;
  return { types, tables, architecture: tables.architecture, resolver: new Resolver(services), report, losses };
}

function checkNode(node: AstNode, context: Context): void {
  reportLinks(node, context);
  for (const rule of RULES.get(node.$type) ?? []) rule(node, context);
}

function syntaxErrors({ parseResult, textDocument, uri }: TfwDocument): Diagnostic[] {
  return carried(parseResult.lexerErrors).map(({ code, message, offset, end, suggestion }) => {
    const [start, stop] = [textDocument.positionAt(offset), textDocument.positionAt(end)];
    const range = { uri: uri.toString(), line: start.line, column: start.character, endLine: stop.line, endColumn: stop.character };
    return diagnostic(code, 'error', message, range, suggestion);
  });
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => a.range.line - b.range.line || a.range.column - b.range.column;
