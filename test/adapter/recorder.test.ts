/** The recorder is believed by all other tests of the adapter: each of its rules passes what is right and notes what is not. */
import { describe, expect, it } from 'vitest';
import { Recorder } from './recorder.ts';

type Line = readonly ['>' | '<', string, object?];

const sentence = (text: string): object => ({ body: { error: { id: 2001, format: '{text}', variables: { text } } }, message: text });
const STOPPED: Line = ['<', 'stopped', { body: { reason: 'step', threadId: 1 } }];
const START: readonly Line[] = [
  ['>', 'initialize', { arguments: { adapterID: 'x' } }],
  ['<', 'initialize', { body: {} }],
  ['>', 'launch', { arguments: { program: 'x' } }],
  ['<', 'launch'],
  ['<', 'initialized'],
  ['>', 'configurationDone'],
  ['<', 'configurationDone'],
  STOPPED,
];
const EVENTS: ReadonlySet<string> = new Set('initialized stopped continued output terminated exited worldstep/stopped'.split(' '));

/** What is said of a session; answers are to the last request of their name. */
function recorded(...lines: readonly Line[]): readonly string[] {
  const recorder = new Recorder();
  const asked = new Map<string, number>();
  let requests = 0;
  let seq = 0;
  for (const [direction, name, more] of lines) {
    if (direction === '>') {
      asked.set(name, ++requests);
      recorder.sent({ seq: requests, type: 'request', command: name, ...more }, true);
    } else if (EVENTS.has(name)) {
      recorder.received({ seq: ++seq, type: 'event', event: name, ...more });
    } else {
      const success = !(more && 'message' in more);
      recorder.received({ seq: ++seq, type: 'response', request_seq: asked.get(name) ?? 0, command: name, success, ...more });
    }
  }
  return recorder.wrong;
}

describe('a session', () => {
  it('with a good beginning, some steps and a good end is right', () => {
    const steps: readonly Line[] = [
      ['>', 'next', { arguments: { threadId: 1 } }],
      ['<', 'next'],
      STOPPED,
      ['>', 'worldstep/worlds', { arguments: {} }],
      ['<', 'worldstep/worlds', sentence('It failed.')],
      ['>', 'continue', { arguments: { threadId: 1 } }],
      ['<', 'continue', { body: { allThreadsContinued: true } }],
      ['<', 'exited', { body: { exitCode: 0 } }],
      ['<', 'terminated'],
      ['<', 'output', { body: { output: 'bye' } }],
      ['>', 'disconnect'],
      ['<', 'disconnect'],
    ];
    expect(recorded(...START, ...steps)).toEqual([]);
  });

  const next: Line = ['>', 'next', { arguments: { threadId: 1 } }];
  it.each<[string, readonly Line[], string | RegExp]>([
    ['an event before there was an answer', [['<', 'initialized']], 'initialized before the answer to initialize'],
    ['a second start', [...START, ['<', 'initialized']], 'a second initialized'],
    ['a stop before it began', [...START.slice(0, 5), STOPPED], 'stopped before configurationDone was answered'],
    ['a stop of what stands', [...START, STOPPED], /^stopped \(step\) although nothing moves/],
    ['a stop that overtakes the answer', [...START, next, STOPPED, ['<', 'next']], /^stopped \(step\) although nothing moves/],
    ['a stop by what refused to move', [...START, next, ['<', 'next', sentence('No.')], STOPPED], /^stopped \(step\) although/],
    ['an answer to nothing', [...START, ['<', 'threads', { body: { threads: [] } }]], 'an answer to nothing: threads 0'],
    ['two answers', [...START, next, ['<', 'next'], ['<', 'next']], 'an answer to nothing: next 4'],
    ['an end after the end', [...START, ['<', 'terminated'], ['<', 'terminated']], 'terminated after terminated'],
    ['an exit after the end', [...START, ['<', 'terminated'], ['<', 'exited', { body: { exitCode: 0 } }]], 'exited after terminated'],
    ['words after goodbye', [...START, ['>', 'disconnect'], ['<', 'disconnect'], ['<', 'terminated']], /^terminated after the answer to/],
    ['an unknown breakpoint', [...START, next, ['<', 'next'], ['<', 'stopped', { body: { reason: 'x', hitBreakpointIds: [7] } }]], /7/],
    ['an unknown event', [...START, ['<', 'worldstep/stopped', { body: { text: 'x' } }]], /position/],
    ['a property that there is not', [...START, next, ['<', 'next', { bodi: {} }]], /NextResponse must NOT have additional properties/],
    ['a missing property', [...START, ['<', 'output', { body: {} }]], /OutputEvent\/body must have required property 'output'/],
    ['a request that there is not', [...START, ['>', 'nxt', {}]], /^the client's neither .* NxtRequest$/],
    [
      'a failure of the adapter',
      [...START, next, ['<', 'next', { ...sentence('x'), body: { error: { id: 2099, format: 'x' } } }]],
      /broke/,
    ],
    ['where it was thrown', [...START, next, ['<', 'next', sentence('x\n    at f (file.ts:3:4)')]], /insides/],
    ['what was thrown', [...START, next, ['<', 'next', sentence('TypeError: x is not a function')]], /insides/],
  ])('with %s is wrong', (_, lines, complaint) => {
    expect(recorded(...lines)).toEqual(expect.arrayContaining([expect.stringMatching(complaint)]));
  });
});

it('a message that is missing in between is noticed', () => {
  const recorder = new Recorder();
  recorder.received({ seq: 2, type: 'event', event: 'output', body: { output: '' } });
  expect(recorder.wrong).toEqual(['number 2 comes after 0']);
});
