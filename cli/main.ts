/** `worldstep run | test | trace | check | fmt | dap`: the engine without an editor. Also what its threads start with. */
import { availableParallelism } from 'node:os';
import { isMainThread, workerData } from 'node:worker_threads';
import { version } from '../package.json';
import { main } from './cli.ts';
import { serve, WORKER } from './pool.node.ts';
import { FAILED, type Terminal } from './terminal.ts';

if (!isMainThread && workerData === WORKER) serve();
else await start();

async function start(): Promise<void> {
  // `worldstep trace … | head` is no failure.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code }: NodeJS.ErrnoException) => code === 'EPIPE' && process.exit());
  try {
    process.exitCode = await main(process.argv.slice(2), terminal());
  } catch (error) {
    process.stderr.write(`worldstep: this is a bug of Worldstep: ${(error as Error).message}; WORLDSTEP_VERBOSE=1 says where\n`);
    if (process.env.WORLDSTEP_VERBOSE) process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = FAILED;
  }
}

function terminal(): Terminal {
  const live = process.stderr.isTTY === true;
  const { NO_COLOR: plain = '', TERM: kind = '' } = process.env;
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    cwd: process.cwd(),
    version,
    colours: process.stdout.isTTY === true && plain === '' && kind !== 'dumb',
    cores: availableParallelism(),
    script: new URL(import.meta.url),
    out: (line) => {
      clear();
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!live || kind === 'dumb') return;
      clear();
      if (line === '') return;
      process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1));
      shown = true;
    },
  };
}
