/** Loaded images as modules: where each stands in memory, in which state it runs, and whose it is. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee } from '../debuggee.ts';
import { hex } from '../format.ts';
import { toClient } from '../uri.ts';

export function modulesOf({ program, names }: Debuggee): DebugProtocol.Module[] {
  return program.images.map(({ image: { name, range, size, library, state }, base }) => ({
    id: name,
    name,
    path: toClient(range.uri),
    isUserCode: !library,
    isOptimized: false,
    symbolStatus: 'Symbols loaded',
    addressRange: `${hex(base)} to ${hex(base + size - 1)}`,
    version: names.state(state),
  }));
}
