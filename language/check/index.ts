/** What the checker knows of types; the assembler asks it. */
import { type Architecture, platforms } from '../../machine/index.ts';
import { Constants } from './constants.ts';
import { Inference } from './infer.ts';
import { Layouts } from './layout.ts';
import type { Types } from './types.ts';

/** One instance remembers what it was asked; a tree that changes needs a new one. */
export function createTypes(architecture: Architecture = platforms[0].architecture): Types {
  const types: Types = {
    of: (type) => inference.of(type),
    infer: (expression) => inference.infer(expression),
    declared: (node) => inference.declared(node),
    constant: (expression) => constants.of(expression),
    member: (member) => constants.member(member),
    size: (type) => layouts.size(type),
    alignment: (type) => layouts.alignment(type),
    layout: (struct) => layouts.fields(struct),
  };
  const inference = new Inference(types, architecture.instructions);
  const constants = new Constants(types);
  const layouts = new Layouts(types);
  return types;
}
