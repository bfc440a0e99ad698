/** What turns a file into something that runs. Tests put others in its place. */
import { type CompileResult, compile, type FileProvider, type Program } from '../language/index.ts';
import type { Engine } from './engine/engine.ts';
import { createEngine } from './engine/run.ts';

export interface Toolchain {
  compile(files: FileProvider, uri: string, options: Parameters<typeof compile>[2]): CompileResult;
  createEngine(program: Program): Engine;
}

export const toolchain: Toolchain = { compile, createEngine };
