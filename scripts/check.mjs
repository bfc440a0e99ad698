// Everything that can be said about the source without running it. Prints one line per check and fails if one fails.
import { bundleFor } from './build.mjs';
import { checkGenerated } from './generate.mjs';
import { generateLibrary } from './generate-library.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at, isMain } from './lib/project.mjs';
import { mustRun, tool } from './lib/run.mjs';
import { step } from './lib/step.mjs';

const rooms = ['machine', 'language', 'debug-adapter', 'src', 'cli', 'test'];
const quiet = { quiet: true };

/** By the command line as it is in the sources: what was last built may be older. */
async function formatOfFlows() {
  await bundleFor({ entryPoints: ['cli/main.ts'], outdir: 'dist/check', format: 'esm' });
  await mustRun(process.execPath, [at('dist/check/main.mjs'), 'fmt', '--check', 'firmware', 'scenarios', 'test/fixtures'], quiet);
}

const checks = {
  types: () => tool('typescript/bin/tsc', ['--project', 'tsconfig.json'], quiet),
  'types, machine alone': () => tool('typescript/bin/tsc', ['--project', 'tsconfig.machine.json'], quiet),
  'format and lint': () => tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'], quiet),
  layers: () => tool('dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', ...rooms], quiet),
  'dead code': () => tool('knip/bin/knip.js', [], quiet),
  'format of .tfw': formatOfFlows,
};

/** Answers whether all checks passed. */
export async function check() {
  generateLibrary();
  const fresh = await step('generated files', checkGenerated);
  const passed = [];
  for (const [name, run] of Object.entries(checks)) passed.push(await step(name, run));
  return fresh && passed.every(Boolean);
}

if (isMain(import.meta.url)) {
  await ensureDependencies();
  process.exitCode = (await check()) ? 0 : 1;
}
