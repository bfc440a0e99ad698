/** Values of constant expressions, 64 bits, wrapped at the width of their types. */
import type { AstNode } from 'langium';
import {
  type Arg,
  type Enum,
  type EnumMember,
  type Expr,
  isArg,
  isBinary,
  isBoolLiteral,
  isCast,
  isConst,
  isEnumMember,
  isImmediate,
  isIntLiteral,
  isLevelName,
  isMember,
  isName,
  isSizeOf,
  isSpaceConstant,
  isTableConstant,
  isUnary,
  isWorldName,
} from '../syntax/generated/ast.ts';
import { OPERATORS } from './operators.ts';
import { bitsOf } from './type-of.ts';
import type { TfwType, Types } from './types.ts';

export class Constants {
  private readonly values = new WeakMap<AstNode, { value: bigint | undefined }>();
  private readonly pending = new Set<AstNode>();

  /** `args`: what a scenario's arguments are instead of what it says itself. */
  constructor(
    private readonly types: Types,
    private readonly args: ReadonlyMap<Arg, bigint>,
  ) {}

  /** Value of an expression; `undefined` if it is no constant, or defined by itself. */
  of(expression: Expr): bigint | undefined {
    const known = this.values.get(expression);
    if (known) return known.value;
    if (this.pending.has(expression)) return undefined;
    this.pending.add(expression);
    const value = this.evaluate(expression);
    this.pending.delete(expression);
    this.values.set(expression, { value });
    return value;
  }

  /** Value of an enum member: its own, or one more than the member before it. */
  member(member: EnumMember): bigint {
    const { members } = member.$container as Enum;
    const index = members.indexOf(member);
    if (member.value) return this.of(member.value) ?? 0n;
    // Counted up from the last member with a value, without recursion: enums can be long.
    const from = members.findLastIndex((each, i) => i < index && each.value !== undefined);
    const base = from < 0 ? 0n : (this.of(members[from].value!) ?? 0n);
    return base + BigInt(from < 0 ? index : index - from);
  }

  private evaluate(e: Expr): bigint | undefined {
    if (isIntLiteral(e) || isImmediate(e)) return BigInt.asUintN(64, e.value);
    if (isBoolLiteral(e)) return e.value ? 1n : 0n;
    if (isSizeOf(e)) return BigInt(this.types.size(this.types.of(e.type)));
    if (isName(e)) return this.named(e.ref.ref);
    if (isMember(e)) return this.named(e.member.ref);
    if (isCast(e)) return this.cast(this.of(e.value), this.types.of(e.type));
    if (isUnary(e)) return this.unary(e.operator, this.of(e.operand), bitsOf(this.types.infer(e)));
    if (isBinary(e)) return this.binary(e.operator, e.left, e.right, e);
    return undefined;
  }

  private named(node: AstNode | undefined): bigint | undefined {
    if (!node) return undefined;
    if (isConst(node) || isArg(node)) {
      this.types.declared(node);
      const value = (isArg(node) ? this.args.get(node) : undefined) ?? this.of(node.value);
      return value !== undefined && node.type ? BigInt.asUintN(bitsOf(this.types.of(node.type)), value) : value;
    }
    if (isEnumMember(node)) return this.member(node);
    if (isTableConstant(node)) return node.value;
    if (isLevelName(node) || isWorldName(node) || isSpaceConstant(node)) return BigInt(node.row);
    return undefined;
  }

  private cast(value: bigint | undefined, type: TfwType): bigint | undefined {
    // A pointer with a space lies in its image's window: no constant of the language.
    if (value === undefined || (type.kind === 'pointer' && type.space)) return undefined;
    if (type.kind === 'bool') return value === 0n ? 0n : 1n;
    return BigInt.asUintN(bitsOf(type), value);
  }

  private unary(operator: string, value: bigint | undefined, bits: number): bigint | undefined {
    return value === undefined ? undefined : UNARY[operator]?.(value, bits);
  }

  private binary(operator: string, left: Expr, right: Expr, whole: Expr): bigint | undefined {
    const l = this.of(left);
    const r = this.of(right);
    if (l === undefined || r === undefined) return undefined;
    const type = this.types.infer(whole);
    // Pointers count elements.
    const scale = type.kind === 'pointer' ? BigInt(this.types.size(type.pointee)) : 1n;
    return OPERATORS[operator].apply(l, r * scale, bitsOf(type.kind === 'bool' ? this.types.infer(left) : type));
  }
}

const UNARY: Readonly<Record<string, (value: bigint, bits: number) => bigint>> = {
  '-': (value, bits) => BigInt.asUintN(bits, -value),
  '~': (value, bits) => BigInt.asUintN(bits, ~value),
  '!': (value) => (value === 0n ? 1n : 0n),
};
