// Writes firmware/**/*.tfw as text into one module, so that Node, a browser worker and vitest load the library alike.
// The output is git-ignored: it repeats firmware/ byte for byte.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { at, isMain } from './lib/project.mjs';

const output = at('language/library/library.generated.ts');

/** Paths as `use` spells them, with slashes on every system and in an order that no file system decides. */
function libraryPaths() {
  if (!existsSync(at('firmware'))) return [];
  const files = readdirSync(at('firmware'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tfw'));
  return files.map((file) => `firmware/${file.replaceAll('\\', '/')}`).sort();
}

export function generateLibrary() {
  const entry = (path) => `  ${JSON.stringify(path)}: ${JSON.stringify(readFileSync(at(path), 'utf8'))},`;
  const module = [
    '// Generated from firmware/ by scripts/generate-library.mjs.',
    'export const library: Readonly<Record<string, string>> = {',
    ...libraryPaths().map(entry),
    '};',
    '',
  ].join('\n');
  // An unchanged file keeps its time stamp, so that watchers stay quiet.
  if (existsSync(output) && readFileSync(output, 'utf8') === module) return;
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, module);
}

if (isMain(import.meta.url)) generateLibrary();
