/** Names that refer to nothing: what was looked for, and what may have been meant. */
import { type AstNode, AstUtils, type Reference, type ReferenceInfo } from 'langium';
import type { Code } from '../../diagnostics.ts';
import {
  type CoreRuns,
  type Emit,
  type Enum,
  type Image,
  isCall,
  isEnum,
  isFile,
  isFn,
  isImage,
  isInstruction,
  isLet,
  isLocal,
  isMember,
  isName,
  isRegister,
  isScenario,
  isStatic,
  isWorldName,
  type Member,
  type Name,
  type NamedValue,
  type Payload,
} from '../../syntax/generated/ast.ts';
import { UNKNOWN } from '../../syntax/tokens.ts';
import { referencesOf } from '../../syntax/tree.ts';
import { moduleDeclaring } from '../../workspace/library.ts';
import { type Context, codeAround, instructionRow, isBroken } from '../context.ts';
import { membersOfImage } from '../parts.ts';
import { alternatives } from '../report.ts';
import { operandIndex } from '../resolve.ts';
import { closest } from '../suggest.ts';
import { found } from '../values.ts';

/** What to say; without a message, the cause was reported elsewhere. */
interface Explanation {
  readonly code: Code;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

type Explain = (info: ReferenceInfo, context: Context) => Explanation | undefined;

/** Reports every reference of a node that was not resolved. */
export function reportLinks(node: AstNode, context: Context): void {
  for (const info of referencesOf(node)) {
    const reference = info.reference as Reference;
    const name = reference.$refText;
    if (reference.ref || name.includes(UNKNOWN) || context.losses.names.has(name)) continue;
    const explanation = (EXPLANATIONS[`${node.$type}.${info.property}`] ?? undeclared)(info, context);
    if (explanation) context.report.error(explanation.code, [node, info.property], explanation.message, explanation.suggestion);
  }
}

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  'Name.ref': (info, context) => explainName(info, info.container as Name, context),
  'Member.member': (info, context) => explainMember(info, info.container as Member, context),
  'NamedType.ref': (info, context) => explainType(info, context),
  'EventPattern.event': (info, context) => missing(info, context, 'event'),
  'Emit.event': (info, context) => missing(info, context, 'event'),
  'CoreRuns.image': (info, context) => missing(info, context, 'image'),
  'ImagePart.image': (info, context) => missing(info, context, 'image'),
  'Load.image': (info, context) => missing(info, context, 'image'),
  'Load.replaces': (info, context) => missing(info, context, 'image'),
  'Payload.image': (info, context) => missing(info, context, 'image'),
  'Scenario.platform': (info, context) => missing(info, context, 'platform'),
  'View.image': (info, context) => missing(info, context, 'image'),
  'ViewChildren.view': (info, context) => missing(info, context, 'view'),
  'Platform.base': (info, context) => missing(info, context, 'platform'),
  'CoreRuns.entry': (info, context) => inside(info, context, (info.container as CoreRuns).image.ref, 'function or entry'),
  'Payload.start': (info, context) => missing(info, context, 'function'),
  'Payload.slot': (info, context) => inside(info, context, (info.container as Payload).image?.ref, 'static'),
  'NamedValue.field': (info, context) => inside(info, context, ((info.container as NamedValue).$container as Emit).event.ref, 'field'),
};

function* candidates(info: ReferenceInfo, { resolver }: Context): Generator<string> {
  for (const { name } of resolver.candidates(info)) yield name;
}
const guess = (info: ReferenceInfo, context: Context): string | undefined => closest(info.reference.$refText, candidates(info, context));

/** With a guess, or with the module that the name comes from. */
function advise(info: ReferenceInfo, context: Context, code: Code, message: string): Explanation {
  const near = guess(info, context);
  if (near) return { code, message: `${message}; did you mean \`${near}\`?`, suggestion: near };
  const module = moduleDeclaring(info.reference.$refText);
  return module ? { code, message: `${message}; it comes with \`use ${module}\`` } : { code, message };
}

const undeclared: Explain = (info, context) => advise(info, context, 'TFW101', `\`${info.reference.$refText}\` is not declared`);

function missing(info: ReferenceInfo, context: Context, what: string): Explanation {
  return advise(info, context, 'TFW101', `there is no ${what} \`${info.reference.$refText}\``);
}

function inside(info: ReferenceInfo, context: Context, holder: AstNode | undefined, what: string): Explanation | undefined {
  if (!holder || isBroken(context, holder)) return undefined;
  const { name } = holder as AstNode & { name: string };
  return offer(info, context, 'TFW101', `\`${name}\` has no ${what} \`${info.reference.$refText}\``);
}

/** With a guess, or with all that there is if that is not much. */
function offer(info: ReferenceInfo, context: Context, code: Code, message: string): Explanation {
  const near = guess(info, context);
  if (near) return { code, message: `${message}; did you mean \`${near}\`?`, suggestion: near };
  const all = [...candidates(info, context)];
  return { code, message: all.length > 0 && all.length <= 6 ? `${message}; there is ${alternatives(all)}` : message };
}

// ---------------------------------------------------------------- names of values

/** Words of other languages, by what to write for them. */
const FOREIGN: Readonly<Record<string, string>> = {
  null: '0',
  NULL: '0',
  nullptr: '0',
  nil: '0',
  None: '0',
  True: 'true',
  TRUE: 'true',
  False: 'false',
  FALSE: 'false',
};

const NAMING: readonly ((name: string, info: ReferenceInfo, node: Name, context: Context) => Explanation | undefined)[] = [
  (name) =>
    FOREIGN[name]
      ? { code: 'TFW101', message: `\`${name}\` is not declared; write \`${FOREIGN[name]}\``, suggestion: FOREIGN[name] }
      : undefined,
  (_, info, node, context) => explainOption(info, node, context),
  (name, _, node, context) => explainOtherImage(name, node, context),
  (name, _, node) => explainOrder(name, node),
  (name, _, node, context) => explainEnumMember(name, node, context),
  (name, info, _, context) => (isSystemRegister(name) ? noRegister(info, context) : undefined),
];

function explainName(info: ReferenceInfo, node: Name, context: Context): Explanation | undefined {
  const name = info.reference.$refText;
  for (const explain of NAMING) {
    const explanation = explain(name, info, node, context);
    if (explanation) return explanation;
  }
  const called = isCall(node.$container) && node.$container.callee === node;
  return called ? advise(info, context, 'TFW101', `there is no function or instruction \`${name}\``) : undeclared(info, context);
}

/** As the manuals spell registers: `HCR_EL2`, `x31`, `S3_4_C1_C1_0`. */
const isSystemRegister = (name: string): boolean => /^[A-Z][A-Z0-9_]*_EL[0-3][12]?$|^[xw]\d+$|^S\d_\d_C\d+_C\d+_\d$/.test(name);

function noRegister(info: ReferenceInfo, context: Context): Explanation {
  return advise(info, context, 'TFW103', `${context.architecture.name} has no register \`${info.reference.$refText}\``);
}

function explainOption(info: ReferenceInfo, node: Name, context: Context): Explanation | undefined {
  const call = node.$container;
  if (!isCall(call) || call.callee === node || !isName(call.callee)) return undefined;
  const callee = call.callee.ref.ref;
  if (!callee || !isInstruction(callee)) return undefined;
  const operand = instructionRow(context, callee).operands[operandIndex(call, node)];
  if (operand?.kind !== 'option') return undefined;
  const near = guess(info, context);
  const advice = near ? `did you mean \`${near}\`?` : `there is ${alternatives(Object.keys(operand.options ?? {}))}`;
  return {
    code: 'TFW103',
    message: `\`${callee.name}\` has no ${operand.name} \`${info.reference.$refText}\`; ${advice}`,
    suggestion: near,
  };
}

interface VisibleImages {
  readonly names: ReadonlySet<string>;
  /** The first image that has a function of each name. */
  readonly owners: ReadonlyMap<string, Image>;
}

const visible = new WeakMap<AstNode, VisibleImages>();

/** The images of a file and of all that it uses. */
function visibleImages(node: AstNode, { resolver }: Context): VisibleImages {
  const file = AstUtils.findRootNode(node);
  const known = visible.get(file);
  if (known) return known;
  const images = (isFile(file) ? resolver.filesVisibleFrom(file) : [])
    .flatMap(({ members }) => members)
    .flatMap((member) => (isImage(member) ? [member] : isScenario(member) ? member.members.filter(isImage) : []));
  const owners = new Map<string, Image>();
  for (const image of images) {
    for (const member of membersOfImage(image)) if (isFn(member) && !owners.has(member.name)) owners.set(member.name, image);
  }
  const result = { names: new Set(images.map(({ name }) => name)), owners };
  visible.set(file, result);
  return result;
}

/** `f()` or `other.f()` of another image: worlds share no calls. */
function explainOtherImage(name: string, node: Name, context: Context): Explanation | undefined {
  const images = visibleImages(node, context);
  const call = isCall(node.$container) && node.$container.callee === node;
  const owner = call ? images.owners.get(name) : undefined;
  if (owner)
    return { code: 'TFW304', message: `\`${name}\` is a function of image \`${owner.name}\`; images talk by monitor calls, not by calls` };
  if (!images.names.has(name) || !isMember(node.$container)) return undefined;
  const what = isCall(node.$container.$container) ? 'called' : 'used';
  return { code: 'TFW304', message: `nothing of image \`${name}\` can be ${what} from here; images talk by monitor calls` };
}

const locals = new WeakMap<AstNode, ReadonlyMap<string, AstNode>>();

/** The first local of each name that a function declares, in whichever block. */
function localsOf(code: AstNode): ReadonlyMap<string, AstNode> {
  const known = locals.get(code);
  if (known) return known;
  const result = new Map<string, AstNode>();
  for (const each of AstUtils.streamAllContents(code)) {
    if ((isLet(each) || isLocal(each)) && !result.has(each.name)) result.set(each.name, each);
  }
  locals.set(code, result);
  return result;
}

/** A local that is declared further down, or in a block that has ended. */
function explainOrder(name: string, node: Name): Explanation | undefined {
  const code = codeAround(node);
  if (!code) return undefined;
  const local = localsOf(code).get(name);
  if (!local) return undefined;
  const later = (local.$cstNode?.offset ?? 0) > (node.$cstNode?.offset ?? 0);
  return {
    code: 'TFW101',
    message: later ? `\`${name}\` is used before it is declared` : `\`${name}\` is known only in the block that declares it`,
  };
}

function explainEnumMember(name: string, node: Name, { resolver }: Context): Explanation | undefined {
  const info = { container: node, property: 'ref', reference: node.ref } as ReferenceInfo;
  for (const candidate of resolver.candidates(info)) {
    if (!isEnum(candidate) || !candidate.members.some((member) => member.name === name)) continue;
    const suggestion = `${candidate.name}.${name}`;
    return { code: 'TFW101', message: `\`${name}\` is not declared; write \`${suggestion}\``, suggestion };
  }
  return undefined;
}

// ---------------------------------------------------------------- names of members and types

function explainMember(info: ReferenceInfo, { receiver }: Member, context: Context): Explanation | undefined {
  const name = info.reference.$refText;
  const named = isName(receiver) ? receiver.ref.ref : undefined;
  if (named && isRegister(named)) return offer(info, context, 'TFW103', `register \`${named.name}\` has no field \`${name}\``);
  if (named && isWorldName(named))
    return offer(info, context, 'TFW103', `${context.architecture.name} has no state \`${named.name}.${name}\``);
  if (named && isEnum(named))
    return isBroken(context, named)
      ? undefined
      : offer(info, context, 'TFW101', `enum \`${(named as Enum).name}\` has no member \`${name}\``);
  if (named && isImage(named)) return explainImageMember(info, named, context);
  const type = context.types.infer(receiver);
  if (type.kind === 'error') return undefined;
  const holder = type.kind === 'pointer' ? type.pointee : type;
  if (holder.kind !== 'struct' && holder.kind !== 'bits') {
    const of = named && isStatic(named) && holder.kind === 'array' ? '; index it first' : '';
    return { code: 'TFW201', message: `${found(type, receiver)} has no members${of}` };
  }
  return isBroken(context, holder.declaration)
    ? undefined
    : offer(info, context, 'TFW101', `${holder.kind} \`${holder.declaration.name}\` has no field \`${name}\``);
}

/** An image's place has names; what is in it belongs to another world. */
function explainImageMember(info: ReferenceInfo, image: Image, context: Context): Explanation {
  const name = info.reference.$refText;
  const own = membersOfImage(image).some((member) => 'name' in member && member.name === name);
  if (!own && !isCall(info.container.$container)) return offer(info, context, 'TFW101', `image \`${image.name}\` has no \`${name}\``);
  const what = isCall(info.container.$container) ? 'called' : 'used';
  return { code: 'TFW304', message: `nothing of image \`${image.name}\` can be ${what} from here; images talk by monitor calls` };
}

/** Types of C, by ours. */
const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  int: 'u64',
  uint: 'u64',
  long: 'u64',
  unsigned: 'u64',
  char: 'u8',
  byte: 'u8',
  usize: 'u64',
  size_t: 'u64',
  uintptr_t: 'u64',
  uint8_t: 'u8',
  uint16_t: 'u16',
  uint32_t: 'u32',
  uint64_t: 'u64',
  i8: 'u8',
  i16: 'u16',
  i32: 'u32',
  i64: 'u64',
  boolean: 'bool',
};

function explainType(info: ReferenceInfo, context: Context): Explanation {
  const name = info.reference.$refText;
  const ours = FOREIGN_TYPES[name];
  if (ours) return { code: 'TFW101', message: `there is no type \`${name}\`; write \`${ours}\``, suggestion: ours };
  return missing(info, context, 'type');
}
