/** Which scenario of a file F5 means. */

export interface ListedScenario {
  readonly name: string;
  /** First sentences of its comment. */
  readonly summary: string;
  /** Lines from 0, the last one included. */
  readonly range: { readonly line: number; readonly endLine: number };
}

/** The scenario that is meant without asking: the only one, or the one around the cursor. */
export function obviousScenario<S extends ListedScenario>(scenarios: readonly S[], cursorLine: number | undefined): S | undefined {
  if (scenarios.length === 1) return scenarios[0];
  if (cursorLine === undefined) return undefined;
  return scenarios.find(({ range }) => range.line <= cursorLine && cursorLine <= range.endLine);
}

const isUri = /^[a-z][a-z0-9+.-]+:/i;

/** Whether `program` is written as a URI; a single letter before the colon is a drive. */
export const namesUri = (program: string): boolean => isUri.test(program);
