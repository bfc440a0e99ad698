/** A client that only waits, for benchmarks: requests go in and what follows from them comes out. */
import type { DebugProtocol } from '@vscode/debugprotocol';

type Message = Partial<DebugProtocol.Response & DebugProtocol.Event>;

/** Where messages go: a session in this thread, or the connection to one in another. */
export interface Line {
  send(message: DebugProtocol.Request): void;
  close?(): void;
}

export class BenchClient {
  private readonly line: Line;
  private seq = 0;
  private heard: (message: Message) => void = () => {};

  constructor(open: (deliver: (message: DebugProtocol.ProtocolMessage) => void) => Line) {
    this.line = open((message) => this.heard(message as Message));
  }

  /** Sends a request and waits for the answer (of its name) or event that follows from it. */
  until<Body = unknown>(name: string, command: string, args: object = {}): Promise<Body> {
    return new Promise((resolve, reject) => {
      this.heard = (message) => {
        if (message.type === 'response' && !message.success) reject(new Error(JSON.stringify(message)));
        if ((message.type === 'event' ? message.event : message.command) === name) resolve(message.body);
      };
      this.line.send({ seq: ++this.seq, type: 'request', command, arguments: args });
    });
  }

  ask<Body = unknown>(command: string, args: object = {}): Promise<Body> {
    return this.until(command, command, args);
  }

  stop(command: string, args: object = { threadId: 1 }): Promise<{ readonly reason: string }> {
    return this.until('stopped', command, args);
  }

  async launch(attributes: object): Promise<this> {
    await this.ask('initialize', { adapterID: 'worldstep', pathFormat: 'path' });
    await this.until('initialized', 'launch', attributes);
    await this.ask('setExceptionBreakpoints', { filters: ['gpc_fault'] });
    await this.stop('configurationDone', {});
    return this;
  }

  close(): void {
    this.line.close?.();
  }
}
