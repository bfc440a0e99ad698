/** The command line and the adapter's thread, bundled as they are shipped, in a folder of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { pathOf } from './driver.ts';

const COMMON: BuildOptions = { bundle: true, platform: 'node', mainFields: ['module', 'main'], logLevel: 'error' };
/** Bundled CommonJS packages still call require for Node's built-ins. */
const banner = { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" };

export interface Bundle {
  readonly cli: string;
  readonly worker: URL;
  /** Writes a file beside them, and answers its path. */
  file(name: string, text: string): string;
  remove(): void;
}

export async function bundle({ cli = false } = {}): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'worldstep-'));
  const at = { cli: join(folder, 'cli.mjs'), worker: join(folder, 'worker.cjs') };
  await Promise.all([
    build({ ...COMMON, entryPoints: [pathOf('debug-adapter/worker.ts')], outfile: at.worker, format: 'cjs' }),
    cli && build({ ...COMMON, entryPoints: [pathOf('cli/main.ts')], outfile: at.cli, format: 'esm', banner }),
  ]);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { file, cli: at.cli, worker: pathToFileURL(at.worker), remove: () => rmSync(folder, { recursive: true }) };
}
