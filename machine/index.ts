/** Everything that other rooms may use of the machine. */
export { compress256, compress512 } from './arm/sha2.ts';
export * from './core/access.ts';
export * from './core/architecture.ts';
export * from './core/core.ts';
export * from './core/event.ts';
export * from './core/explain.ts';
export * from './core/halves.ts';
export * from './core/instruction.ts';
export * from './core/machine.ts';
export * from './core/memory.ts';
export * from './core/platform.ts';
export * from './core/protection.ts';
export * from './core/schedule.ts';
export type { SecretRow } from './core/secrets.ts';
export * from './core/watch.ts';
export * from './core/word.ts';
export { platforms } from './platforms.ts';
