/** What the checker knows of types; the assembler asks it. */
import { type Architecture, platforms } from '../../machine/index.ts';
import type { Arg } from '../syntax/generated/ast.ts';
import { Constants } from './constants.ts';
import { Inference } from './infer.ts';
import { Layouts } from './layout.ts';
import type { Types } from './types.ts';

/** One instance remembers what it was asked; a tree that changes, or arguments with other values, need a new one. */
export function createTypes(architecture: Architecture = platforms[0].architecture, args: ReadonlyMap<Arg, bigint> = new Map()): Types {
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
  const constants = new Constants(types, args);
  const layouts = new Layouts(types);
  return types;
}
