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

/** By register, the states (bit i: state i) in which using it does nothing but move its value, and the bits that it has. */
export interface PlainRegisters {
  readonly reads: Uint32Array;
  readonly writes: Uint32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** `read` and `write`: the states, by register, in which the architecture checks a use of it further, or does more. */
export function plainRegisters(
  registers: readonly RegisterRow[],
  read: (register: number) => number = () => 0,
  write: (register: number) => number = () => 0,
): PlainRegisters {
  const kept = ({ alias, live }: RegisterRow) => !alias && !live;
  return {
    reads: Uint32Array.from(registers, (row, i) => (kept(row) ? row.readable & ~read(i) : 0)),
    writes: Uint32Array.from(registers, (row, i) => (kept(row) && !row.context ? row.writable & ~write(i) : 0)),
    low: Int32Array.from(registers, (row) => lowMask(row.bits)),
    high: Int32Array.from(registers, (row) => highMask(row.bits)),
  };
}
