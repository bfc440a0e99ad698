/** What the views of a program show of a machine now. Nothing that they do changes the machine, and nothing throws. */
import type { Machine } from '../../machine/index.ts';
import { internalsOf } from '../program/internals.ts';
import type { LinkedImage } from '../program/link.ts';
import type { Program } from '../program/program.ts';
import { isScenario, isView, type View } from '../syntax/generated/ast.ts';
import { Exhausted, STEPS, ViewEye } from './eyes.ts';
import { functionsOf } from './functions.ts';
import { Scope } from './scope.ts';
import { type ShowView, ViewCode, type ViewNode } from './view.ts';

/** A view that stands by itself, and what it shows. */
interface Root {
  readonly title: string;
  readonly image: LinkedImage;
  readonly code: () => ViewCode;
}

const known = new WeakMap<Program, readonly Root[]>();

/** Every view with a title, in the order of their declarations; those of images that are not loaded show nothing. */
export function evaluateViews(program: Program, machine: Machine): readonly ViewNode[] {
  const roots = known.get(program) ?? rootsOf(program);
  known.set(program, roots);
  const budget = { left: STEPS };
  return roots.map(({ title, image, code }) => {
    const eye = new ViewEye(machine, BigInt(image.base), image.context, budget);
    const items: ViewNode[] = [];
    try {
      code().show(eye, [], { fields: [], items });
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      items.push({ label: `… ${error.message}`, icon: 'ellipsis', fields: [], children: [] });
    }
    return { label: title, fields: [], children: items };
  });
}

function rootsOf(program: Program): Root[] {
  const { files, scenario, images } = internalsOf(program);
  const views = files.flatMap(({ members }) =>
    members.flatMap((member) =>
      isScenario(member) ? (member === scenario ? member.members.filter(isView) : []) : isView(member) ? [member] : [],
    ),
  );
  const codes = new Map<View, ViewCode>();
  const functions = new Map(images.map((image) => [image, functionsOf(image.context)]));
  const codeOf = (view: View): ViewCode | undefined => {
    const image = images.find(({ node }) => node === view.image.ref);
    if (!image) return undefined;
    let code = codes.get(view);
    if (!code) {
      code = new ViewCode(view, new Scope(image.context, functions.get(image)!), others, program.platform.architecture);
      codes.set(view, code);
    }
    return code;
  };
  // A view may show one of another image, which is looked at from there.
  const others: ShowView = (view) => (eye, args, into) => {
    const image = images.find(({ node }) => node === view.image.ref);
    const own = image && image.context !== eye.image ? new ViewEye(eye.machine, BigInt(image.base), image.context, eye.budget) : eye;
    codeOf(view)?.show(own, args, into);
  };
  return views.flatMap((view): Root[] => {
    const image = images.find(({ node }) => node === view.image.ref);
    if (!image || view.title === undefined || view.params.length > 0) return [];
    return [{ title: view.title.parts.join('…'), image, code: () => codeOf(view) as ViewCode }];
  });
}
