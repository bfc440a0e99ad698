/** The name at a place in a file, and what it refers to. */
import { type AstNode, CstUtils, GrammarUtils, isReference } from 'langium';
import type { File } from '../syntax/generated/ast.ts';
import { type FileProvider, parseProgram, rangeOf } from '../workspace/index.ts';

export interface Found {
  /** What the name refers to; a declaration's own name refers to the declaration. */
  readonly target: AstNode;
  /** Node that holds the reference. */
  readonly at: AstNode;
  readonly text: string;
}

/** Zero-based line and column. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function nameAt(files: FileProvider, uri: string, place: Place): Found | undefined {
  const { main } = parseProgram(uri, files);
  const root = main?.$cstNode;
  if (!main || !root) return undefined;
  const leaf = CstUtils.findDeclarationNodeAtOffset(root, offsetOf(main, place));
  if (!leaf) return undefined;
  const at = leaf.astNode;
  const property = GrammarUtils.findAssignment(leaf)?.feature;
  const value = property === undefined ? undefined : (at as unknown as Record<string, unknown>)[property];
  if (isReference(value)) return value.ref ? { target: value.ref, at, text: leaf.text } : undefined;
  return property === 'name' ? { target: at, at, text: leaf.text } : undefined;
}

function offsetOf(file: File, { line, column }: Place): number {
  return file.$document?.textDocument.offsetAt({ line, character: column }) ?? 0;
}

/** Where a name is declared; rows of the machine's tables are declared in no file. */
export function declarationOf({ target }: Found): ReturnType<typeof rangeOf> | undefined {
  return target.$cstNode ? rangeOf(target) : undefined;
}
