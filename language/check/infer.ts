/** Types of expressions, of type expressions and of declared names. Errors are typed `error` here and reported elsewhere. */
import { type AstNode, AstUtils } from 'langium';
import type { InstructionRow } from '../../machine/index.ts';
import type { Arg, Binary, Bits, Call, Const, Enum, EnumMember, Expr, Index, Member, Name, Type, Unary } from '../syntax/generated/ast.ts';
import {
  isArg,
  isBitsField,
  isBuiltin,
  isConst,
  isEntry,
  isEnum,
  isEnumMember,
  isEventField,
  isFn,
  isForVariable,
  isImageProperty,
  isInstruction,
  isLet,
  isLevelName,
  isLocal,
  isName,
  isParam,
  isPrimitiveType,
  isRegister,
  isRegisterField,
  isSecret,
  isSpaceConstant,
  isStatic,
  isStruct,
  isStructField,
  isTableConstant,
  isViewFor,
  isWorldName,
} from '../syntax/generated/ast.ts';
import { isHex, isNumbered } from './numbered.ts';
import { OPERATORS, PREFIXES } from './operators.ts';
import { settle } from './settle.ts';
import { BOOL, ERROR, isScalar, LITERAL, NEVER, PRIMITIVE_TYPES, pointerTo, TEXT, U64, VOID } from './type-of.ts';
import type { SpaceName, TfwType, Types } from './types.ts';

export class Inference {
  private readonly expressions = new WeakMap<AstNode, TfwType>();
  private readonly pending = new Set<AstNode>();
  private readonly settled = new WeakSet<Const | Arg>();

  constructor(
    private readonly types: Types,
    private readonly instructions: readonly InstructionRow[],
  ) {}

  of(type: Type): TfwType {
    switch (type.$type) {
      case 'PointerType':
        return this.pointer(this.of(type.pointee), type.space);
      case 'ArrayType': {
        const element = this.of(type.element);
        const length = this.types.constant(type.length);
        if (element.kind === 'error' || length === undefined || length > MAX_LENGTH) return ERROR;
        return { kind: 'array', element, length: Number(length) };
      }
      case 'NamedType': {
        const declaration = type.ref.ref;
        if (!declaration) return ERROR;
        if (isPrimitiveType(declaration)) return PRIMITIVE_TYPES[declaration.name];
        if (isStruct(declaration)) return { kind: 'struct', declaration };
        return isEnum(declaration) ? this.enumType(declaration) : this.bitsType(declaration);
      }
    }
  }

  private pointer(pointee: TfwType, space: SpaceName | undefined): TfwType {
    return pointee.kind === 'error' ? ERROR : pointerTo(pointee, space);
  }

  private bitsType(declaration: Bits): TfwType {
    const base = this.of(declaration.base);
    return base.kind === 'int' ? { kind: 'bits', declaration, bits: base.bits } : ERROR;
  }

  enumType(declaration: Enum): TfwType {
    const base = declaration.base && this.of(declaration.base);
    return { kind: 'enum', declaration, bits: base?.kind === 'int' ? base.bits : 64 };
  }

  infer(expression: Expr): TfwType {
    const known = this.expressions.get(expression);
    if (known) return known;
    // `let x = x`, or two constants that need each other: reported where they are declared.
    if (this.pending.has(expression)) return ERROR;
    this.pending.add(expression);
    const type = (this.rules[expression.$type] as (e: Expr) => TfwType)(expression);
    this.pending.delete(expression);
    this.expressions.set(expression, type);
    return type;
  }

  private readonly rules: { readonly [K in Expr['$type']]: (expression: Extract<Expr, { $type: K }>) => TfwType } = {
    IntLiteral: () => LITERAL,
    Immediate: () => LITERAL,
    SizeOf: () => LITERAL,
    Suspend: () => U64,
    BoolLiteral: () => BOOL,
    StringLiteral: () => TEXT,
    Name: (e) => this.name(e),
    Member: (e) => this.member(e),
    Index: (e) => this.index(e),
    Call: (e) => this.call(e),
    Cast: (e) => this.of(e.type),
    Unary: (e) => this.unary(e),
    Binary: (e) => this.binary(e),
  };

  private name({ ref: { ref: node } }: Name): TfwType {
    return node ? this.declared(node) : ERROR;
  }

  /** Type of what a declaration, or a row of a table, stands for. */
  declared(node: AstNode): TfwType {
    if (isConst(node) || isArg(node)) return this.constant(node);
    if (isLet(node) || isLocal(node)) return node.type ? this.of(node.type) : node.value ? adapted(this.infer(node.value)) : ERROR;
    if (isStatic(node) || isParam(node) || isStructField(node) || isSecret(node)) return this.of(node.type);
    if (isForVariable(node) && isViewFor(node.$container) && !node.$container.to) return this.elementOf(node.$container.from);
    if (isForVariable(node) || isRegister(node) || isRegisterField(node) || isBitsField(node)) return U64;
    if (isBuiltin(node)) return isNumbered(node) ? REGISTER_FILE : U64;
    if (isImageProperty(node)) return U64;
    if (isEnumMember(node)) return this.enumType((node as EnumMember).$container);
    if (isTableConstant(node) || isLevelName(node) || isWorldName(node) || isSpaceConstant(node)) return LITERAL;
    if (isEventField(node)) return this.eventField(node.fieldType, node.$container as AstNode | undefined);
    return ERROR;
  }

  /** `for g in array` in a view: `g` points at an element. */
  private elementOf(array: Expr): TfwType {
    const type = this.infer(array);
    return type.kind === 'array' ? pointerTo(type.element) : ERROR;
  }

  /** Its needs first: constants can build on each other in long chains. */
  private constant(node: Const | Arg): TfwType {
    const evaluate = ({ value }: Const | Arg): void => {
      this.infer(value);
      this.types.constant(value);
    };
    settle(node, needsOf, evaluate, this.settled);
    return node.type ? this.of(node.type) : this.infer(node.value);
  }

  private eventField(fieldType: string, container: AstNode | undefined): TfwType {
    // A firmware event's field stands below the declaration that types it.
    if (container && isStructField(container)) return this.of(container.type);
    return EVENT_FIELDS[fieldType] ?? U64;
  }

  private member({ member: { ref: node } }: Member): TfwType {
    return node ? this.declared(node) : ERROR;
  }

  private index({ receiver }: Index): TfwType {
    const type = this.infer(receiver);
    if (type.kind === 'array') return type.element;
    return type.kind === 'pointer' ? type.pointee : ERROR;
  }

  private call(e: Call): TfwType {
    const { callee, args } = e;
    if (isHex(e)) return TEXT;
    const node = callee.$type === 'Name' ? callee.ref.ref : undefined;
    if (!node) return ERROR;
    if (isFn(node)) return node.never ? NEVER : node.returns ? this.of(node.returns) : VOID;
    if (!isInstruction(node)) return ERROR;
    const row = this.instructions[node.row];
    if (row.control === 'return') return NEVER;
    if (row.sized === true && args[0]) return sizedBy(this.infer(args[0])) ?? U64;
    return row.result !== undefined || row.produces ? U64 : VOID;
  }

  private unary({ operator, operand }: Unary): TfwType {
    const type = this.infer(operand);
    if (operator === '*') return type.kind === 'pointer' ? type.pointee : ERROR;
    if (operator === '&') return this.address(operand, type);
    return PREFIXES[operator].type(type) ?? ERROR;
  }

  private address(operand: Expr, type: TfwType): TfwType {
    const node = operand.$type === 'Name' ? operand.ref.ref : undefined;
    // The address of code is a number: what registers such as ELR take.
    if (node && (isFn(node) || isEntry(node))) return U64;
    return type.kind === 'error' ? ERROR : pointerTo(type, this.spaceOf(operand));
  }

  /** The space that an lvalue is reached through: that of the last pointer on the way to it. */
  private spaceOf(e: Expr): SpaceName | undefined {
    if (e.$type === 'Unary' && e.operator === '*') return pointerSpace(this.infer(e.operand));
    if (e.$type !== 'Member' && e.$type !== 'Index') return undefined;
    const receiver = this.infer(e.receiver);
    return receiver.kind === 'pointer' ? receiver.space : this.spaceOf(e.receiver);
  }

  private binary({ operator, left, right }: Binary): TfwType {
    return OPERATORS[operator].type(this.infer(left), this.infer(right)) ?? ERROR;
  }
}

/** Constants that a constant's value names. */
const needsOf = ({ value }: Const | Arg): (Const | Arg)[] =>
  AstUtils.streamAst(value)
    .filter(isName)
    .flatMap(({ ref }) => (isConst(ref.ref) || isArg(ref.ref) ? [ref.ref] : []))
    .toArray();

/** 16 MiB of bytes: more than any platform gives an image. */
export const MAX_LENGTH = 1n << 24n;

/** The general registers by number, five bits as in an instruction. */
const REGISTER_FILE: TfwType = { kind: 'array', element: U64, length: 32 };

const EVENT_FIELDS: Readonly<Record<string, TfwType>> = { flag: BOOL, text: TEXT };

const pointerSpace = (type: TfwType): SpaceName | undefined => (type.kind === 'pointer' ? type.space : undefined);

/** What an atomic access is to, if its pointer says so. */
const sizedBy = (type: TfwType): TfwType | undefined => (type.kind === 'pointer' && isScalar(type.pointee) ? type.pointee : undefined);

/** Type of a variable that is made from a value: a literal becomes u64. */
const adapted = (type: TfwType): TfwType => (type.kind === 'literal' ? U64 : type.kind === 'void' || type.kind === 'never' ? ERROR : type);
