import { describe, expect, it } from 'vitest';
import { Arguments } from './arguments.ts';
import { Client } from './client.ts';

const clientOf = (said: object): Client => new Client(new Arguments('initialize', said));
const LIBRARY = 'worldstep-lib:/firmware/a.tfw';

describe('a client', () => {
  it('counts lines and columns from 1 unless it says otherwise', () => {
    const range = { line: 4, column: 0, endLine: 5, endColumn: 2 };
    expect(clientOf({}).place(range)).toEqual({ line: 5, column: 1, endLine: 6, endColumn: 3 });
    expect(clientOf({ linesStartAt1: false, columnsStartAt1: false }).place(range)).toEqual(range);
  });

  it('is understood in its own counting', () => {
    expect(clientOf({}).fromLine(5)).toBe(4);
    expect(clientOf({ linesStartAt1: false }).fromLine(5)).toBe(5);
  });

  it('that opens the library by itself gets no references to it', () => {
    expect(clientOf({ clientID: 'vscode' }).source(LIBRARY)).toEqual({ name: 'a.tfw', path: LIBRARY, origin: 'firmware library' });
  });

  it('of any other kind gets one number for one source of the library', () => {
    const client = clientOf({ clientID: 'other' });
    const { sourceReference } = client.source(LIBRARY);
    expect(sourceReference).toBe(1);
    expect(client.source(LIBRARY).sourceReference).toBe(1);
    expect(client.source('worldstep-lib:/firmware/b.tfw').sourceReference).toBe(2);
    expect(client.sourceUri(new Arguments('source', { sourceReference: 1 }))).toBe(LIBRARY);
  });

  it('gets paths for files', () => {
    expect(clientOf({}).source('file:///x/a%20b.tfw')).toEqual({ name: 'a b.tfw', path: '/x/a b.tfw' });
  });
});
