/** The smallest machine with the Realm Management Extension: one to four PEs, DRAM, a granule protection table. */
import type { Device } from '../../core/device.ts';
import type { Machine } from '../../core/machine.ts';
import type { Platform } from '../../core/platform.ts';
import { ARM } from '../architecture.ts';
import { ArmCore } from '../core.ts';
import { DmaEngine } from '../devices/dma.ts';
import { EntropySource } from '../devices/entropy.ts';
import { Gic } from '../devices/gic.ts';
import { GicDistributor, GicRedistributors } from '../devices/gic-mmio.ts';
import { PowerController } from '../devices/power.ts';
import { Smmu } from '../devices/smmu.ts';
import { GenericTimer } from '../devices/timer.ts';
import { GptUnit } from '../gpt-unit.ts';

/** The devices that every Arm platform has; they are saved and told about resets in this order. */
export function devices(machine: Machine): Device[] {
  const power = new PowerController(machine);
  const gic = new Gic(machine, power);
  const smmu = new Smmu(machine, gic);
  return [
    new EntropySource(machine),
    power,
    gic,
    new GicDistributor(gic),
    new GicRedistributors(gic),
    new GenericTimer(machine, gic),
    smmu,
    new DmaEngine(machine, smmu, gic),
  ];
}

export const rme: Platform = {
  name: 'arm_rme',
  summary: 'Armv9-A PEs with FEAT_RME (Root, Realm, Secure and Non-secure), 48-bit physical addresses, GPT level 0 entries of 1 GB.',
  architecture: ARM,
  maxCores: 4,
  createCore: (machine, id) => new ArmCore(machine, id),
  protectionUnits: (machine) => [new GptUnit(machine)],
  devices,
};
