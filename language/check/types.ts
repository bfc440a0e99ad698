/** The types of `.tfw`, their sizes and layouts (C's: natural alignment, declaration order). */
import type { Bits, Enum, Struct, StructField } from '../syntax/generated/ast.ts';

export type SpaceName = 'ns' | 'secure' | 'realm' | 'root';

export type TfwType =
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64 }
  /** An integer literal or constant without a type of its own: takes the type of what it meets, u64 otherwise. */
  | { readonly kind: 'literal' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'enum'; readonly declaration: Enum; readonly bits: 8 | 16 | 32 | 64 }
  | { readonly kind: 'struct'; readonly declaration: Struct }
  /** An integer with named fields. */
  | { readonly kind: 'bits'; readonly declaration: Bits; readonly bits: 8 | 16 | 32 | 64 }
  | { readonly kind: 'array'; readonly element: TfwType; readonly length: number }
  | { readonly kind: 'pointer'; readonly space?: SpaceName; readonly pointee: TfwType }
  | { readonly kind: 'text' }
  | { readonly kind: 'void' }
  | { readonly kind: 'never' }
  /** What could not be typed; it was reported once and silences what follows from it. */
  | { readonly kind: 'error' };

export interface FieldLayout {
  readonly field: StructField;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly type: TfwType;
}

/** What the checker knows and the assembler asks. One instance per compilation. */
export interface Types {
  /** Type of a type expression. */
  of(type: import('../syntax/generated/ast.ts').Type): TfwType;
  /** Type of an expression. */
  infer(expression: import('../syntax/generated/ast.ts').Expr): TfwType;
  /** Type of a declared name: local, parameter, static, constant, loop variable. */
  declared(node: import('langium').AstNode): TfwType;
  /** Value of a constant expression, 64 bits; `undefined` if it is none. */
  constant(expression: import('../syntax/generated/ast.ts').Expr): bigint | undefined;
  /** Value of an enum member. */
  member(member: import('../syntax/generated/ast.ts').EnumMember): bigint;
  /** Bytes. */
  size(type: TfwType): number;
  alignment(type: TfwType): number;
  layout(struct: Struct): readonly FieldLayout[];
}
