/** Collects what is wrong, and gives every message the same shape. */
import type { AstNode } from 'langium';
import type { Code, Diagnostic } from '../diagnostics.ts';
import type { SourceRange } from '../program/program.ts';
import { rangeOf, rangeOfProperty } from '../syntax/range.ts';

/** A node, or a property of it as `[node, 'name']`. */
export type Place = AstNode | readonly [node: AstNode, property: string, index?: number];

/** More would bury the first ones, which cause most of the others. */
export const MOST = 500;

export class Report {
  readonly diagnostics: Diagnostic[] = [];

  /** Whether looking for more would be in vain. */
  get full(): boolean {
    return this.diagnostics.length >= MOST;
  }

  error(code: Code, place: Place, message: string, suggestion?: string): void {
    this.add(code, 'error', place, message, suggestion);
  }

  warning(code: Code, place: Place, message: string, suggestion?: string): void {
    this.add(code, 'warning', place, message, suggestion);
  }

  private add(code: Code, severity: Diagnostic['severity'], place: Place, message: string, suggestion?: string): void {
    if (this.full) return;
    const range = Array.isArray(place) ? rangeOfProperty(...(place as [AstNode, string, number?])) : rangeOf(place as AstNode);
    this.diagnostics.push(diagnostic(code, severity, message, range, suggestion));
  }
}

export function diagnostic(
  code: Code,
  severity: Diagnostic['severity'],
  message: string,
  range: SourceRange,
  suggestion?: string,
): Diagnostic {
  return { code, severity, message: sentence(message), range, ...(suggestion !== undefined && { suggestion }) };
}

/** With a capital and a full stop; code in backticks stays as it is. */
export function sentence(message: string): string {
  const capital = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.…?]$/.test(capital) ? capital : `${capital}.`;
}

/** `a`, `b` or `c`. */
export function alternatives(names: readonly string[], most = 6): string {
  const quoted = names.slice(0, most).map((name) => `\`${name}\``);
  if (names.length > most) return `${quoted.join(', ')}, …`;
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted[quoted.length - 1]}`;
}

export const count = (n: number, noun: string): string => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
