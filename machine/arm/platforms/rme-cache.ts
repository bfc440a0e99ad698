/** The same machine with a data cache, for what only happens with one: a maintenance operation that was forgotten. */
import type { Platform } from '../../core/platform.ts';
import { DataCache } from '../cache.ts';
import { devices, rme } from './rme.ts';

export const rmeCache: Platform = {
  ...rme,
  name: 'arm_rme_cache',
  summary: `${rme.summary.slice(0, -1)}, and a data cache of 16 KiB that tells physical address spaces apart.`,
  devices(machine) {
    const cache = new DataCache(machine);
    machine.lines = cache;
    return [...devices(machine), cache];
  },
};
