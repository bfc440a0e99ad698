/** Registers that are windows onto bits of others. */
import type { Architecture, RegisterRow } from './architecture.ts';
import { highMask, lowMask } from './halves.ts';

const targets = new WeakMap<object, number>();

/** Index of the register that an alias is a window onto. */
export function aliasTarget(architecture: Architecture, row: Architecture['registers'][number]): number {
  let target = targets.get(row);
  if (target === undefined) {
    target = architecture.registers.findIndex((r) => r.name === row.alias?.of);
    targets.set(row, target);
  }
  return target;
}

/** A register's value in a register file, aliases resolved. */
export function peekRegister(architecture: Architecture, regs: BigUint64Array, register: number): bigint {
  const row = architecture.registers[register];
  if (!row.alias) return regs[register];
  const { high, low, shift } = row.alias;
  return BigInt.asUintN(high - low + 1, regs[aliasTarget(architecture, row)] >> BigInt(low)) << BigInt(shift);
}

/**
 * Registers that are read and written without asking anybody, by index. `reads` and `writes`: the states (bit i: state i) in
 * which it is so; all else goes the long way round. The rest are masks of bits, in halves.
 */
export interface PlainRegisters {
  readonly reads: Uint32Array;
  readonly writes: Uint32Array;
  /** Where it is kept: itself, or the register that it is a window onto. */
  readonly home: Uint16Array;
  /** Bits of the home that a read gives. */
  readonly seenLow: Int32Array;
  readonly seenHigh: Int32Array;
  /** Bits of the home that a write leaves as they are. */
  readonly keptLow: Int32Array;
  readonly keptHigh: Int32Array;
  /** Bits of the value that a write stores. */
  readonly takenLow: Int32Array;
  readonly takenHigh: Int32Array;
  /** What a write does if it changes the register, besides storing. */
  readonly change: Uint8Array;
}

/** Values of `PlainRegisters.change`: nothing, `Core.contextChanged`, or `LiveRegister.write`, which stores by itself. */
export const CHANGES_CONTEXT = 1;
export const CHANGES_BY_ITSELF = 2;

/** What an architecture adds to its rows: by register, the states in which a use is checked further, and bits that a write leaves. */
export interface RegisterChecks {
  readonly read: (register: number) => number;
  readonly write: (register: number) => number;
  readonly readOnly: (register: number) => bigint;
}

const UNCHECKED: RegisterChecks = { read: () => 0, write: () => 0, readOnly: () => 0n };

export function plainRegisters(registers: readonly RegisterRow[], checks: RegisterChecks = UNCHECKED): PlainRegisters {
  // A window onto other bits than those of its own numbers is rare enough to go the long way.
  const isPlain = ({ alias }: RegisterRow) => !alias || (alias.shift === alias.low && alias.high < 32);
  const window = ({ alias }: RegisterRow) => (alias ? lowMask(alias.high - alias.low + 1) << alias.low : -1);
  const readable = ({ readable, live }: RegisterRow) => (live?.read || live?.taken ? readable & (live.stored ?? 0) : readable);
  const isStored = ({ live }: RegisterRow) => !live?.write || live.onChange === true;
  const half = (value: (row: RegisterRow, register: number) => number) => Int32Array.from(registers, value);
  const readOnly = (register: number, shift: bigint) => Number(BigInt.asIntN(32, checks.readOnly(register) >> shift));
  const takenLow = half((row, i) => lowMask(row.bits) & window(row) & ~readOnly(i, 0n));
  const takenHigh = half((row, i) => (row.alias ? 0 : highMask(row.bits) & ~readOnly(i, 32n)));
  return {
    reads: Uint32Array.from(registers, (row, i) => (isPlain(row) ? readable(row) & ~checks.read(i) : 0)),
    writes: Uint32Array.from(registers, (row, i) => (isPlain(row) && isStored(row) ? row.writable & ~checks.write(i) : 0)),
    home: Uint16Array.from(registers, ({ alias }, i) => (alias ? registers.findIndex(({ name }) => name === alias.of) : i)),
    seenLow: half(window),
    seenHigh: half(({ alias }) => (alias ? 0 : -1)),
    keptLow: half((row, i) => (row.alias ? ~takenLow[i] : readOnly(i, 0n))),
    keptHigh: half((row, i) => (row.alias ? -1 : readOnly(i, 32n))),
    takenLow,
    takenHigh,
    change: Uint8Array.from(registers, (row) => (row.live?.write ? CHANGES_BY_ITSELF : row.context ? CHANGES_CONTEXT : 0)),
  };
}
