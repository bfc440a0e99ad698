/** Runs tasks, several at a time in threads of their own, or one after the other in this one. */
import { parentPort, Worker } from 'node:worker_threads';
import { runTask, type Task, type TaskOutcome } from './tasks.ts';

/** Told of each task by its index, in whatever order they run. */
interface Watcher {
  began(index: number): void;
  ended(index: number, outcome: TaskOutcome): void;
}

/** Room for what is young, in MiB: trees are made and thrown away faster than Node expects. */
const LIMITS = { maxYoungGenerationSizeMb: 64 };

/** Tells a thread that it is one of these. */
export const WORKER = 'worldstep test';

/** In a thread: runs what it is sent, until nobody sends anything. */
export function serve(): void {
  parentPort?.on('message', (task: Task) => parentPort?.postMessage(attempt(task)));
}

/** `script`: what a thread starts with, which must call `serve`; undefined: no threads. */
export async function runTasks(tasks: readonly Task[], jobs: number, script: URL | undefined, watcher: Watcher): Promise<void> {
  const queue = tasks.entries();
  const threads = Math.min(jobs, tasks.length);
  const loop = async (run: (task: Task) => Promise<TaskOutcome>): Promise<void> => {
    for (const [index, task] of queue) {
      watcher.began(index);
      watcher.ended(index, await run(task));
    }
  };
  if (script === undefined || threads < 2) return loop(async (task) => attempt(task));
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const thread = new Thread(script);
      await loop((task) => thread.run(task));
      await thread.end();
    }),
  );
}

class Thread {
  private worker: Worker | undefined;
  private settle: (outcome: TaskOutcome) => void = () => {};

  constructor(private readonly script: URL) {}

  run(task: Task): Promise<TaskOutcome> {
    const worker = (this.worker ??= this.start());
    return new Promise((resolve) => {
      this.settle = resolve;
      worker.postMessage(task);
    });
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: WORKER, resourceLimits: LIMITS });
    worker.on('message', (outcome: TaskOutcome) => this.settle(outcome));
    // A thread that died is replaced by the next task: one scenario must not take the others along.
    const died = (why: string): void => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.settle(broken(why));
    };
    worker.on('error', (error: Error) => died(error.message));
    worker.on('exit', (code) => died(`its thread ended with ${code}`));
    return worker;
  }

  async end(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }
}

function attempt(task: Task): TaskOutcome {
  try {
    return runTask(task);
  } catch (error) {
    return broken((error as Error).message);
  }
}

const broken = (why: string): TaskOutcome => ({ passed: false, milliseconds: 0, diagnostics: [], broken: `Worldstep failed: ${why}` });
