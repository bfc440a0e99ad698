/** Addresses, memory, instructions and sources, as viewers of them ask. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';
import { pathOf } from './driver.ts';

const VALUES = pathOf('test/adapter/programs/values.tfw');

type Frames = DebugProtocol.StackTraceResponse['body'];
type Instructions = NonNullable<DebugProtocol.DisassembleResponse['body']>;
type Memory = NonNullable<DebugProtocol.ReadMemoryResponse['body']>;
type Evaluated = DebugProtocol.EvaluateResponse['body'];

describe('places', { timeout: 60_000 }, () => {
  // No clientID: a client that does not know `worldstep-lib:`.
  const client = new TestClient();
  const frames = async (): Promise<Frames['stackFrames']> => (await client.ask<Frames>('stackTrace', { threadId: 1 })).stackFrames;
  const instructions = async (args: object): Promise<Instructions['instructions']> =>
    (await client.ask<Instructions>('disassemble', args)).instructions;
  const go = async (command: string, args: object = {}): Promise<DebugProtocol.StoppedEvent['body']> => {
    await client.ask(command, { threadId: 1, ...args });
    const { body } = await client.event<DebugProtocol.StoppedEvent>('stopped');
    return body;
  };

  beforeAll(async () => {
    await client.ask('initialize', { adapterID: 'worldstep', supportsMemoryEvent: true });
    await client.ask('launch', { program: VALUES });
    await client.ask('setBreakpoints', { source: { path: VALUES }, breakpoints: [{ line: 28 }] });
    await client.ask('configurationDone');
    await client.event('stopped');
    await go('continue');
  }, 60_000);
  afterAll(() => expect(client.wrong).toEqual([]));

  it('of memory are read through the reference of a value', async () => {
    const { memoryReference } = await client.ask<Evaluated>('evaluate', { expression: 'table' });
    expect(memoryReference).toMatch(/^0x[0-9a-f]{16}$/);
    const { data } = await client.ask<Memory>('readMemory', { memoryReference, offset: 150 * 8, count: 8 });
    expect(Buffer.from(data ?? '', 'base64').readBigUInt64LE()).toBe(0x1234_5678_9abcn);
  });

  it('are moved by arithmetic on the number, as viewers of memory do it', async () => {
    const { memoryReference } = await client.ask<Evaluated>('evaluate', { expression: 'table' });
    const moved = `0x${(BigInt(memoryReference ?? 0) + 1200n).toString(16)}`;
    const { address, data } = await client.ask<Memory>('readMemory', { memoryReference: moved, count: 6 });
    expect(BigInt(address)).toBe(BigInt(moved));
    expect(Buffer.from(data ?? '', 'base64').toString('hex')).toBe('bc9a78563412');
  });

  it('are the same in an address space that is named', async () => {
    const { result } = await client.ask<Evaluated>('evaluate', { expression: '&table[150]' });
    const { data } = await client.ask<Memory>('readMemory', { memoryReference: `ns:${result}`, count: 6 });
    expect(Buffer.from(data ?? '', 'base64').toString('hex')).toBe('bc9a78563412');
  });

  it('of memory that is shown are announced at every stop, since what is there may have changed', async () => {
    const { memoryReference } = await client.ask<Evaluated>('evaluate', { expression: 'table' });
    await client.ask<Memory>('readMemory', { memoryReference, count: 8 });
    const before = client.events.length;
    await go('stepBack');
    await go('next');
    const announced = client.events
      .slice(before)
      .filter(({ event, body }) => event === 'memory' && body.memoryReference === memoryReference);
    expect(announced.length).toBeGreaterThanOrEqual(1);
  });

  it('where no memory answers say how much could not be read', async () => {
    expect(await client.ask<Memory>('readMemory', { memoryReference: 'ns:0x10', count: 16 })).toMatchObject({
      data: '',
      unreadableBytes: 16,
    });
  });

  it('of code are disassembled around the instruction pointer, with their sources', async () => {
    const [{ instructionPointerReference: memoryReference, line }] = await frames();
    const list = await instructions({ memoryReference, instructionOffset: -2, instructionCount: 5 });
    expect(list).toHaveLength(5);
    expect(list[2]).toMatchObject({ address: memoryReference, line, location: { path: VALUES } });
    expect(BigInt(list[3].address) - BigInt(list[2].address)).toBe(4n);
  });

  it('of no code are instructions of no kind', async () => {
    const [only] = await instructions({ memoryReference: 'ns:0x10', instructionCount: 1 });
    expect(only).toMatchObject({ instruction: '(no instruction)', presentationHint: 'invalid' });
  });

  it('of instructions can be stopped at, and steps by instruction move from one to the next', async () => {
    const [{ instructionPointerReference }] = await frames();
    const [, , next] = await instructions({ memoryReference: instructionPointerReference, instructionCount: 3 });
    const { breakpoints } = await client.ask<{ breakpoints: DebugProtocol.Breakpoint[] }>('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: instructionPointerReference, offset: 4 }, { instructionReference: 'ns:0x10' }],
    });
    expect(breakpoints.map(({ verified }) => verified)).toEqual([true, false]);
    const stopped = await go('continue');
    expect(stopped).toMatchObject({ reason: 'instruction breakpoint', hitBreakpointIds: [breakpoints[0].id] });
    await client.ask('setInstructionBreakpoints', { breakpoints: [] });
    const [before] = await frames();
    expect(BigInt(before.instructionPointerReference ?? 0) - BigInt(instructionPointerReference ?? 0)).toBe(4n);
    expect(next).toBeDefined();
    await go('stepBack', { granularity: 'instruction' });
    expect((await frames())[0].instructionPointerReference).not.toBe(before.instructionPointerReference);
  });

  it('of the library have a text for clients that cannot open them', async () => {
    await client.ask('setFunctionBreakpoints', { breakpoints: [{ name: 'bl31.sync_handler' }] });
    await go('reverseContinue');
    const [{ source }] = await frames();
    expect(source).toMatchObject({ path: expect.stringMatching(/^worldstep-lib:\//), origin: 'firmware library' });
    expect(source?.sourceReference).toBeGreaterThan(0);
    const { content } = await client.ask<{ content: string }>('source', { sourceReference: source?.sourceReference });
    expect(content).toContain('sync_handler');
    const { sources } = await client.ask<{ sources: DebugProtocol.Source[] }>('loadedSources');
    expect(sources.find(({ path }) => path === source?.path)?.sourceReference).toBe(source?.sourceReference);
    // A breakpoint by the reference means the same source.
    const { breakpoints } = await client.ask<{ breakpoints: DebugProtocol.Breakpoint[] }>('setBreakpoints', {
      source: { sourceReference: source?.sourceReference },
      breakpoints: [{ line: 1 }],
    });
    expect(breakpoints[0].verified).toBe(true);
  });

  it('of the stack come by pages', async () => {
    const all = await client.ask<Frames>('stackTrace', { threadId: 1 });
    const page = await client.ask<Frames>('stackTrace', { threadId: 1, startFrame: 1, levels: 2 });
    expect(page.totalFrames).toBe(all.stackFrames.length);
    expect(page.stackFrames).toEqual(all.stackFrames.slice(1, 3));
  });

  it('of breakpoints are answered from a table, by line', async () => {
    const { breakpoints } = await client.ask<{ breakpoints: { line: number; column?: number }[] }>('breakpointLocations', {
      source: { path: VALUES },
      line: 14,
      endLine: 16,
    });
    expect(breakpoints).toEqual([
      { line: 15, column: 13 },
      { line: 16, column: 13 },
    ]);
  });
});
