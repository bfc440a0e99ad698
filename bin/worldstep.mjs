#!/usr/bin/env node
// `npx worldstep` in a clone: builds once, then hands over to the command line.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = new URL('../dist/cli.mjs', import.meta.url);

if (!existsSync(cli)) {
  // What the build says goes to stderr: stdout belongs to the command.
  const build = spawnSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))], { stdio: ['ignore', 2, 2] });
  if (build.status !== 0) {
    console.error('worldstep: the build failed, see above; `npm run build` repeats it');
    process.exit(70);
  }
}
await import(cli.href);
