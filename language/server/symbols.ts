/** The outline of a file: scenarios, images and what they declare. */
import type { AstNode } from 'langium';
import type { SourceRange } from '../program/program.ts';
import { isImagePart } from '../syntax/generated/ast.ts';
import { rangeOf, rangeOfName } from '../syntax/range.ts';
import { UNKNOWN } from '../syntax/tokens.ts';
import { type FileProvider, parseProgram } from '../workspace/index.ts';

export interface OutlineItem {
  readonly name: string;
  readonly kind: 'scenario' | 'image' | 'function' | 'variable' | 'constant' | 'type' | 'event' | 'platform' | 'view';
  readonly range: SourceRange;
  readonly nameRange: SourceRange;
  readonly children: readonly OutlineItem[];
}

const KINDS: Readonly<Record<string, OutlineItem['kind']>> = {
  Scenario: 'scenario',
  Image: 'image',
  Platform: 'platform',
  Fn: 'function',
  Vector: 'function',
  Entry: 'function',
  Static: 'variable',
  Const: 'constant',
  Struct: 'type',
  Bits: 'type',
  Enum: 'type',
  View: 'view',
  Arg: 'constant',
  Secret: 'constant',
  EventDecl: 'event',
};

export function symbolsOf(files: FileProvider, uri: string): readonly OutlineItem[] {
  return parseProgram(uri, files).main?.members.flatMap(symbol) ?? [];
}

function symbol(node: AstNode): OutlineItem[] {
  const kind = KINDS[node.$type];
  const { name, members = [] } = node as AstNode & { name?: string; members?: readonly AstNode[] };
  if (isImagePart(node)) {
    const range = rangeOf(node);
    return [{ name: `part of ${node.image?.$refText}`, kind: 'image', range, nameRange: range, children: members.flatMap(symbol) }];
  }
  if (!kind || !name || name === UNKNOWN) return [];
  return [{ name, kind, range: rangeOf(node), nameRange: rangeOfName(node), children: members.flatMap(symbol) }];
}
