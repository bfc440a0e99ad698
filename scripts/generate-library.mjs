// Writes firmware/**/*.tfw as text into one module, so that Node, a browser worker and vitest load the library alike.
// The output is git-ignored: it repeats firmware/ byte for byte.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './lib/project.mjs';

const output = join(root, 'language/library/library.generated.ts');

function library() {
  const firmware = join(root, 'firmware');
  if (!existsSync(firmware)) return {};
  const files = readdirSync(firmware, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tfw'));
  const paths = files.map((file) => `firmware/${file.replaceAll('\\', '/')}`).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

export function generateLibrary() {
  const entries = Object.entries(library()).map(([path, text]) => `  ${JSON.stringify(path)}: ${JSON.stringify(text)},\n`);
  const module = `// Generated from firmware/ by scripts/generate-library.mjs.\nexport const library: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
  // An unchanged file keeps its time stamp, so that watchers stay quiet.
  if (existsSync(output) && readFileSync(output, 'utf8') === module) return;
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, module);
}

if (import.meta.filename === process.argv[1]) generateLibrary();
