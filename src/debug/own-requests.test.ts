import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { OwnRequests } from './own-requests.ts';

const answer = (request_seq: number, more: object): DebugProtocol.Response => ({
  seq: 0,
  type: 'response',
  request_seq,
  command: '',
  success: true,
  ...more,
});

describe('requests of our own', () => {
  const sent: DebugProtocol.Request[] = [];
  const own = new OwnRequests((message) => sent.push(message));

  it('get their answers, which nobody else sees', async () => {
    const asked = own.ask('worldstep/views', {});
    expect(own.take(answer(sent[0].seq, { body: { views: [] } }))).toBe(true);
    expect(await asked).toEqual({ views: [] });
    expect(own.take(answer(sent[0].seq, {}))).toBe(false);
  });

  it('leave all other messages to VS Code', () => {
    expect([own.take(answer(1, {})), own.take({ seq: 1, type: 'event' })]).toEqual([false, false]);
  });

  it('fail with the sentence of the adapter', async () => {
    const asked = own.request('launch', {});
    own.take(answer(sent[1].seq, { success: false, message: 'short', body: { error: { id: 1, format: 'There is no such file.' } } }));
    await expect(asked).rejects.toThrow('There is no such file.');
  });
});
