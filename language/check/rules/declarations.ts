/** Declarations: constants, statics, enums, structs, arrays, functions, images and what they say of the machine. */
import type { AstNode } from 'langium';
import { platforms } from '../../../machine/index.ts';
import type {
  Arg,
  ArrayType,
  Bits,
  Const,
  Enum,
  EventDecl,
  Expr,
  Fn,
  Image,
  Load,
  MemoryRange,
  Payload,
  Platform,
  PointerType,
  Static,
  Struct,
  Vector,
  Window,
} from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/range.ts';
import { UNKNOWN } from '../../syntax/tokens.ts';
import type { Context, Rules } from '../context.ts';
import { MAX_LENGTH } from '../infer.ts';
import { containedIn } from '../layout.ts';
import { alternatives } from '../report.ts';
import { settle } from '../settle.ts';
import { closest } from '../suggest.ts';
import { isInteger, isScalar, quote, rangeOfField } from '../type-of.ts';
import type { TfwType } from '../types.ts';
import { expectType, number } from '../values.ts';

export const declarationRules: Rules = {
  Const: [constant],
  Arg: [constant],
  Static: [initial],
  Enum: [members],
  Struct: [layout],
  Bits: [bitRanges],
  EventDecl: [eventFields],
  ArrayType: [length],
  PointerType: [space],
  Fn: [parameters],
  Image: [state],
  Payload: [state, address],
  Vector: [vector],
  Window: [window],
  Platform: [machine],
  Load: [address],
  MemoryRange: [bounds],
};

/** Reports an expression that is no constant; its value otherwise. */
export function expectConstant({ types, report }: Context, e: Expr, place: string): bigint | undefined {
  const value = types.constant(e);
  if (value === undefined && types.infer(e).kind !== 'error')
    report.error('TFW205', e, `${place} is known before anything runs: write a constant`);
  return value;
}

function constant(node: Const | Arg, context: Context): void {
  const { types, report } = context;
  const type = node.type && types.of(node.type);
  if (type && !isScalar(type)) {
    report.error('TFW201', node.type!, `a constant has a single value, found ${quote(type)}`);
    return;
  }
  if (definedByItself(node, context)) {
    report.error('TFW205', node.value, `\`${node.name}\` is defined by itself`);
    return;
  }
  const value = expectConstant(context, node.value, `the value of \`${node.name}\``);
  if (type && value !== undefined) expectType(context, type, node.value, `\`${node.name}\``);
}

/** A constant in a circle has a type of its own only if it declares one; either way it has no value. */
function definedByItself(node: Const | Arg, { types }: Context): boolean {
  if (types.constant(node.value) !== undefined) return false;
  const visited = new Set<AstNode>();
  const reaches = (e: AstNode): boolean =>
    names(e).some(
      (target) =>
        target === node ||
        (!visited.has(target) &&
          visited.add(target) &&
          (target.$type === 'Const' || target.$type === 'Arg') &&
          reaches((target as Const | Arg).value)),
    );
  return reaches(node.value);
}

/** Declarations that the names in an expression refer to. */
function names(e: AstNode): AstNode[] {
  const node = e as Expr;
  switch (node.$type) {
    case 'Name':
      return node.ref.ref ? [node.ref.ref] : [];
    case 'Binary':
      return [...names(node.left), ...names(node.right)];
    case 'Unary':
      return names(node.operand);
    case 'Cast':
      return names(node.value);
    default:
      return [];
  }
}

function initial({ type, init, name }: Static, context: Context): void {
  if (!init) return;
  const declared = context.types.of(type);
  if (!isScalar(declared)) {
    context.report.error('TFW201', init, `\`${name}\` is no single value; it starts as zeros and is filled by code`);
    return;
  }
  if (expectConstant(context, init, `the first value of \`${name}\``) !== undefined) expectType(context, declared, init, `\`${name}\``);
}

function members({ base, members: all, name }: Enum, context: Context): void {
  const type = base && context.types.of(base);
  if (type && type.kind !== 'int' && type.kind !== 'error')
    context.report.error('TFW201', base, `an enum is based on an integer type, found ${quote(type)}`);
  for (const member of all) {
    if (member.value && expectConstant(context, member.value, `the value of \`${member.name}\``) === undefined) continue;
    if (type?.kind !== 'int') continue;
    const value = context.types.member(member);
    if (value >> BigInt(type.bits) !== 0n) {
      context.report.error('TFW206', member, `\`${member.name}\` is ${number(value)}, which does not fit ${quote(type)} of \`${name}\``);
    }
  }
}

function layout(node: Struct, context: Context): void {
  const { types, report } = context;
  if (isEndless(node, context)) {
    report.error('TFW206', [node, 'name'], `\`${node.name}\` contains itself and would have no end; use a pointer`);
    return;
  }
  let end = 0;
  for (const { field, offset, type } of types.layout(node)) {
    const [size, alignment] = [types.size(type), types.alignment(type)];
    if (type.kind === 'error') return;
    if (offset < end)
      report.error('TFW206', [field, 'offset'], `\`${field.name}\` overlaps what stands before it, which ends at ${hex(end)}`);
    else if (offset % alignment !== 0)
      report.error('TFW206', [field, 'offset'], `\`${field.name}\` has to be aligned to ${alignment} bytes`);
    end = Math.max(end, offset + size);
  }
  const size = node.size && expectConstant(context, node.size, `the size of \`${node.name}\``);
  if (size !== undefined && size < BigInt(end)) report.error('TFW206', node.size!, `the fields of \`${node.name}\` take ${end} bytes`);
  if (size !== undefined && size > MAX_LENGTH) report.error('TFW206', node.size!, 'a struct has at most 16 MiB');
}

/** Fields may overlap: what a bit means can depend on others, as in a descriptor. */
function bitRanges(node: Bits, context: Context): void {
  const { types, report } = context;
  const base = types.of(node.base);
  if (base.kind === 'error') return;
  if (base.kind !== 'int') {
    report.error('TFW201', node.base, `\`bits\` are those of an integer type, found ${quote(base)}`);
    return;
  }
  for (const field of node.fields) {
    const { high, low } = rangeOfField(field);
    if (high >= base.bits)
      report.error(
        'TFW206',
        [field, 'high'],
        `bit ${high} of \`${field.name}\` is not in ${quote(base)}, which ends at bit ${base.bits - 1}`,
      );
    else if (low > high)
      report.error('TFW206', [field, 'high'], `the range of \`${field.name}\` is empty: write the high bit first, \`${low}..${high}\``);
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;

const settled = new WeakSet<Struct>();
const endless = new WeakSet<Struct>();

function isEndless(struct: Struct, { types }: Context): boolean {
  settle(
    struct,
    (node) => containedIn(node, types),
    () => {},
    settled,
    (node) => endless.add(node),
  );
  return endless.has(struct);
}

function eventFields({ fields }: EventDecl, { types, report }: Context): void {
  for (const field of fields) {
    const type = types.of(field.type);
    if (!isScalar(type)) report.error('TFW201', field.type, `a field of an event is a single value, found ${quote(type)}`);
    if (field.offset !== undefined) report.error('TFW201', [field, 'offset'], 'the fields of an event have no offsets');
  }
}

function length({ length: e, element }: ArrayType, context: Context): void {
  const type = context.types.infer(e);
  if (type.kind !== 'error' && !isInteger(type)) {
    context.report.error('TFW201', e, `the length of an array is an integer, found ${quote(type)}`);
    return;
  }
  const value = expectConstant(context, e, 'the length of an array');
  if (value === undefined) return;
  if (value === 0n) context.report.error('TFW206', e, 'an array has at least one element');
  const size = BigInt(Math.max(1, context.types.size(context.types.of(element))));
  if (value * size > MAX_LENGTH) context.report.error('TFW206', e, 'an array has at most 16 MiB');
}

function space(node: PointerType, context: Context): void {
  if (node.space)
    expectRow(
      context,
      [node, 'space'],
      'address space',
      node.space,
      context.architecture.spaces.map(({ id }) => id),
    );
}

function parameters(node: Fn, { types, report }: Context): void {
  for (const { name, type } of node.params) whole(types.of(type), type, `parameter \`${name}\``, report);
  if (node.returns) whole(types.of(node.returns), node.returns, `the result of \`${node.name}\``, report);
}

function whole(type: TfwType, at: AstNode, place: string, report: Context['report']): void {
  if (!isScalar(type)) report.error('TFW201', at, `${place} is a single value, found ${quote(type)}; pass a pointer`, `*${textOf(at)}`);
}

// ---------------------------------------------------------------- what the machine has to have

function expectRow(context: Context, place: readonly [AstNode, string], what: string, name: string, known: readonly string[]): void {
  if (known.includes(name) || name.includes(UNKNOWN)) return;
  const guess = closest(name, known);
  const advice = guess ? `did you mean \`${guess}\`?` : `there is ${alternatives(known)}`;
  context.report.error('TFW103', place, `${context.architecture.name} has no ${what} \`${name}\`; ${advice}`, guess);
}

function state(node: Image | Payload, context: Context): void {
  expectRow(
    context,
    [node, 'state'],
    'state',
    node.state,
    context.architecture.states.map(({ id }) => id),
  );
}

function vector(node: Vector, context: Context): void {
  expectRow(
    context,
    [node, 'name'],
    'exception vector',
    node.name,
    context.architecture.vectors.map(({ name }) => name),
  );
}

function window(node: Window, context: Context): void {
  expectRow(
    context,
    [node, 'space'],
    'address space',
    node.space,
    context.architecture.spaces.map(({ id }) => id),
  );
  expectConstant(context, node.address, 'the address of a window');
}

function machine(node: Platform, { report }: Context): void {
  const known = platforms.map(({ name }) => name);
  if (node.machine === undefined || node.machine === UNKNOWN || known.includes(node.machine)) return;
  const guess = closest(node.machine, known);
  report.error('TFW402', [node, 'machine'], `there is no machine \`${node.machine}\`; there is ${alternatives(known)}`, guess);
}

function address({ address: e }: Load | Payload, context: Context): void {
  expectConstant(context, e, 'the address');
}

function bounds({ from, to, name }: MemoryRange, context: Context): void {
  const start = expectConstant(context, from, `the start of \`${name}\``);
  const end = expectConstant(context, to, `the end of \`${name}\``);
  if (start !== undefined && end !== undefined && start >= end)
    context.report.error('TFW206', to, `\`${name}\` is empty: its end is exclusive`);
}
