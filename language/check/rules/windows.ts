/** Pointers into other address spaces: only through a window of the image that its own tables map there. */
import {
  type Call,
  type Fn,
  type Image,
  type ImagePart,
  isCall,
  isFn,
  isImage,
  isPointerType,
  isWindow,
} from '../../syntax/generated/ast.ts';
import { nodesOf } from '../../syntax/tree.ts';
import { type Context, calleeOf, imageAround, type Rules, stateOf } from '../context.ts';
import { imageOfPart, membersOfImage } from '../parts.ts';
import { settle } from '../settle.ts';

export const windowRules: Rules = { Image: [windows], ImagePart: [windows] };

function windows(code: Image | ImagePart, context: Context): void {
  const image = isImage(code) ? code : imageOfPart(code);
  if (!image) return;
  const state = stateOf(context, image);
  if (!state) return;
  const open = new Set(
    membersOfImage(image)
      .filter(isWindow)
      .map(({ space }) => space),
  );
  open.add(context.architecture.spaces[state.space].id);
  const advice = (space: string): string =>
    `image \`${image.name}\` runs in ${state.id} and has no window to \`${space}\`; declare \`window ${space} at …\``;
  for (const node of nodesOf(code)) {
    if (isPointerType(node) && node.space && !open.has(node.space)) context.report.error('TFW201', node, advice(node.space));
    if (!isCall(node)) continue;
    const callee = outerFunction(node);
    const space = callee && [...spacesOf(callee)].find((each) => !open.has(each));
    if (space) context.report.error('TFW201', node, `\`${callee.name}\` uses \`*${space}\` pointers, but ${advice(space)}`);
  }
}

/** A function that is not the image's own: it is copied into every image that calls it. */
function outerFunction(call: Call): Fn | undefined {
  const callee = calleeOf(call);
  return callee && isFn(callee) && !imageAround(callee) ? callee : undefined;
}

const known = new WeakMap<Fn, Set<string>>();
const settled = new WeakSet<Fn>();

/** Address spaces that a function's pointers name, and those of the functions it calls. */
function spacesOf(fn: Fn): ReadonlySet<string> {
  settle(fn, callees, (each) => void known.set(each, ownSpaces(each)), settled);
  return known.get(fn) ?? new Set();
}

const callees = (fn: Fn): Fn[] =>
  nodesOf(fn)
    .filter(isCall)
    .flatMap((call) => outerFunction(call) ?? []);

/** What a function names itself, and what is known of those it calls: of functions that call each other, not all is. */
function ownSpaces(fn: Fn): Set<string> {
  const result = new Set(callees(fn).flatMap((callee) => [...(known.get(callee) ?? [])]));
  for (const node of nodesOf(fn)) if (isPointerType(node) && node.space) result.add(node.space);
  return result;
}
