/** One test: a scenario under one seed. Tasks and outcomes are plain data, since they travel between threads. */
import type { Diagnostic } from '../language/index.ts';
import type { Options } from './arguments.ts';
import { type Result, runScenario } from './scenario.ts';
import { compileFile } from './source.ts';

export interface Task {
  readonly uri: string;
  /** Undefined where the file has none to name: compiling it says why. */
  readonly scenario: string | undefined;
  readonly seed: number | undefined;
  readonly args: Options['args'];
  readonly stepLimit: number;
  readonly cwd: string;
}

export interface TaskOutcome {
  readonly passed: boolean;
  readonly milliseconds: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined if there was nothing to run. */
  readonly result?: Result;
  /** Why the run itself broke off. */
  readonly broken?: string;
}

export function runTask(task: Task): TaskOutcome {
  const start = performance.now();
  const { program, diagnostics } = compileFile(task.uri, task.cwd, task);
  const result = program && runScenario(program, { stepLimit: task.stepLimit, verbose: false });
  return { passed: result?.passed ?? false, milliseconds: performance.now() - start, diagnostics, ...(result && { result }) };
}
