/**
 * Expressions: from the syntax tree to values. Calls run first, one word each, in textual order, their results in
 * temporaries; all other operands are read afterwards, in the statement's own word (the reference, "Lowering").
 */
import { AstUtils } from 'langium';
import { registerIndex } from '../../machine/index.ts';
import { isNumberedRegister } from '../check/numbered.ts';
import { rangeOfField } from '../check/type-of.ts';
import type { TfwType } from '../check/types.ts';
import {
  type Call,
  type Expr,
  isBinary,
  isBitsField,
  isBoolLiteral,
  isBuiltin,
  isCall,
  isCast,
  isConst,
  isEntry,
  isEnumMember,
  isEventField,
  isFn,
  isImage,
  isImageProperty,
  isImmediate,
  isIndex,
  isInstruction,
  isIntLiteral,
  isLevelName,
  isMember,
  isName,
  isOptionName,
  isRegister,
  isRegisterField,
  isSecret,
  isSizeOf,
  isSpaceConstant,
  isStatic,
  isStringLiteral,
  isStructField,
  isTableConstant,
  isUnary,
  type Member,
  type Name,
  type Scenario,
  type Secret,
  type StructField,
} from '../syntax/generated/ast.ts';
import { AssemblyError, type ImageContext } from './context.ts';
import { add, constant, type Place, type TextPart, type Value } from './ir.ts';

/** What expressions need of the function around them; conditions and watches bring their own. */
export interface Surroundings {
  readonly image: ImageContext;
  /** Offset of a local's slot or storage from SP. */
  slot(node: import('langium').AstNode): number | undefined;
  /** Emits the words of a call and returns its result. */
  call(call: Call): Value;
  /** Emits what makes `left && right` right when the right side contains a call. */
  shortCircuit(operator: '&&' | '||', left: Expr, right: Expr): Value;
}

/** A place, or bits of what it holds. */
export interface Target {
  readonly place: Place;
  readonly within?: { readonly high: number; readonly low: number };
}

export class Expressions {
  constructor(private readonly around: Surroundings) {}

  private get image(): ImageContext {
    return this.around.image;
  }

  value(e: Expr): Value {
    const known = this.image.types.constant(e);
    if (known !== undefined) return constant(known);
    if (isName(e)) return this.name(e);
    if (isMember(e)) return this.member(e);
    if (isCall(e)) return this.around.call(e);
    if (isUnary(e)) return this.unary(e.operator, e.operand, e);
    if (isBinary(e)) return this.binary(e);
    if (isCast(e)) return this.cast(e.value, this.image.types.of(e.type));
    if (isIndex(e) && isName(e.receiver) && e.receiver.ref.ref && isSecret(e.receiver.ref.ref))
      return this.secret(e.receiver.ref.ref, e, e.index);
    if (isNumberedRegister(e)) return this.numbered(e.index);
    if (isIndex(e)) return this.loadFrom(this.address(e), this.image.types.infer(e), e);
    if (isIntLiteral(e)) return constant(e.value);
    if (isBoolLiteral(e)) return constant(e.value ? 1n : 0n);
    if (isImmediate(e)) return constant(e.value);
    if (isSizeOf(e)) return constant(BigInt(this.image.types.size(this.image.types.of(e.type))));
    throw new AssemblyError('TFW201', 'A value is needed here.', e);
  }

  /** The address of an lvalue in memory (or of a local's slot in the frame). */
  address(e: Expr): Value {
    const { types } = this.image;
    if (isUnary(e) && e.operator === '*') return this.value(e.operand);
    if (isName(e)) {
      const node = e.ref.ref;
      if (node && (isFn(node) || isEntry(node))) {
        const callee = this.image.callee(node);
        return { op: 'image', at: () => callee.entry.index * 4 };
      }
      if (node && isStatic(node)) return { op: 'image', at: this.image.staticOffset(node) };
      const slot = node && this.around.slot(node);
      if (slot !== undefined) return { op: 'frame', offset: slot };
    }
    if (isMember(e) && e.member.ref && isStructField(e.member.ref)) {
      const offset = this.fieldOffset(e.member.ref);
      const receiver = types.infer(e.receiver);
      const base = receiver.kind === 'pointer' ? this.value(e.receiver) : this.address(e.receiver);
      return add(base, constant(BigInt(offset)));
    }
    if (isIndex(e)) {
      const receiver = types.infer(e.receiver);
      const base = receiver.kind === 'pointer' ? this.value(e.receiver) : this.address(e.receiver);
      const element = receiver.kind === 'pointer' ? receiver.pointee : receiver.kind === 'array' ? receiver.element : undefined;
      if (!element) throw new AssemblyError('TFW201', 'Only arrays and pointers can be indexed.', e);
      return add(base, scaled(this.value(e.index), types.size(element)));
    }
    throw new AssemblyError('TFW203', 'This has no address.', e);
  }

  /** Where an assignment to `e` stores, and in which bits of what is there. */
  target(e: Expr): Target {
    const field = isMember(e) ? e.member.ref : undefined;
    if (!isMember(e) || !field || !isBitsField(field)) return { place: this.place(e) };
    const place = this.holderPlace(e.receiver);
    const { high, low } = rangeOfField(field);
    if (place.to === 'register') return { place: { to: 'field', register: place.register, high, low } };
    if (place.to === 'field') return { place: { ...place, high: place.low + high, low: place.low + low } };
    return { place, within: { high, low } };
  }

  /** Where an assignment to a whole stores. */
  place(e: Expr): Place {
    if (isName(e)) {
      const node = e.ref.ref;
      if (node && isRegister(node)) return { to: 'register', register: node.row };
      const slot = node && this.around.slot(node);
      if (slot !== undefined && isScalar(this.image.types.infer(e))) return { to: 'local', offset: slot };
    }
    if (isMember(e) && isName(e.receiver)) {
      const register = e.receiver.ref.ref;
      const field = e.member.ref;
      if (register && isRegister(register) && field && isRegisterField(field)) {
        return { to: 'field', register: register.row, high: field.high, low: field.low };
      }
    }
    if (isNumberedRegister(e)) {
      const value = this.numbered(e.index);
      return value.op === 'register' ? { to: 'register', register: value.register } : { ...value, to: 'numbered' };
    }
    const type = this.image.types.infer(e);
    if (!isScalar(type)) throw new AssemblyError('TFW203', 'Structs and arrays are not assigned as a whole; assign their fields.', e);
    return { to: 'memory', address: this.address(e), size: this.image.types.size(type) };
  }

  /** The parts of an interpolated string. */
  text(e: Expr): TextPart[] {
    if (!isStringLiteral(e)) throw new AssemblyError('TFW201', 'A string is needed here.', e);
    const parts: TextPart[] = [];
    for (const [i, part] of e.parts.entries()) {
      parts.push(part);
      const hole = e.holes[i];
      if (hole) parts.push(this.value(hole));
    }
    return parts;
  }

  /** Arguments of an instruction: the immediate first where the row has one, options as their values. */
  argument(e: Expr): Value {
    const option = isName(e) ? e.ref.ref : undefined;
    if (option && isOptionName(option)) return constant(BigInt(option.value));
    return this.value(e);
  }

  /** An argument that says which register an instruction is to use. */
  registerArgument(e: Expr): Value {
    const value = this.value(e);
    if (value.op !== 'register') throw new AssemblyError('TFW202', 'A register is needed here.', e);
    return { op: 'registerName', register: value.register };
  }

  private name(e: Name): Value {
    const node = e.ref.ref;
    if (!node) throw new AssemblyError('TFW101', `\`${e.ref.$refText}\` is not declared.`, e);
    if (isRegister(node)) return { op: 'register', register: node.row };
    if (isTableConstant(node)) return constant(node.value);
    if (isConst(node)) return this.value(node.value);
    if (isEnumMember(node)) return constant(this.image.types.member(node));
    if (isEventField(node)) return { op: 'eventField', name: node.name };
    if (isSpaceConstant(node)) return constant(BigInt(node.row));
    if (isOptionName(node)) return constant(BigInt(node.value));
    if (isBuiltin(node)) {
      return { op: 'image', at: node.name === 'guards' ? this.image.guardTable() : () => this.image.vectorOffset() };
    }
    if (isSecret(node)) return this.secret(node, e);
    const type = this.image.types.declared(node);
    const slot = this.around.slot(node);
    if (slot !== undefined) {
      if (!isScalar(type)) throw new AssemblyError('TFW201', `\`${node.name}\` is no single value; take its address or a part of it.`, e);
      return { op: 'local', offset: slot };
    }
    if (isStatic(node)) return this.loadFrom({ op: 'image', at: this.image.staticOffset(node) }, type, e);
    throw new AssemblyError('TFW201', `\`${e.ref.$refText}\` has no value here.`, e);
  }

  private member(e: Member): Value {
    const member = e.member.ref;
    if (!member) throw new AssemblyError('TFW101', `There is no \`${e.member.$refText}\` here.`, e);
    if (isEnumMember(member)) return constant(this.image.types.member(member));
    if (isLevelName(member)) return constant(BigInt(member.row));
    if (isEventField(member)) return { op: 'eventField', name: member.name };
    if (isImageProperty(member)) return this.imageProperty(e, member.name);
    if (isBitsField(member)) return { op: 'bits', value: this.holder(e.receiver), ...rangeOfField(member) };
    if (isRegisterField(member)) return { op: 'bits', value: this.value(e.receiver), high: member.high, low: member.low };
    return this.loadFrom(this.address(e), this.image.types.infer(e), e);
  }

  private secret(node: Secret, e: Expr, index?: Expr): Value {
    const { architecture, state, name } = this.image;
    const id = architecture.states[state].id;
    if (!node.states.includes(id)) {
      throw new AssemblyError('TFW308', `\`${node.name}\` is not known to ${id}, in which image \`${name}\` runs.`, e);
    }
    if (!index && !isScalar(this.image.types.declared(node))) {
      throw new AssemblyError('TFW201', `\`${node.name}\` has several words; name one, such as \`${node.name}[0]\`.`, e);
    }
    return { op: 'secret', name: node.name, secret: secretsAround(node).indexOf(node), index: index ? this.value(index) : constant(0n) };
  }

  private imageProperty(e: Member, property: string): Value {
    const image = isName(e.receiver) ? e.receiver.ref.ref : undefined;
    if (!image || !isImage(image)) throw new AssemblyError('TFW201', 'Only an image has a place.', e);
    const place = this.image.placeOf(image, e);
    return { op: 'linked', value: place[property as keyof typeof place] };
  }

  /** `x[n]`; with a constant it is the register itself. */
  private numbered(e: Expr): Extract<Value, { op: 'numbered' | 'register' }> {
    const { architecture } = this.image;
    const registers = (architecture.numbered?.registers ?? []).map((name) => registerIndex(architecture, name));
    const index = this.value(e);
    const register = index.op === 'constant' ? registers[Number(index.value & 31n)] : undefined;
    return register === undefined ? { op: 'numbered', index, registers } : { op: 'register', register };
  }

  /** The integer that a field is part of, through a pointer if there is one. */
  private holder(receiver: Expr): Value {
    const type = this.image.types.infer(receiver);
    return type.kind === 'pointer' ? this.loadFrom(this.value(receiver), type.pointee, receiver) : this.value(receiver);
  }

  /** Where the integer that a field is part of is stored; a cast only says what fields it has. */
  private holderPlace(receiver: Expr): Place {
    const type = this.image.types.infer(receiver);
    if (type.kind === 'pointer') return { to: 'memory', address: this.value(receiver), size: this.image.types.size(type.pointee) };
    return isCast(receiver) ? this.holderPlace(receiver.value) : this.place(receiver);
  }

  private loadFrom(address: Value, type: TfwType, e: Expr): Value {
    if (!isScalar(type)) throw new AssemblyError('TFW201', 'This is no single value; take its address or a part of it.', e);
    return { op: 'load', address, size: this.image.types.size(type) };
  }

  private unary(operator: string, operand: Expr, e: Expr): Value {
    if (operator === '&') return this.address(operand);
    if (operator === '*') return this.loadFrom(this.value(operand), this.image.types.infer(e), e);
    return { op: 'unary', operator: operator as '-' | '!' | '~', operand: this.value(operand), bits: bitsOf(this.image.types.infer(e)) };
  }

  private binary(e: Extract<Expr, { $type: 'Binary' }>): Value {
    const { types } = this.image;
    const { operator } = e;
    if ((operator === '&&' || operator === '||') && containsCall(e.right)) {
      return this.around.shortCircuit(operator, e.left, e.right);
    }
    const left = this.value(e.left);
    const right = this.value(e.right);
    const type = types.infer(e);
    if ((operator === '+' || operator === '-') && type.kind === 'pointer') {
      const bytes = scaled(right, types.size(type.pointee));
      return operator === '+' ? add(left, bytes) : { op: 'binary', operator, left, right: bytes, bits: 64 };
    }
    return { op: 'binary', operator, left, right, bits: bitsOf(type) };
  }

  /** Between integers a cast truncates or does nothing; to and from pointers it adds or strips the window. */
  private cast(e: Expr, to: TfwType): Value {
    const from = this.image.types.infer(e);
    const value = this.value(e);
    const fromWindow = from.kind === 'pointer' ? this.windowOf(from, e) : 0n;
    const toWindow = to.kind === 'pointer' ? this.windowOf(to, e) : 0n;
    const moved = toWindow - fromWindow;
    if (moved !== 0n) return add(value, constant(moved));
    if (to.kind === 'bool' && from.kind !== 'bool') return { op: 'binary', operator: '!=', left: value, right: constant(0n), bits: 64 };
    if (to.kind !== 'int' && to.kind !== 'enum' && to.kind !== 'bits') return value;
    return bitsOf(to) < bitsOf(from) ? { op: 'wrap', value, bits: bitsOf(to) } : value;
  }

  private windowOf(type: Extract<TfwType, { kind: 'pointer' }>, e: Expr): bigint {
    if (!type.space) return 0n;
    const window = this.image.window(type.space);
    if (window !== undefined) return window;
    const { architecture, state } = this.image;
    if (architecture.spaces[architecture.states[state].space].id === type.space) return 0n;
    throw new AssemblyError(
      'TFW201',
      `Image \`${this.image.name}\` has no \`window ${type.space} at …\`, so it cannot reach that address space.`,
      e,
    );
  }

  private fieldOffset(field: StructField): number {
    const struct = field.$container;
    if (struct.$type !== 'Struct') throw new AssemblyError('TFW201', 'Fields of events have no address.', field);
    const layout = this.image.types.layout(struct).find((row) => row.field === field);
    return layout?.offset ?? 0;
  }
}

/** Whether a value of the type fits a slot; structs and arrays do not. */
export function isScalar(type: TfwType): boolean {
  return type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'void' && type.kind !== 'never' && type.kind !== 'text';
}

export function bitsOf(type: TfwType): number {
  if (type.kind === 'int' || type.kind === 'enum' || type.kind === 'bits') return type.bits;
  return 64;
}

export function containsCall(e: Expr): boolean {
  if (isCall(e)) return true;
  return AstUtils.streamAllContents(e).some(isCall);
}

/** Whether the callee of a call is an instruction; undefined if it is neither instruction nor function. */
export function calleeOf(call: Call): { instruction: number } | { fn: import('../syntax/generated/ast.ts').Fn } | undefined {
  const node = isName(call.callee) ? call.callee.ref.ref : undefined;
  if (!node) return undefined;
  if (isInstruction(node)) return { instruction: node.row };
  if (isFn(node)) return { fn: node };
  return undefined;
}

function scaled(index: Value, size: number): Value {
  if (index.op === 'constant') return constant(index.value * BigInt(size));
  if (size === 1) return index;
  return { op: 'binary', operator: '*', left: index, right: constant(BigInt(size)), bits: 64 };
}

/** The secrets of a scenario, in the order in which its machine has them. */
function secretsAround(node: Secret): readonly Secret[] {
  const { members } = node.$container as Scenario;
  return members.filter(isSecret);
}
