/** What the adapter says that it can do, and what it does: the same. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../debug-adapter/errors.ts';
import type { TestClient } from './client.ts';
import { COMMANDS } from './schema.ts';
import { launchSmall, SHORT, smallClient } from './small.ts';

/** Requests that a client sends only if the adapter has the capability. ("Types", `Capabilities`) */
const OPTIONAL: Readonly<Partial<Record<keyof DebugProtocol.Capabilities, readonly string[]>>> = {
  supportsConfigurationDoneRequest: ['configurationDone'],
  supportsFunctionBreakpoints: ['setFunctionBreakpoints'],
  supportsStepBack: ['stepBack', 'reverseContinue'],
  supportsSetVariable: ['setVariable'],
  supportsRestartFrame: ['restartFrame'],
  supportsGotoTargetsRequest: ['goto', 'gotoTargets'],
  supportsStepInTargetsRequest: ['stepInTargets'],
  supportsCompletionsRequest: ['completions'],
  supportsModulesRequest: ['modules'],
  supportsRestartRequest: ['restart'],
  supportsExceptionInfoRequest: ['exceptionInfo'],
  supportsLoadedSourcesRequest: ['loadedSources'],
  supportsTerminateThreadsRequest: ['terminateThreads'],
  supportsSetExpression: ['setExpression'],
  supportsTerminateRequest: ['terminate'],
  supportsDataBreakpoints: ['dataBreakpointInfo', 'setDataBreakpoints'],
  supportsReadMemoryRequest: ['readMemory'],
  supportsWriteMemoryRequest: ['writeMemory'],
  supportsDisassembleRequest: ['disassemble'],
  supportsCancelRequest: ['cancel'],
  supportsBreakpointLocationsRequest: ['breakpointLocations'],
  supportsInstructionBreakpoints: ['setInstructionBreakpoints'],
};
/** What no capability stands for. `attach`: there is nothing that runs without us. `locations`: sent only where a reference was given. */
const OTHERS = new Set(['attach', 'locations']);
const optional = new Set(Object.values(OPTIONAL).flat());

describe('the adapter', { timeout: 60_000 }, () => {
  let client: TestClient;
  let capabilities: DebugProtocol.Capabilities;
  const known = async (command: string): Promise<boolean> =>
    (await client.request(command, [])).body?.error?.id !== ERRORS.unknownRequest.id;

  beforeAll(async () => {
    client = smallClient();
    capabilities = await client.ask('initialize', { adapterID: 'worldstep' });
  });

  it.each(Object.entries(OPTIONAL))('has what it says of %s, and no more', async (capability, commands) => {
    for (const command of commands) {
      expect([command, await known(command)]).toEqual([command, capabilities[capability as keyof DebugProtocol.Capabilities] === true]);
    }
  });

  it.each(COMMANDS.filter((command) => !optional.has(command) && !OTHERS.has(command)))('knows %s', async (command) => {
    expect(await known(command)).toBe(true);
  });

  it('names its filters, and takes each of them', async () => {
    const session = await launchSmall(SHORT);
    const filters = (capabilities.exceptionBreakpointFilters ?? []).map(({ filter }) => filter);
    expect(new Set(filters).size).toBe(filters.length);
    const { breakpoints } = await session.ask<{ breakpoints: DebugProtocol.Breakpoint[] }>('setExceptionBreakpoints', { filters });
    expect(breakpoints).toHaveLength(filters.length);
    // No firmware of this program announces an H-Trap.
    expect(filters.filter((_, i) => !breakpoints[i].verified)).toEqual(['htrap']);
    await session.ask('disconnect');
  });
});
