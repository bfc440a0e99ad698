/** What a user waits for, measured at the adapter's own border: F5 to the first stop, steps, and travel to who changed a tag. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Session } from '../../debug-adapter/session.ts';
import type { Bench } from './bench.ts';

const URI = new URL('../../../scenarios/arm/cca/start-here.tfw', import.meta.url);
const text = readFileSync(URI, 'utf8');
const PAGE = '0x88000000';

/** A client that only waits. */
class Client {
  private readonly session = new Session({
    read: async () => text,
    later: (task) => void setImmediate(task),
    now: () => performance.now(),
    failed: (error) => console.error(error),
  });
  private seq = 0;
  private heard: (message: DebugProtocol.ProtocolMessage) => void = () => {};

  constructor() {
    this.session.onDidSendMessage((message) => this.heard(message as DebugProtocol.ProtocolMessage));
  }

  /** Sends a request and waits for the answer (of its name) or event that follows from it. */
  async until(name: string, command: string, args: object): Promise<void> {
    const seq = ++this.seq;
    await new Promise<void>((resolve, reject) => {
      this.heard = (message) => {
        const { success, command, event } = message as DebugProtocol.Response & DebugProtocol.Event;
        if (message.type === 'response' && !success) reject(new Error(JSON.stringify(message)));
        if ((message.type === 'event' ? event : command) === name) resolve();
      };
      this.session.handleMessage({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
    });
  }

  stop(command: string, args: object): Promise<void> {
    return this.until('stopped', command, args);
  }

  async launch(): Promise<this> {
    await this.until('initialize', 'initialize', { adapterID: 'worldstep', pathFormat: 'path' });
    await this.until('initialized', 'launch', { program: fileURLToPath(URI) });
    await this.until('setExceptionBreakpoints', 'setExceptionBreakpoints', { filters: ['gpc_fault'] });
    await this.stop('configurationDone', {});
    return this;
  }
}

const STEPS = 50;

export default [
  {
    name: 'F5 to first stop',
    unit: 'starts',
    run: async () => {
      await new Client().launch();
      return 1;
    },
  },
  {
    name: 'the first two minutes: F5, to the fault, to who changed the tag',
    unit: 'runs',
    run: async () => {
      const client = await new Client().launch();
      await client.stop('continue', { threadId: 1 });
      await client.stop('worldstep/whoChangedTag', { address: PAGE });
      return 1;
    },
  },
  {
    name: 'step into, from the first statement into EL3',
    unit: 'steps',
    run: async () => {
      const client = await new Client().launch();
      for (let i = 0; i < STEPS; i++) await client.stop('stepIn', { threadId: 1 });
      return STEPS;
    },
  },
] satisfies Bench[];
