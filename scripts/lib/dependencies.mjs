// Brings node_modules up to date with the lock file. Only Node's built-ins are imported here: on a fresh clone there is nothing else.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from './project.mjs';
import { mustRun } from './run.mjs';

const stamp = at('node_modules/.worldstep-stamp');

export async function ensureDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing the development tools into node_modules (about 380 MB, usually less than a minute) ...');
  // No package needs its install script: esbuild, Biome and the others ship their binaries as packages.
  await mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}
