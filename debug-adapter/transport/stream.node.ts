/** A client at the other end of two streams, with a session in a thread of its own. */
import type { Readable, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { AdapterConnection } from './connection.ts';
import { Decoder, encode, type Problem } from './framing.node.ts';

export interface StreamClient {
  /** When the client has gone: it disconnected, it closed its stream, or it cannot be understood. */
  readonly done: Promise<void>;
  /** Ends its session, in the middle of a run if need be. */
  close(): void;
}

/** `script`: what the thread starts with, `worker.ts` as it was bundled. */
export function serveStream(input: Readable, output: Writable, script: URL): StreamClient {
  const decoder = new Decoder();
  const send = (message: object): void => void (output.writable && output.write(encode(message)));
  let connection: AdapterConnection | undefined;
  let finished: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });

  const close = (): void => {
    input.removeAllListeners('data');
    connection?.close();
    output.end();
    finished();
  };
  const deliver = (message: DebugProtocol.ProtocolMessage): void => {
    send(message);
    const { type, command, success } = message as DebugProtocol.Response;
    if (type === 'response' && command === 'disconnect' && success) close();
  };
  // A client that sends nothing, as who looks for open ports, costs no thread.
  const connect = (): AdapterConnection => {
    const worker = new Worker(script, { stdout: true });
    worker.stdout.pipe(process.stderr, { end: false }); // Our standard output may be the client's stream.
    return new AdapterConnection(worker, { deliver, crashed: (reason) => process.stderr.write(`worldstep: ${reason}\n`) });
  };
  const complain = ({ problem, fatal }: Problem): void => {
    const body = { category: 'stderr', output: `What the client sent was not understood: ${problem}.\n` };
    if (!fatal) connection ??= connect();
    if (connection) connection.say('output', body);
    else send({ seq: 1, type: 'event', event: 'output', body });
  };

  input.on('data', (chunk: Buffer) => {
    for (const framed of decoder.push(chunk)) {
      if ('problem' in framed) {
        complain(framed);
        if (framed.fatal) return close();
        continue;
      }
      connection ??= connect();
      connection.send(framed.message as DebugProtocol.ProtocolMessage);
    }
  });
  for (const event of ['end', 'close', 'error']) input.on(event, close);
  output.on('error', close);
  return { done, close };
}
