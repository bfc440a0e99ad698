/** The smallest machine with the Realm Management Extension: one to four PEs, DRAM, a granule protection table. */
import type { Platform } from '../../core/platform.ts';
import { ARM } from '../architecture.ts';
import { ArmCore } from '../core.ts';
import { EntropySource } from '../devices/entropy.ts';
import { PowerController } from '../devices/power.ts';
import { GptUnit } from '../gpt-unit.ts';

export const rme: Platform = {
  name: 'arm_rme',
  summary: 'Armv9-A PEs with FEAT_RME (Root, Realm, Secure and Non-secure), 48-bit physical addresses, GPT level 0 entries of 1 GB.',
  architecture: ARM,
  maxCores: 4,
  createCore: (machine, id) => new ArmCore(machine, id),
  protectionUnits: (machine) => [new GptUnit(machine)],
  devices: (machine) => [new EntropySource(machine), new PowerController(machine)],
};
