/** A platform: the hardware that a system is made of, composed in TypeScript. Its firmware is loaded by `.tfw`. */
import type { Architecture } from './architecture.ts';
import type { Core } from './core.ts';
import type { Device } from './device.ts';
import type { Machine } from './machine.ts';
import type { ProtectionUnit } from './protection.ts';

export interface Platform {
  /** As `.tfw` names it after `machine`: `arm_rme`. */
  readonly name: string;
  readonly summary: string;
  readonly architecture: Architecture;
  readonly maxCores: number;
  createCore(machine: Machine, id: number): Core;
  protectionUnits(machine: Machine): ProtectionUnit[];
  /** What answers on the bus besides memory, or acts by itself. */
  devices?(machine: Machine): Device[];
}
