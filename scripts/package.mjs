// Packs the extension as users get it: dist/worldstep.vsix.
import { statSync } from 'node:fs';
import { build } from './build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at, isMain } from './lib/project.mjs';
import { tool } from './lib/run.mjs';

export const vsix = at('dist/worldstep.vsix');
const limit = 3 * 1024 * 1024;

/** Packs what the last build left in dist/. */
export async function packExtension() {
  // Everything that runs is bundled, so there are no dependencies to pack; links and pictures in the README stay as they are written.
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await tool('@vscode/vsce/vsce', ['package', ...flags, '--out', vsix], { quiet: true });
  const { size } = statSync(vsix);
  if (size > limit) throw new Error(`the VSIX has ${size} bytes, more than ${limit}: look at .vscodeignore`);
  return `${Math.ceil(size / 1024)} KiB`;
}

if (isMain(import.meta.url)) {
  await ensureDependencies();
  await build();
  console.log(`dist/worldstep.vsix, ${await packExtension()}`);
}
