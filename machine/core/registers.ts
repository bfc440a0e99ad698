/** Registers that are windows onto bits of others. */
import type { Architecture } from './architecture.ts';

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
