/** Variables of `bits` types open into their fields, wherever they stand. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BARE_PLATFORM } from '../support/programs.ts';
import { hostOf, TestClient } from './client.ts';

const PROGRAM = '/bits.tfw';
const TEXT = `${BARE_PLATFORM}
bits Leaf: u64 { VALID: 0, PA: 47..12 }
scenario "bits" on bare {
    image code in Root.EL3 {
        var table: [Leaf; 2]
        fn main() {
            var leaf: Leaf = 0x8000_3001
            table[1].PA = leaf.PA
            panic("here")
        }
    }
    core 0 runs code.main
}`;

type Variable = DebugProtocol.Variable;
const client = new TestClient(hostOf({ [`file://${PROGRAM}`]: TEXT }));
let frameId = 0;

beforeAll(async () => {
  await client.ask('initialize', { adapterID: 'worldstep' });
  await client.ask('launch', { program: PROGRAM });
  await client.event('initialized');
  await client.ask('configurationDone');
  await client.event('stopped');
  await client.ask('next', { threadId: 1 });
  await client.event('stopped');
  await client.ask('next', { threadId: 1 });
  await client.event('stopped');
  const { stackFrames } = await client.ask<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
  frameId = stackFrames[0].id;
}, 60_000);

afterAll(async () => {
  await client.request('disconnect', {});
  expect(client.wrong).toEqual([]);
});

const children = async (variablesReference: number): Promise<string[]> =>
  (await client.ask<{ variables: Variable[] }>('variables', { variablesReference })).variables.map(
    ({ name, value }) => `${name} = ${value}`,
  );

describe('a variable of a bits type', () => {
  it('has its fields below it', async () => {
    const { result, type, variablesReference } = await client.ask<DebugProtocol.EvaluateResponse['body']>('evaluate', {
      expression: 'leaf',
      frameId,
    });
    expect([result, type]).toEqual(['0x8000_3001', 'Leaf']);
    expect(await children(variablesReference)).toEqual(['VALID = 1', 'PA = 0x8_0003']);
  });

  it('in an array is one of its elements', async () => {
    const { result, variablesReference } = await client.ask<DebugProtocol.EvaluateResponse['body']>('evaluate', {
      expression: 'table[1]',
      frameId,
    });
    expect(result).toBe('0x8000_3000');
    expect(await children(variablesReference)).toEqual(['VALID = 0', 'PA = 0x8_0003']);
  });

  it('has fields that can be watched', async () => {
    const { result } = await client.ask<{ result: string }>('evaluate', { expression: 'leaf.PA << 12', frameId });
    expect(result).toBe('0x8000_3000');
    const refused = await client.request('evaluate', { expression: 'leaf.PAA', frameId });
    expect(refused.success).toBe(false);
  });
});
