/** Assignments in the console: `x = 5`, `page[3] |= 1`. Comparisons are none. */

export interface Assignment {
  readonly to: string;
  /** An expression for the new value. */
  readonly value: string;
}

export function assignmentOf(text: string): Assignment | undefined {
  const [, to, operator, value] = /^([^=!<>]+?)\s*(<<|>>|[-+*/%&|^])?=(?!=)\s*(.+)$/s.exec(text) ?? [];
  if (to === undefined) return undefined;
  return { to: to.trim(), value: operator === undefined ? value.trim() : `(${to.trim()}) ${operator} (${value.trim()})` };
}
