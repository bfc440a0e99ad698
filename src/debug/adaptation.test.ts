import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Adaptation } from './adaptation.ts';

const place = { line: 7, column: 5, endLine: 7, endColumn: 20 };
const hint = { presentationHint: 'deemphasize' as const };
const stack = (stackFrames: DebugProtocol.StackFrame[]) =>
  ({ seq: 1, type: 'response', request_seq: 1, command: 'stackTrace', success: true, body: { stackFrames, totalFrames: 9 } }) as const;
const adapted = (frame: Partial<DebugProtocol.StackFrame>) => {
  const [answer] = delivered([stack([{ id: 1, name: 'f', ...place, ...frame }])]);
  return (answer as DebugProtocol.StackTraceResponse).body.stackFrames[0];
};

function delivered(messages: readonly DebugProtocol.ProtocolMessage[]): DebugProtocol.ProtocolMessage[] {
  const result: DebugProtocol.ProtocolMessage[] = [];
  const adaptation = new Adaptation((message) => void result.push(message));
  for (const message of messages) adaptation.pass(message);
  vi.runAllTimers();
  return result;
}

describe('messages on their way to VS Code', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('name the start of a frame only, so that nothing is selected', () => {
    expect(adapted({ source: { path: '/a.tfw' } })).toEqual({ id: 1, name: 'f', line: 7, column: 5, source: { path: '/a.tfw' } });
  });

  it.each([
    ['/flows/a b.tfw', 'file:///flows/a%20b.tfw?handler'],
    ['C:\\flows\\a.tfw', 'file:///C%3A/flows/a.tfw?handler'],
    ['worldstep-lib:/firmware/a.tfw', 'worldstep-lib:/firmware/a.tfw?handler'],
  ])('give a frame in the background a source of its own: %s', (path, expected) => {
    expect(adapted({ source: { name: 'a', path, ...hint } }).source).toEqual({ name: 'a (handler)', path: expected, ...hint });
  });

  it('leave frames without a source alone', () => {
    expect(adapted({ presentationHint: 'label' })).toEqual({ id: 1, name: 'f', line: 7, column: 5, presentationHint: 'label' });
  });

  it('say that the program went on between two stops that nothing was asked between', () => {
    const event = (name: string) => ({ seq: 1, type: 'event', event: name, body: { threadId: 1 } }) as const;
    const response = (command: string) => ({ ...stack([]), command }) as const;
    const messages = [event('stopped'), response('next'), event('stopped'), event('continued'), event('stopped'), event('stopped')];
    const names = delivered(messages).filter(({ type }) => type === 'event');
    expect(names.map((message) => (message as DebugProtocol.Event).event)).toEqual([
      'stopped',
      'stopped',
      'continued',
      'stopped',
      'continued',
      'stopped',
    ]);
  });

  it('wait for a breath after the program went on, and keep their order', () => {
    const result: string[] = [];
    const adaptation = new Adaptation((message) => void result.push((message as DebugProtocol.Event).event));
    for (const event of ['continued', 'output', 'stopped'])
      adaptation.pass({ seq: 1, type: 'event', event, body: {} } as DebugProtocol.Event);
    expect(result).toEqual(['continued']);
    vi.runAllTimers();
    expect(result).toEqual(['continued', 'output', 'stopped']);
  });

  it('are otherwise untouched', () => {
    const event = { seq: 1, type: 'event', event: 'output' } as const;
    const failure = { ...stack([]), success: false, body: undefined };
    expect(delivered([event, failure, stack([])])).toEqual([event, failure, stack([])]);
  });
});
