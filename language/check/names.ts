/** Names by where they are declared: maps, since a linear search of every scope made large files slow to link. */
import type { AstNode } from 'langium';
import {
  type Block,
  type File,
  type Image,
  type ImagePart,
  isBlock,
  isFn,
  isFor,
  isImage,
  isImagePart,
  isLet,
  isLocal,
  isPlatform,
  isScenario,
  isView,
  isViewFor,
  isViewItem,
  type Let,
  type Local,
} from '../syntax/generated/ast.ts';
import { UNKNOWN } from '../syntax/tokens.ts';
import { imageOfPart, wholeOf } from './parts.ts';

type Declared = AstNode & { readonly name: string };
type Members = ReadonlyMap<string, readonly Declared[]>;

const members = new WeakMap<AstNode, Members>();
const locals = new WeakMap<Block, ReadonlyMap<string, readonly (Let | Local)[]>>();

const isDeclared = (node: AstNode): node is Declared => 'name' in node && typeof node.name === 'string' && node.name !== UNKNOWN;

function group<T extends Declared>(nodes: readonly T[]): Map<string, T[]> {
  const result = new Map<string, T[]>();
  for (const node of nodes) {
    const same = result.get(node.name);
    if (same) same.push(node);
    else result.set(node.name, [node]);
  }
  return result;
}

/** The declarations directly in a file, scenario, image or platform, by name; several under one name are an error elsewhere. */
export function membersOf(container: AstNode & { readonly members: readonly AstNode[] }): Members {
  const known = members.get(container);
  if (known) return known;
  const result = group(container.members.filter(isDeclared));
  members.set(container, result);
  return result;
}

function localsOf(block: Block): ReadonlyMap<string, readonly (Let | Local)[]> {
  const known = locals.get(block);
  if (known) return known;
  const result = group(block.statements.filter((statement) => isLet(statement) || isLocal(statement)).filter(isDeclared));
  locals.set(block, result);
  return result;
}

/** A step on the way from a use outwards: what its enclosing node declares for it. */
export interface Step {
  find(name: string): readonly Declared[];
  all(): Iterable<Declared>;
}

const NOTHING: readonly Declared[] = [];

/** What encloses a node, from the inside out, up to but without its file. */
export function* enclosing(node: AstNode): Generator<Step> {
  let inner = node;
  for (let outer = node.$container; outer; [inner, outer] = [outer, outer.$container]) {
    const step = stepOf(outer, inner);
    if (step) yield step;
  }
}

function stepOf(outer: AstNode, inner: AstNode): Step | undefined {
  if (isBlock(outer)) return inBlock(outer, inner.$containerIndex ?? outer.statements.length);
  if (isFor(outer)) return inner === outer.from || inner === outer.to ? undefined : ofNodes([outer.variable]);
  if (isFn(outer)) return ofNodes(outer.params);
  if (isImage(outer)) return ofImage(outer);
  if (isImagePart(outer)) return ofImage(imageOfPart(outer) ?? outer);
  if (isScenario(outer) || isPlatform(outer)) return ofMembers(outer);
  if (isView(outer)) return together(letsBefore(inner), ofNodes(outer.params), ...(outer.image?.ref ? [ofImage(outer.image.ref)] : []));
  if (isViewFor(outer)) return together(letsBefore(inner), ofNodes(inner === outer.from || inner === outer.to ? [] : [outer.variable]));
  if (isViewItem(outer)) return letsBefore(inner);
  return undefined;
}

/** Locals declared in a block before its statement `index`. */
function inBlock(block: Block, index: number): Step {
  return {
    find: (name) => {
      const latest = lastBefore(localsOf(block).get(name) ?? [], index);
      return latest ? [latest] : NOTHING;
    },
    all: function* () {
      for (let i = Math.min(index, block.statements.length) - 1; i >= 0; i--) {
        const statement = block.statements[i];
        if ((isLet(statement) || isLocal(statement)) && isDeclared(statement)) yield statement;
      }
    },
  };
}

/** The last of some statements, in their order, that stands before statement `index` of their block. */
function lastBefore<T extends AstNode>(statements: readonly T[], index: number): T | undefined {
  let [low, high] = [0, statements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (statements[middle].$containerIndex! < index) low = middle + 1;
    else high = middle;
  }
  return statements[low - 1];
}

/** What `let`s before it declare for a member of a view, latest first. */
function letsBefore({ $container, $containerProperty, $containerIndex = 0 }: AstNode): Step {
  const list = ($container as unknown as Record<string, unknown>)[$containerProperty ?? ''];
  return ofNodes(Array.isArray(list) ? list.slice(0, $containerIndex).filter(isLet).reverse() : []);
}

/** Several steps as one, nearest first. */
function together(...steps: readonly Step[]): Step {
  return { find: (name) => steps.flatMap((step) => step.find(name)), all: () => steps.flatMap((step) => [...step.all()]) };
}

function ofNodes(nodes: readonly Declared[]): Step {
  return { find: (name) => nodes.filter((node) => node.name === name), all: () => nodes.filter(isDeclared) };
}

/** An image with its parts, or a part that belongs to none. */
export function ofImage(image: Image | ImagePart): Step {
  return together(...(isImage(image) ? wholeOf(image) : [image]).map(ofMembers));
}

export function ofMembers(container: AstNode & { readonly members: readonly AstNode[] }): Step {
  return {
    find: (name) => membersOf(container).get(name) ?? NOTHING,
    // Lazily: who asks may stop early, and a generated file has thousands.
    all: function* () {
      for (const same of membersOf(container).values()) yield* same;
    },
  };
}

const files = new WeakMap<readonly File[], Members>();

/** All that some files declare, the first one's declarations before the others'; the list itself stands for its files. */
export function ofFiles(list: readonly File[]): Step {
  const all = files.get(list) ?? group(list.flatMap((file) => [...membersOf(file).values()].flat()));
  files.set(list, all);
  return {
    find: (name) => all.get(name) ?? NOTHING,
    all: function* () {
      for (const same of all.values()) yield* same;
    },
  };
}
