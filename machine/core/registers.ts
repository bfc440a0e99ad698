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
 * What the reads and writes that most words make need to know of a register, a row of `PLAIN_ROW` elements each: one line of
 * the host's cache. Those that are more than storage go the long way round.
 */
export type PlainRegisters = Int32Array;
export const PLAIN_ROW = 16;
/** States (bit i: state i) in which a read, or a write, does nothing but move the value. */
export const READS = 0;
export const WRITES = 1;
/** Where it is kept: itself, or the register that it is a window onto. */
export const HOME = 2;
/** What a write does if it changes the register, besides storing. */
export const CHANGE = 3;
/** Masks in halves, low first. Bits of the home that a read gives. */
export const SEEN = 4;
/** Bits of the home that a write leaves as they are. */
export const KEPT = 6;
/** Bits of the value that a write stores. */
export const TAKEN = 8;

/** Values of `CHANGE`: nothing, `Core.contextChanged`, or `LiveRegister.write`, which stores by itself. */
export const CHANGES_CONTEXT = 1;
export const CHANGES_BY_ITSELF = 2;

/** What an architecture adds to its rows: by register, the states in which a use is checked further, and bits that a write leaves. */
interface RegisterChecks {
  readonly checked: (register: number) => number;
  readonly readOnly: (register: number) => bigint;
}

const UNCHECKED: RegisterChecks = { checked: () => 0, readOnly: () => 0n };

export function plainRegisters(registers: readonly RegisterRow[], checks: RegisterChecks = UNCHECKED): PlainRegisters {
  const plain = new Int32Array(PLAIN_ROW * registers.length);
  for (const [i, row] of registers.entries()) {
    const { alias, live, bits } = row;
    const readOnly = checks.readOnly(i);
    const window = alias ? lowMask(alias.high - alias.low + 1) << alias.low : -1;
    const takenLow = lowMask(bits) & window & ~Number(BigInt.asIntN(32, readOnly));
    // A window onto other bits than those of its own numbers is rare enough to go the long way.
    const unchecked = alias && (alias.shift !== alias.low || alias.high >= 32) ? 0 : ~checks.checked(i);
    const readable = live?.read || live?.taken ? row.readable & (live.stored ?? 0) : row.readable;
    const writable = live?.write && !live.onChange ? 0 : row.writable;
    plain.set(
      [
        readable & unchecked,
        writable & unchecked,
        alias ? registers.findIndex(({ name }) => name === alias.of) : i,
        live?.write ? CHANGES_BY_ITSELF : row.context ? CHANGES_CONTEXT : 0,
        window,
        alias ? 0 : -1,
        alias ? ~takenLow : Number(BigInt.asIntN(32, readOnly)),
        alias ? -1 : Number(BigInt.asIntN(32, readOnly >> 32n)),
        takenLow,
        alias ? 0 : highMask(bits) & ~Number(BigInt.asIntN(32, readOnly >> 32n)),
      ],
      PLAIN_ROW * i,
    );
  }
  return plain;
}
