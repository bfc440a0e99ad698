/** Sessions for whoever connects to a port, one after the other or at once. Nobody from another machine can. */
import { type AddressInfo, createServer } from 'node:net';
import { type StreamClient, serveStream } from './stream.node.ts';

const LOOPBACK = '127.0.0.1';
/** Clients at a time: each has a thread, and somebody's mistake must not take all memory. */
const MOST = 64;

export interface DebugServer {
  readonly host: string;
  readonly port: number;
  /** Ends all sessions, and waits until the port is free. */
  close(): Promise<void>;
}

/** `port` 0: any that is free. Rejects if the port is taken. */
export async function listen(port: number, script: URL): Promise<DebugServer> {
  const clients = new Set<StreamClient>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const client = serveStream(socket, socket, script);
    clients.add(client);
    void client.done.then(() => {
      clients.delete(client);
      socket.destroySoon();
    });
  });
  server.maxConnections = MOST;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    host: LOOPBACK,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.close();
      }),
  };
}
