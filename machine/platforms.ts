/** The platforms there are: one line each. A `.tfw` platform names one after `machine`. */
import { rme } from './arm/platforms/rme.ts';
import { rmeCache } from './arm/platforms/rme-cache.ts';
import type { Platform } from './core/platform.ts';

export const platforms: readonly Platform[] = [rme, rmeCache];
