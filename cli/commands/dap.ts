/** `worldstep dap`: the debug adapter, for editors and scripts that speak the Debug Adapter Protocol. */
import { serveStream } from '../../debug-adapter/transport/stream.node.ts';
import { listen } from '../../debug-adapter/transport/tcp.node.ts';
import type { Options } from '../arguments.ts';
import { FAILED, PASSED, type Terminal } from '../terminal.ts';

/** Serves one client on standard input and output; with a port, whoever connects, until it is interrupted. */
export async function dap(_: readonly string[], { port }: Options, terminal: Terminal): Promise<number> {
  const { script } = terminal;
  if (script === undefined) throw new Error('there is no script to start threads with');
  const worker = new URL('worker.cjs', script);
  if (port !== undefined) return overTcp(port, worker, terminal);
  await serveStream(process.stdin, process.stdout, worker).done;
  process.stdin.destroy();
  return PASSED;
}

async function overTcp(wanted: number, worker: URL, { out, err }: Terminal): Promise<number> {
  try {
    const server = await listen(wanted, worker);
    out(`Listening on ${server.host}:${server.port}`);
    await interrupted();
    await server.close();
    return PASSED;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    err(`worldstep: cannot listen on port ${wanted}: ${code === 'EADDRINUSE' ? 'it is in use' : message}`);
    return FAILED;
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
