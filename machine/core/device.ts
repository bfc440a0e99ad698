/**
 * What answers on the bus besides memory, and what acts by itself as time goes by: interrupt controllers, timers, power
 * controllers, DMA masters. A device's state is its registers; a snapshot saves them with the machine.
 */
import type { Access } from './access.ts';
import type { Core } from './core.ts';

export interface Device {
  readonly id: string;
  /** As explanations and the memory map name it: `GIC distributor`. */
  readonly name: string;
  /** Physical addresses of its registers, whole pages, end exclusive; empty for one that is reached by system registers only. */
  readonly from: number;
  readonly to: number;
  /** Machine time at which `tick` wants to be called next; `Infinity`: never. Tell `machine.reschedule()` when it changes. */
  readonly deadline: number;
  /** Whether the device answers this access; one that it refuses is an external abort. */
  accepts(access: Readonly<Access>): boolean;
  /** Reads `size` bytes at `offset` from `from`, without side effects: the debugger reads too. */
  read(offset: number, size: number, access: Readonly<Access>): bigint;
  /** Stores when the word that stores commits; acts at once. */
  write(offset: number, size: number, value: bigint, access: Readonly<Access>, core: Core): void;
  /** Called when machine time has reached `deadline`. */
  tick(time: number): void;
  /** Told when a core has begun to wait for an interrupt. */
  waiting?(core: Core): void;
  /** Told when a core has been reset: what the device keeps for it is reset too. */
  coreReset?(core: Core): void;
  save(): unknown;
  restore(state: unknown): void;
}
