import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { at } from '../../scripts/lib/project.mjs';
import { installVsix, startServer } from '../host/server.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    vscodePort: number;
  }
}

/** One server for all files, with the extension installed as users get it. Every test opens its own window on its own copy of a folder. */
export default async function setup(project: TestProject) {
  const vsix = at('dist/worldstep.vsix');
  if (!existsSync(vsix)) throw new Error('dist/worldstep.vsix is missing: run these tests by `npm run test:e2e`');
  const folder = mkdtempSync(join(tmpdir(), 'worldstep-e2e-'));
  const extensionsDir = join(folder, 'extensions');
  installVsix(vsix, extensionsDir);
  const server = await startServer({ extensionsDir });
  project.provide('vscodePort', server.port);
  return async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
}
