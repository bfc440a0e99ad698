/** What the extension and the command line may use of the adapter. */
export * from './engine/engine.ts';
export { createEngine } from './engine/run.ts';
export * from './protocol.ts';
