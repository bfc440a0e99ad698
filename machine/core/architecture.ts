/**
 * What an architecture declares about itself, as tables. Language, hardware and debugger read these rows; no second list
 * of registers, states or instructions exists anywhere.
 */
import type { Core } from './core.ts';
import type { InstructionRow } from './instruction.ts';

export interface WorldRow {
  /** Short form for dense labels and for `.tfw`: `NS`. */
  readonly id: string;
  /** As prose spells it: `Non-secure`. */
  readonly name: string;
  /** Codicon. */
  readonly icon: string;
  /** Theme colour id, e.g. `worldstep.nonSecureForeground`. */
  readonly color: string;
}

export interface StateRow {
  /** As `.tfw` writes it: `NS.EL2`. */
  readonly id: string;
  /** Index in `Architecture.worlds`. */
  readonly world: number;
  readonly level: string;
  /** As prose spells it: `Non-secure EL2`. */
  readonly name: string;
  /** Registers that generated entry code sets: stack pointer and vector base. */
  readonly stackPointer: string;
  readonly vectorBase: string;
  /** Register whose store gives naked code a stack: `SP_EL2` at EL2, `SPSel` at EL3, whose vectors arrive with SP_EL3 pointing at a context. */
  readonly stackSwitch: string;
  /** Whether vectors arrive on a usable stack, so that they may have a frame from their first word. */
  readonly vectorStack: boolean;
  /** The register and field that number the core, for per-core stacks. */
  readonly coreId: { readonly register: string; readonly high: number; readonly low: number };
  /** Index in `Architecture.spaces` that accesses use while translation is off. */
  readonly space: number;
  /** Registers that name the translation root of this state, part of a context's identity. */
  readonly translationRoots: readonly string[];
}

/** A physical address space. */
export interface SpaceRow {
  /** As pointers and prefixes write it: `ns`, `realm`, … */
  readonly id: string;
  readonly name: string;
}

/** A value that protection tables give to memory. */
export interface TagRow {
  readonly value: number;
  readonly name: string;
  /** World whose icon and colour it wears, if any: index in `Architecture.worlds`. */
  readonly world?: number;
}

export interface VectorRow {
  /** As `.tfw` writes it: `sync_lower`. */
  readonly name: string;
  /** Bytes from the vector base. */
  readonly offset: number;
  readonly summary: string;
}

export interface ConstantRow {
  readonly name: string;
  readonly value: bigint;
  readonly summary: string;
}

export interface FieldRow {
  readonly name: string;
  /** Inclusive bit range. */
  readonly high: number;
  readonly low: number;
  readonly summary?: string;
  /** Names of values; they are constants in `.tfw` where they are spelled like one (`EC_SMC64`). */
  readonly values?: Readonly<Record<string, number>>;
  /** Writes leave it as it is. */
  readonly readOnly?: boolean;
  /** An overlay: it means something only while the named field has one of these values (ESR's ISS by EC). */
  readonly when?: { readonly field: string; readonly values: readonly number[] };
}

/** A register that is not storage: its value is computed, or using it does something. */
export interface LiveRegister {
  /** The value now; no side effect, since the debugger reads too. */
  read?(core: Core): bigint;
  /** States (bit i: state i) in which what is read is what is kept all the same: it need not be asked for there. */
  readonly stored?: number;
  /** What reading it does, once the word that read `value` has committed: acknowledging an interrupt. */
  taken?(core: Core, value: bigint): void;
  /** Instead of keeping the value. */
  write?(core: Core, value: bigint): void;
  /** Whether writing what is kept already does nothing, so that `write` need not be told. */
  readonly onChange?: true;
}

export interface RegisterRow {
  readonly name: string;
  readonly bits: number;
  readonly summary: string;
  /** Manual and section. */
  readonly section: string;
  /** Heading in the registers scope: `General`, `EL3`, … */
  readonly group: string;
  readonly fields?: readonly FieldRow[];
  /** Bit i: may be read or written in state i. */
  readonly readable: number;
  readonly writable: number;
  /** A register that is a window onto bits of another, as SPSel is onto PSTATE: `bits` of it, from `shift` here. */
  readonly alias?: { readonly of: string; readonly high: number; readonly low: number; readonly shift: number };
  /** Whether a store to it changes how the core translates, fetches or banks. */
  readonly context?: boolean;
  readonly reset?: bigint;
  /** op0, op1, CRn, CRm, op2 (on Arm): how a syndrome names the register. */
  readonly encoding?: readonly number[];
  readonly live?: LiveRegister;
}

export interface Architecture {
  readonly name: string;
  readonly worlds: readonly WorldRow[];
  /** `Core.state` is an index here. */
  readonly states: readonly StateRow[];
  readonly spaces: readonly SpaceRow[];
  readonly tags: readonly TagRow[];
  readonly vectors: readonly VectorRow[];
  /** `Core.regs` is indexed like this table. */
  readonly registers: readonly RegisterRow[];
  readonly instructions: readonly InstructionRow[];
  /** Registers that instructions name by a number of five bits: `x[n]`. Numbers without a register read as 0 and ignore stores. */
  readonly numbered?: { readonly name: string; readonly registers: readonly string[] };
  readonly constants: readonly ConstantRow[];
  /** The name that any register has by its encoding. */
  readonly encodedName?: (encoding: readonly number[]) => string;
}

/** Index of a register by name; a name that is no row is a bug in a table. */
export function registerIndex(architecture: Architecture, name: string): number {
  const index = architecture.registers.findIndex((row) => row.name === name);
  if (index < 0) throw new Error(`${architecture.name} has no register ${name}`);
  return index;
}
