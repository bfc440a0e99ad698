/** Requests that the extension makes of an adapter beside those of VS Code, which never sees their answers. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RequestName, Requests } from '../../debug-adapter/protocol.ts';

/** Far above the numbers that VS Code counts from 1. */
const firstSeq = 1 << 30;

interface Asked {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class OwnRequests {
  private seq = firstSeq;
  private readonly asked = new Map<number, Asked>();

  constructor(private readonly send: (message: DebugProtocol.Request) => void) {}

  /** Fails with the adapter's own sentence. */
  ask<N extends RequestName>(command: N, args: Requests[N]['arguments']): Promise<Requests[N]['body']> {
    return this.request(command, args) as Promise<Requests[N]['body']>;
  }

  request(command: string, args: unknown): Promise<unknown> {
    const seq = this.seq++;
    return new Promise((resolve, reject) => {
      this.asked.set(seq, { resolve, reject });
      this.send({ seq, type: 'request', command, arguments: args });
    });
  }

  /** Whether a message of the adapter was an answer to us. */
  take(message: DebugProtocol.ProtocolMessage): boolean {
    if (message.type !== 'response') return false;
    const { request_seq: seq, success, body, message: problem } = message as DebugProtocol.Response;
    const asked = this.asked.get(seq);
    if (!asked) return false;
    this.asked.delete(seq);
    if (success) asked.resolve(body);
    else asked.reject(new Error(body?.error?.format ?? problem));
    return true;
  }
}
