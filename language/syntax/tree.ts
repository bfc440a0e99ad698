/** Walks over trees, without the iterators of Langium's own: a large file has a million nodes. */
import type { AstNode, Reference, ReferenceInfo } from 'langium';

const DOLLAR = 36;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isNode = (value: unknown): value is AstNode => isObject(value) && '$type' in value;
const isReference = (value: unknown): value is Reference => isObject(value) && '$refText' in value;

/** A node and everything below it, in the order of the text. */
export function nodesOf(root: AstNode): AstNode[] {
  const result: AstNode[] = [];
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    result.push(node);
    const first = open.length;
    for (const key in node) {
      if (key.charCodeAt(0) === DOLLAR) continue;
      const value: unknown = node[key as keyof AstNode];
      if (Array.isArray(value)) {
        for (const each of value) if (isNode(each)) open.push(each);
      } else if (isNode(value)) open.push(value);
    }
    for (let i = first, j = open.length - 1; i < j; i++, j--) [open[i], open[j]] = [open[j], open[i]];
  }
  return result;
}

/** What a node itself refers to. */
export function referencesOf(container: AstNode): ReferenceInfo[] {
  const result: ReferenceInfo[] = [];
  for (const property in container) {
    if (property.charCodeAt(0) === DOLLAR) continue;
    const value: unknown = container[property as keyof AstNode];
    if (isReference(value)) result.push({ reference: value, container, property });
    else if (Array.isArray(value)) {
      for (const [index, reference] of value.entries()) if (isReference(reference)) result.push({ reference, container, property, index });
    }
  }
  return result;
}
