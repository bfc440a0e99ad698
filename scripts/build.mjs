// Bundles everything that runs outside vitest into dist/. `--watch` rebuilds on every change.
import { rmSync } from 'node:fs';
import { generateLibrary } from './generate-library.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at, isMain, root } from './lib/project.mjs';

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
};

/** Bundled CommonJS packages still call require for Node's built-ins. */
const esm = {
  format: 'esm',
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
};

/** One bundle per program: the extension host, its two workers, and the command line. */
const bundles = [
  { entryPoints: ['src/extension.ts'], outfile: 'dist/extension.cjs', format: 'cjs', external: ['vscode'] },
  { entryPoints: ['debug-adapter/worker.ts'], outfile: 'dist/worker.cjs', format: 'cjs' },
  { entryPoints: ['language/server/main.ts'], outfile: 'dist/language-server.cjs', format: 'cjs' },
  { entryPoints: ['cli/main.ts'], outfile: 'dist/cli.mjs', ...esm },
];

export async function build() {
  generateLibrary();
  const esbuild = await import('esbuild');
  rmSync(at('dist'), { recursive: true, force: true });
  await Promise.all(bundles.map((bundle) => esbuild.build({ ...common, ...bundle })));
}

async function watch() {
  generateLibrary();
  const esbuild = await import('esbuild');
  const contexts = await Promise.all(bundles.map((bundle) => esbuild.context({ ...common, ...bundle })));
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('Watching; Ctrl-C ends.');
}

/** Bundles TypeScript outside the product (editor tests, benchmarks) with the same settings. */
export async function bundleFor({ entryPoints, outdir, format, external = [] }) {
  const esbuild = await import('esbuild');
  const outExtension = { '.js': format === 'cjs' ? '.cjs' : '.mjs' };
  await esbuild.build({
    ...common,
    minifySyntax: false,
    minifyWhitespace: false,
    entryPoints,
    outdir: at(outdir),
    ...(format === 'esm' ? esm : { format }),
    external,
    outExtension,
  });
}

if (isMain(import.meta.url)) {
  await ensureDependencies();
  await (process.argv.includes('--watch') ? watch() : build());
}
