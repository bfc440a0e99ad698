/** A child of something that was opened, by its name: clients give names back to change values and to watch them. */
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Node } from './expandable.ts';

export async function nodeNamed(
  { handles }: Session,
  variablesReference: number,
  name: string,
): Promise<{ readonly frame: Frame; readonly node: Node }> {
  const contents = handles.variables.get(variablesReference);
  const [, index] = /^\[(\d+)\]$/.exec(name) ?? [];
  // Of a long array only the element that is meant.
  const page = contents.indexed !== undefined && index !== undefined ? { start: Number(index), count: 1 } : { start: 0, count: 0 };
  const node = (await contents.children({ ...page, hex: false })).find((child) => child.name === name);
  if (!node) throw new RequestError('expression', `There is nothing called ${name} here.`);
  if (!contents.frame || node.expression === undefined) {
    throw new RequestError('expression', `${name} says what happened, and what happened cannot be changed.`);
  }
  return { frame: contents.frame, node };
}
