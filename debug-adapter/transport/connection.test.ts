import { EventEmitter } from 'node:events';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AdapterConnection, type AdapterThread } from './connection.ts';

class Thread extends EventEmitter implements AdapterThread {
  readonly received: unknown[] = [];
  terminated = 0;
  postMessage(message: unknown): void {
    this.received.push(message);
  }
  terminate(): Promise<number> {
    this.terminated++;
    return Promise.resolve(0);
  }
}

const request = (seq: number, command: string) => ({ seq, type: 'request', command }) as DebugProtocol.Request;
const response = (request_seq: number) => ({ seq: 1, type: 'response', request_seq, command: '', success: true }) as DebugProtocol.Response;

describe('the connection to the adapter', () => {
  const thread = { current: new Thread() };
  const delivered: DebugProtocol.ProtocolMessage[] = [];
  const crashes: string[] = [];
  const connect = () => {
    thread.current = new Thread();
    const deliver = (message: DebugProtocol.ProtocolMessage) => void delivered.push(message);
    const read = async (uri: string) => (uri === 'file:///a.tfw' ? 'text' : undefined);
    return new AdapterConnection(thread.current, { deliver, read, crashed: (reason) => crashes.push(reason), patience: 50 });
  };
  const events = () => delivered.filter(({ type }) => type === 'event').map((message) => (message as DebugProtocol.Event).event);
  const answers = () => delivered.filter(({ type }) => type === 'response') as DebugProtocol.Response[];

  beforeEach(() => {
    vi.useFakeTimers();
    delivered.length = 0;
    crashes.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it('passes requests to the thread and answers to the client as they are', () => {
    const connection = connect();
    connection.send(request(1, 'initialize'));
    thread.current.emit('message', response(1));
    expect(thread.current.received).toEqual([request(1, 'initialize')]);
    expect(delivered).toEqual([response(1)]);
  });

  it('answers the thread that asks for a file, and does not trouble the client with it', async () => {
    connect();
    thread.current.emit('message', { type: 'worldstep/readFile', id: 1, uri: 'file:///a.tfw' });
    thread.current.emit('message', { type: 'worldstep/readFile', id: 2, uri: 'file:///b.tfw' });
    await vi.advanceTimersByTimeAsync(0);
    expect(thread.current.received).toEqual([
      { type: 'worldstep/file', id: 1, text: 'text' },
      { type: 'worldstep/file', id: 2 },
    ]);
    expect(delivered).toEqual([]);
  });

  it('tells a crash as failed answers, an error output and the end of the session', () => {
    const connection = connect();
    connection.send(request(1, 'next'));
    thread.current.emit('error', new Error('out of memory'));
    thread.current.emit('exit', 1);
    expect(answers()).toMatchObject([{ request_seq: 1, success: false }]);
    expect(events()).toEqual(['output', 'terminated']);
    expect(crashes).toEqual(['The debugger stopped unexpectedly: out of memory']);
  });

  it('tells a thread that ends in silence as a crash', () => {
    connect();
    thread.current.emit('exit', 3);
    expect(crashes).toEqual(['The debugger stopped unexpectedly: its thread ended with 3']);
  });

  it('answers requests to a dead thread, and lets the client disconnect from it', () => {
    const connection = connect();
    thread.current.emit('exit', 1);
    delivered.length = 0;
    connection.send(request(7, 'threads'));
    connection.send(request(8, 'disconnect'));
    expect(answers().map(({ request_seq, success }) => [request_seq, success])).toEqual([
      [7, false],
      [8, true],
    ]);
    expect(thread.current.received).toEqual([]);
  });

  it('ends a thread that does not answer a disconnect', () => {
    const connection = connect();
    connection.send(request(1, 'disconnect'));
    expect(thread.current.terminated).toBe(0);
    vi.advanceTimersByTime(60);
    expect(thread.current.terminated).toBe(1);
    expect(answers()).toMatchObject([{ request_seq: 1, success: true }]);
    expect(crashes).toEqual([]);
  });

  it('waits for ever for a client that asked to terminate and got its answer', () => {
    const connection = connect();
    connection.send(request(1, 'terminate'));
    thread.current.emit('message', { ...response(1), command: 'terminate' });
    vi.advanceTimersByTime(60_000);
    expect(thread.current.terminated).toBe(0);
    expect(events()).toEqual([]);
  });

  it('numbers what it says itself among the messages of the thread', () => {
    const connection = connect();
    thread.current.emit('message', { ...response(1), seq: 1 });
    connection.say('output', {});
    thread.current.emit('message', { ...response(2), seq: 2 });
    expect(delivered.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('is silent when it is closed by us', () => {
    const connection = connect();
    connection.close();
    thread.current.emit('exit', 1);
    thread.current.emit('message', response(1));
    expect(thread.current.terminated).toBe(1);
    expect(delivered).toEqual([]);
    expect(crashes).toEqual([]);
  });
});
