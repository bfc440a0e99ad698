/** Values and types of `.tfw` as text. */
import { compileExpression, type Program, type TfwType, type WordInfo } from '../../language/index.ts';
import type { Eye } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { hex, integer } from '../format.ts';

type Kind = TfwType['kind'];
type Of<K extends Kind> = Extract<TfwType, { readonly kind: K }>;

interface Spelling {
  readonly asHex?: boolean;
  /** Where names are looked up. */
  readonly at?: WordInfo;
}

const TYPES: { readonly [K in Kind]: (type: Of<K>) => string } = {
  int: ({ bits }) => `u${bits}`,
  literal: () => 'u64',
  bool: () => 'bool',
  enum: ({ declaration }) => declaration.name,
  struct: ({ declaration }) => declaration.name,
  bits: ({ declaration }) => declaration.name,
  array: ({ element, length }) => `[${typeName(element)}; ${length}]`,
  pointer: ({ space, pointee }) => `*${space ? `${space} ` : ''}${typeName(pointee)}`,
  text: () => 'text',
  void: () => 'void',
  never: () => 'never',
  error: () => 'unknown',
};

export function typeName(type: TfwType): string {
  return (TYPES[type.kind] as (type: TfwType) => string)(type);
}

const VALUES: { readonly [K in Kind]: (debuggee: Debuggee, type: Of<K>, value: bigint, how: Spelling) => string } = {
  int: (_, { bits }, value, { asHex }) => integer(BigInt.asUintN(bits, value), asHex),
  literal: (_, __, value, { asHex }) => integer(value, asHex),
  bool: (_, __, value) => (value === 0n ? 'false' : 'true'),
  enum: ({ program }, { declaration, bits }, value, { asHex, at }) => {
    const number = BigInt.asUintN(bits, value);
    const name = members(program, declaration, at).get(number);
    return name === undefined ? integer(number, asHex) : `${name} (${integer(number, asHex)})`;
  },
  bits: (_, { bits }, value) => hex(BigInt.asUintN(bits, value)),
  // The value of what lies in memory is where it lies.
  struct: (_, type, address) => `${typeName(type)} at ${hex(address)}`,
  array: (_, type, address) => `${typeName(type)} at ${hex(address)}`,
  pointer: (_, __, value) => hex(value),
  text: (_, __, value) => hex(value),
  void: () => '',
  never: () => '',
  error: (_, __, value) => hex(value),
};

export function spell(debuggee: Debuggee, type: TfwType, value: bigint, how: Spelling = {}): string {
  return (VALUES[type.kind] as (debuggee: Debuggee, type: TfwType, value: bigint, how: Spelling) => string)(debuggee, type, value, how);
}

type EnumDeclaration = Of<'enum'>['declaration'];
const known = new WeakMap<EnumDeclaration, ReadonlyMap<bigint, string>>();

/** Names by value; of two names for one value the first counts. */
function members(program: Program, declaration: EnumDeclaration, at: WordInfo | undefined): ReadonlyMap<bigint, string> {
  const found = known.get(declaration);
  if (found) return found;
  const names = new Map<bigint, string>();
  for (const { name } of declaration.members) {
    const compiled = compileExpression(program, `${declaration.name}.${name}`, { at });
    const value = 'evaluate' in compiled ? compiled.evaluate(BLIND) : undefined;
    if (value !== undefined && !names.has(value)) names.set(value, name);
  }
  known.set(declaration, names);
  return names;
}

/** Constants need no machine. */
const BLIND: Eye = { sp: 0n, pc: 0n, fault: null, load: () => 0n, local: () => 0n, read: () => 0n, secret: () => 0n };
