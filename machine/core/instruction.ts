/** Instructions are rows of a table, never grammar: name, operands, documentation, manual section, semantics. */
import type { Core } from './core.ts';

export interface OperandRow {
  readonly name: string;
  /** `option`: one of the manual's own mnemonics, passed to `execute` as its value. `register`: a register, passed as its index. */
  readonly kind: 'value' | 'option' | 'register';
  readonly options?: Readonly<Record<string, number>>;
  readonly optional?: boolean;
}

export interface InstructionRow {
  readonly name: string;
  readonly summary: string;
  /** Manual and section. A row without it fails a test. */
  readonly section: string;
  readonly operands: readonly OperandRow[];
  /** Registers that further arguments are written to before the instruction acts: `smc(a, b)` writes x0 and x1. */
  readonly variadic?: readonly string[];
  /** Bits of an immediate, written `#n`; it is the first of `args`, 0 if left out. */
  readonly immediate?: number;
  /** Register that holds the result; a second word reads it. */
  readonly result?: string;
  /** Whether `execute` returns the value of the call (`swp`): it goes straight into the frame. */
  readonly produces?: boolean;
  /**
   * Whether its accesses are as wide as what its first operand points to (8 bytes, if that is an integer): the width in
   * bytes is appended to `args`. Its result is of that type too, unless only its operands are.
   */
  readonly sized?: true | 'operands';
  /** Words it is lowered to, one unless said: `execute` gets the index of the word as `part`. */
  readonly words?: number;
  /** `return`: stands only at the end of a vector or of a `suspend`; pops the frame. */
  readonly control?: 'return';
  /**
   * Acts on `core`. Loads first; stores are queued and committed by the caller when no fault is set; the caller then
   * advances PC. An instruction that takes an exception or returns from one says so by `core.redirect()`.
   */
  execute?(core: Core, args: readonly bigint[], part: number): bigint | undefined;
  /** Instead of `execute`, where it matters what a word costs: operands in halves, low first, two elements each. */
  act?(core: Core, args: Int32Array, part: number): void;
}
