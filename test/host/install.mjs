// Installs a real VS Code (server and web workbench, from the npm package code-server) under test/host/node_modules, with the Node that it
// needs. It is a folder of its own because it is ten times the size of everything else and serves only tests and `npm start`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../../scripts/lib/run.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const stamp = join(folder, 'node_modules/.worldstep-stamp');
const server = join(folder, 'node_modules/code-server/lib/vscode');
/** Parts that nothing here uses: agents and the chat's store. They are a third of the size. */
const unused = ['node_modules/@github', 'node_modules/@microsoft/mxc-sdk', 'node_modules/@vscode/sqlite3', 'extensions/copilot'];

export async function installHost() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the served VS Code runs on Linux x64, this is ${process.platform} ${process.arch}`);
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing a served VS Code into test/host/node_modules (about 550 MB on disk, once) ...');
  const start = Date.now();
  const progress = setInterval(() => console.log(`  still installing, ${Math.round((Date.now() - start) / 1000)} s`), 5000);
  try {
    // Without install scripts: code-server's own would compile and download.
    await npm(folder, 'ci');
    console.log('  the server is here, now what it depends on');
    // `npm ci` would refuse: the server's own lock file is out of step with its package.json.
    await npm(server, 'install', '--omit=dev', '--no-save');
    for (const path of unused) rmSync(join(server, path), { recursive: true, force: true });
  } finally {
    clearInterval(progress);
  }
  writeFileSync(stamp, lock);
  console.log(`  done in ${Math.round((Date.now() - start) / 1000)} s`);
}

const npm = (cwd, ...args) =>
  mustRun('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd, quiet: true });
