/** What the rules of the checker share. */
import type { AstNode } from 'langium';
import type { Architecture, InstructionRow, RegisterRow, StateRow } from '../../machine/index.ts';
import type { Call, Fn, Image, Instruction, Register } from '../syntax/generated/ast.ts';
import { isEntry, isFn, isImage, isImagePart, isInstruction, isName, isVector } from '../syntax/generated/ast.ts';
import type { Losses } from '../syntax/repair.ts';
import { imageOfPart } from './parts.ts';
import type { Report } from './report.ts';
import type { Resolver } from './resolve.ts';
import type { Tables } from './tables.ts';
import type { Types } from './types.ts';

export interface Context {
  readonly types: Types;
  readonly tables: Tables;
  readonly architecture: Architecture;
  readonly resolver: Resolver;
  readonly report: Report;
  /** What a broken file's tree is missing: errors that may only follow from it are not reported. */
  readonly losses: Losses;
}

/** Checks one node; its children are checked by themselves. */
export type Rule<N extends AstNode = AstNode> = (node: N, context: Context) => void;
/** Rules by type of node. */
export type Rules = Readonly<Record<string, readonly Rule<never>[]>>;

export const instructionRow = ({ architecture }: Context, node: Instruction): InstructionRow => architecture.instructions[node.row];
export const registerRow = ({ architecture }: Context, node: Register): RegisterRow => architecture.registers[node.row];

/** The state that an image runs in; undefined if there is no such state. */
export const stateOf = ({ architecture }: Context, image: Image): StateRow | undefined =>
  architecture.states.find(({ id }) => id === image.state);

/** What a call calls. */
export function calleeOf(call: Call): Fn | Instruction | undefined {
  const node = isName(call.callee) ? call.callee.ref.ref : undefined;
  return node && (isFn(node) || isInstruction(node)) ? node : undefined;
}

/** The nearest node around another that passes a test. */
export function around<T extends AstNode>(node: AstNode, test: (node: AstNode) => node is T): T | undefined {
  for (let outer = node.$container; outer; outer = outer.$container) if (test(outer)) return outer;
  return undefined;
}

/** The image whose code or data a node is, wherever the part that holds it stands. */
export function imageAround(node: AstNode): Image | undefined {
  const part = around(node, isImagePart);
  return part ? imageOfPart(part) : around(node, isImage);
}
export const codeAround = (node: AstNode) => around(node, (outer) => isFn(outer) || isVector(outer) || isEntry(outer));

/** Whether a declaration lost its head to a syntax error, so that nothing is known of its parameters or type. */
export const isBroken = ({ losses }: Context, node: AstNode): boolean => losses.heads.has(node.$cstNode?.offset ?? -1);

/** Whether a declaration's end was not found, so that nothing is known of the paths through it. */
export const isOpen = ({ losses }: Context, node: AstNode | undefined): boolean => losses.ends.has(node?.$cstNode?.offset ?? -1);
