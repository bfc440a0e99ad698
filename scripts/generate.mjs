// Regenerates the committed files that repeat something else: parser tables and syntax highlighting from the grammar.
// `--check` fails where what is on disk was out of date.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { generateTextMate } from './generate-textmate.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at, isMain } from './lib/project.mjs';
import { tool } from './lib/run.mjs';

/** @type {{ from: string, to: string[], run: () => Promise<void> }[]} */
const generators = [
  {
    from: 'langium-config.json',
    to: ['language/syntax/generated'],
    run: () => tool('langium-cli/bin/langium.js', ['generate'], { quiet: true }),
  },
  { from: 'scripts/generate-textmate.mjs', to: ['syntaxes'], run: generateTextMate },
];

export async function generate() {
  for (const generator of generators.filter(({ from }) => existsSync(at(from)))) await generator.run();
}

/** Fails, after regenerating, when a committed file differed: whoever sees it only has to commit. */
export async function checkGenerated() {
  const before = contents();
  await generate();
  const after = contents();
  const paths = new Set([...before.keys(), ...after.keys()]);
  const stale = [...paths].filter((path) => before.get(path) !== after.get(path));
  if (stale.length > 0) throw new Error(`were out of date and are now regenerated, commit them: ${stale.join(', ')}`);
}

function contents() {
  const files = generators.flatMap(({ to }) => to).flatMap(filesBelow);
  return new Map(files.map((path) => [path, readFileSync(at(path), 'utf8')]));
}

function filesBelow(path) {
  if (!existsSync(at(path))) return [];
  if (statSync(at(path)).isFile()) return [path];
  return readdirSync(at(path)).flatMap((name) => filesBelow(`${path}/${name}`));
}

if (isMain(import.meta.url)) {
  await ensureDependencies();
  await (process.argv.includes('--check') ? checkGenerated() : generate());
}
