/** All instructions that `.tfw` code may call by name; loads, stores and branches are statements of the language. */
import type { InstructionRow } from '../../core/instruction.ts';
import { ATOMICS } from './atomics.ts';
import { BARRIERS } from './barriers.ts';
import { CACHE_INSTRUCTIONS } from './cache.ts';
import { CONTEXT_INSTRUCTIONS } from './context.ts';
import { CRYPTO_INSTRUCTIONS } from './crypto.ts';
import { EXCEPTION_INSTRUCTIONS } from './exceptions.ts';
import { EXCLUSIVES } from './exclusives.ts';
import { PAIR_INSTRUCTIONS } from './pairs.ts';
import { RANDOM_INSTRUCTIONS } from './random.ts';
import { TLB_INSTRUCTIONS } from './tlbi.ts';
import { WAITING_INSTRUCTIONS } from './waiting.ts';

export const INSTRUCTIONS: readonly InstructionRow[] = [
  ...EXCEPTION_INSTRUCTIONS,
  ...WAITING_INSTRUCTIONS,
  ...TLB_INSTRUCTIONS,
  ...CACHE_INSTRUCTIONS,
  ...BARRIERS,
  ...ATOMICS,
  ...EXCLUSIVES,
  ...PAIR_INSTRUCTIONS,
  ...CONTEXT_INSTRUCTIONS,
  ...CRYPTO_INSTRUCTIONS,
  ...RANDOM_INSTRUCTIONS,
];
