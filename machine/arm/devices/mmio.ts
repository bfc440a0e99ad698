/** What the register blocks of devices have in common. */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { Device } from '../../core/device.ts';
import { ROOT, SECURE } from '../worlds.ts';

/** Physical addresses of devices, as Arm's FVP Base platform places them. */
export const MAP = {
  powerController: 0x1c10_0000,
  dmaEngine: 0x1c20_0000,
  smmu: 0x2b40_0000,
  gicDistributor: 0x2f00_0000,
  gicRedistributors: 0x2f10_0000,
} as const;

/** Whether a transaction may see what belongs to Secure state: Root may see all. Arm ARM D9.1; IHI 0069H.b, 4.6. */
export const isSecure = (access: Readonly<Pick<Access, 'space'>>): boolean => access.space === SECURE || access.space === ROOT;

/** A device without registers in memory: reached by system registers, or by nobody. */
export abstract class Unmapped implements Device {
  abstract readonly id: string;
  abstract readonly name: string;
  readonly from = 0;
  readonly to = 0;

  get deadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  accepts(): boolean {
    return false;
  }

  read(): bigint {
    return 0n;
  }

  write(): void {}

  tick(_time: number): void {}

  abstract save(): unknown;
  abstract restore(state: unknown): void;
}

/** A block of registers of 32 bits, a few of 64; nothing happens in it by itself. */
export abstract class RegisterBlock implements Device {
  abstract readonly id: string;
  abstract readonly name: string;
  abstract readonly from: number;
  abstract readonly to: number;

  get deadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Aligned accesses of 32 bits, and of 64 bits where `isWide` says so. */
  accepts(access: Readonly<Access>): boolean {
    if (access.pa % access.size !== 0 || access.kind === 'fetch') return false;
    return access.size === 4 || (access.size === 8 && this.isWide(access.pa - this.from));
  }

  /** Whether a register of 64 bits stands at this offset. */
  protected isWide(_offset: number): boolean {
    return false;
  }

  abstract read(offset: number, size: number, access: Readonly<Access>): bigint;
  abstract write(offset: number, size: number, value: bigint, access: Readonly<Access>, core: Core): void;

  tick(_time: number): void {}

  save(): unknown {
    return undefined;
  }

  restore(_state: unknown): void {}
}

/** Bits [63:32] of a register that is accessed as two halves, or all of it: which part `size` bytes at `offset` are. */
export function part(value: bigint, offset: number, size: number): bigint {
  return size === 8 ? value : offset % 8 === 4 ? value >> 32n : BigInt.asUintN(32, value);
}

/** `old` with the half, or all of it, replaced that `size` bytes at `offset` are. */
export function replacePart(old: bigint, offset: number, size: number, value: bigint): bigint {
  if (size === 8) return value;
  if (offset % 8 === 4) return BigInt.asUintN(32, old) | (value << 32n);
  return ((old >> 32n) << 32n) | value;
}
