/** Names that are declared twice, or that the machine has already given a meaning. */
import { type AstNode, AstUtils } from 'langium';
import {
  type Bits,
  type Block,
  type Enum,
  type EventDecl,
  type File,
  type Fn,
  type For,
  type Image,
  type ImagePart,
  isFn,
  isImage,
  isInstruction,
  isRegister,
  isScenario,
  isTableConstant,
  type Let,
  type Local,
  type Platform,
  type Scenario,
  type Struct,
} from '../../syntax/generated/ast.ts';
import { UNKNOWN } from '../../syntax/tokens.ts';
import type { Context, Rules } from '../context.ts';
import { membersOf } from '../names.ts';
import { imageOfPart, wholeOf } from '../parts.ts';

export const duplicateRules: Rules = {
  File: [members, acrossFiles],
  Scenario: [members, images],
  Platform: [members],
  Image: [members, windows],
  ImagePart: [parts],
  Struct: [fields],
  Bits: [fields],
  EventDecl: [fields, machineEvent],
  Enum: [members],
  Fn: [parameters],
  Block: [locals],
  For: [loopVariable],
};

type Named = AstNode & { readonly name: string };

/** Declarations that share names only among themselves. */
const SPACES: Readonly<Record<string, string>> = { Scenario: 'scenario', Vector: 'vector', MemoryRange: 'memory', View: 'view' };

function twice(nodes: readonly Named[], { report }: Context, what = ''): void {
  const known = new Set<string>();
  for (const node of nodes) {
    const key = nameInSpace(node);
    if (known.has(key)) report.error('TFW102', [node, 'name'], `${what}\`${node.name}\` is declared twice`);
    known.add(key);
  }
}

function members(node: File | Scenario | Platform | Image | Enum, context: Context): void {
  const all = [...membersOf(node).values()].filter((same) => same.length > 1).flat() as Named[];
  twice(all, context);
  if (node.$type === 'Enum') return;
  for (const same of membersOf(node).values()) for (const member of same) reserved(member, context);
}

function fields(node: Struct | Bits | EventDecl, context: Context): void {
  twice(
    (node.fields as readonly Named[]).filter(({ name }) => name !== UNKNOWN),
    context,
  );
}

function windows({ members: all }: Image, { report }: Context): void {
  const known = new Set<string>();
  for (const window of all) {
    if (window.$type !== 'Window') continue;
    if (known.has(window.space)) report.error('TFW102', [window, 'space'], `there are two windows to \`${window.space}\``);
    known.add(window.space);
  }
}

function machineEvent(node: EventDecl, { tables, report }: Context): void {
  if (tables.machineEvents.has(node.name)) report.error('TFW102', [node, 'name'], `\`${node.name}\` is an event of the machine`);
}

/** What all that a file uses declares lands in one place, so no name may come from two files. */
function acrossFiles(node: File, { resolver, report }: Context): void {
  const [, ...others] = resolver.filesVisibleFrom(node);
  const origins = new Map<string, File>();
  for (const other of others) {
    for (const name of membersOf(other).keys()) {
      if (!origins.has(name)) origins.set(name, other);
    }
  }
  for (const [name, declarations] of membersOf(node)) {
    const origin = origins.get(name);
    if (!origin || isScenario(declarations[0])) continue;
    report.error(
      'TFW102',
      [declarations[0], 'name'],
      `\`${name}\` is already declared in ${AstUtils.getDocument(origin).uri.path.split('/').pop()}`,
    );
  }
}

/** An image's words are told from others' by its name. */
function images(node: Scenario, { resolver, report }: Context): void {
  const outer = resolver.filesVisibleFrom(AstUtils.findRootNode(node) as File).flatMap((file) => file.members.filter(isImage));
  for (const image of node.members.filter(isImage)) {
    if (outer.some(({ name }) => name === image.name)) report.error('TFW102', [image, 'name'], `there is another image \`${image.name}\``);
  }
}

/** A part's names are the image's, so none may be there already; nor may a part stand where its image does not see it. */
function parts(node: ImagePart, context: Context): void {
  const image = imageOfPart(node);
  const { report } = context;
  if (!image) {
    if (node.image?.ref) {
      report.error(
        'TFW402',
        [node, 'image'],
        `the file of image \`${node.image.$refText}\` does not use this file, so this is no part of it`,
      );
    }
    return;
  }
  const whole = wholeOf(image);
  const before = new Set(
    whole.slice(0, whole.indexOf(node)).flatMap((each) => [...membersOf(each)].flatMap(([, same]) => same.map(nameInSpace))),
  );
  for (const same of membersOf(node).values()) {
    for (const member of same as Named[]) {
      if (before.has(nameInSpace(member)))
        report.error('TFW102', [member, 'name'], `\`${member.name}\` is already declared in image \`${image.name}\``);
      reserved(member, context);
    }
    if (same.length > 1) twice(same as Named[], context);
  }
}

const nameInSpace = (node: Named): string => `${SPACES[node.$type] ?? ''} ${node.name}`;

function parameters(node: Fn, context: Context): void {
  twice(
    node.params.filter(({ name }) => name !== UNKNOWN),
    context,
    'parameter ',
  );
  for (const param of node.params) reserved(param, context);
}

function loopVariable({ variable }: For, context: Context): void {
  if (variable.name !== UNKNOWN) reserved(variable, context);
}

/** A block of its own may shadow an outer local; the same block, and a function's parameters, may not be. */
function locals(node: Block, context: Context): void {
  const own = node.statements.filter((statement): statement is Let | Local => statement.$type === 'Let' || statement.$type === 'Local');
  const declared = own.filter(({ name }) => name !== UNKNOWN);
  const params = isFn(node.$container) ? node.$container.params : [];
  const parameters = new Set(params.map(({ name }) => name));
  twice(
    declared.filter(({ name }) => !parameters.has(name)),
    context,
  );
  for (const local of declared) {
    if (parameters.has(local.name)) context.report.error('TFW102', [local, 'name'], `\`${local.name}\` is a parameter already`);
  }
  for (const local of declared) reserved(local, context);
}

/** What else is built in, such as `x`, may be the name of something nearer. */
const BUILTINS: Readonly<Record<string, string>> = {
  vectors: "the address of the image's vector table",
  guards: "the address of the image's fix-up table",
};

/** Names of the machine: a register under another meaning would change what a line of code does. */
function reserved(node: Named, { tables, report, types }: Context): void {
  const row = tables.values.get(node.name);
  if (!row || SPACES[node.$type] !== undefined) return;
  if (isRegister(row)) report.error('TFW102', [node, 'name'], `\`${node.name}\` is a register`);
  else if (row.$type === 'Builtin' && BUILTINS[node.name])
    report.error('TFW102', [node, 'name'], `\`${node.name}\` is ${BUILTINS[node.name]}`);
  else if (isInstruction(row) && isFn(node)) report.error('TFW102', [node, 'name'], `\`${node.name}\` is an instruction`);
  else if (isTableConstant(row) && node.$type === 'Const' && types.constant((node as never as { value: never }).value) !== row.value) {
    report.error('TFW102', [node, 'name'], `\`${node.name}\` is a constant of the architecture, with another value`);
  }
}
