/** What the Variables view is made of, before it has numbers: names with values, some of which open. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceRange } from '../../language/index.ts';
import type { Frame } from '../engine/engine.ts';

/** How much of the children is wanted, and how numbers are to look. */
export interface Page {
  readonly start: number;
  readonly count: number;
  readonly hex: boolean;
}

export interface Expandable {
  /** How many children have an index instead of a name; clients page through them. */
  readonly indexed?: number;
  /** The frame in which the expressions of the children mean something. */
  readonly frame?: Frame;
  children(page: Page): readonly Node[] | Promise<readonly Node[]>;
}

export interface Node {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** The expression that gives the same value. */
  readonly expression?: string;
  readonly memoryReference?: string;
  /** Where it is declared. */
  readonly declared?: SourceRange;
  readonly hint?: DebugProtocol.VariablePresentationHint;
  readonly children?: Expandable;
}

/** Children that are simply there. */
export const fixed = (children: (hex: boolean) => readonly Node[], frame?: Frame): Expandable => ({
  ...(frame && { frame }),
  children: ({ start, count, hex }) => children(hex).slice(start, count === 0 ? undefined : start + count),
});

/** Children that must be looked for. */
export const sought = (children: () => Promise<readonly Node[]>): Expandable => ({
  children: async ({ start, count }) => (await children()).slice(start, count === 0 ? undefined : start + count),
});
