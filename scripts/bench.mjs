// Runs test/bench/*.bench.ts, each in a Node of its own and bundled as the product is, and prints a table.
// "alone": units a second of processor time in the best run, which others on the computer disturb least.
// `npm run bench -- memory` runs only the files whose name contains "memory".
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundleFor } from './build.mjs';
import { generateLibrary } from './generate-library.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at } from './lib/project.mjs';
import { mustRun } from './lib/run.mjs';

const bundles = 'dist/test/bench';
/** Runs of one benchmark: at least so many, and so long in all. */
const least = 5;
const milliseconds = 2000;

async function main(words) {
  await ensureDependencies();
  generateLibrary();
  const files = existsSync(at('test/bench')) ? readdirSync(at('test/bench')).filter((file) => file.endsWith('.bench.ts')) : [];
  const chosen = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  if (chosen.length === 0) throw new Error('no benchmark in test/bench has such a name');
  await bundleFor({ entryPoints: chosen.map((file) => `test/bench/${file}`), outdir: bundles, format: 'esm' });
  // What is measured in a thread of its own.
  await bundleFor({ entryPoints: ['debug-adapter/worker.ts'], outdir: bundles, format: 'cjs' });
  console.log(row(['benchmark', 'median', 'best', 'rate', 'unit', 'alone']));
  for (const file of chosen) {
    await mustRun(process.execPath, ['--expose-gc', at('scripts/bench.mjs'), '--measure', at(bundles, file.replace(/ts$/, 'mjs'))]);
  }
}

async function measureFile(path) {
  const { default: benches } = await import(pathToFileURL(path).href);
  for (const bench of benches) console.log(row(await measure(bench)));
}

async function measure({ name, unit, run, prepare, quantity }) {
  prepare?.();
  const first = await run(); // compiled and warm
  if (quantity) return [name, '', '', short(first), unit];
  const times = [];
  let alone = 0;
  let units = 0;
  const end = performance.now() + milliseconds;
  while (times.length < least || performance.now() < end) {
    prepare?.();
    globalThis.gc?.();
    const start = performance.now();
    const used = process.cpuUsage();
    units = await run();
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    alone = Math.max(alone, (units * 1e6) / (user + system));
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1];
  return [name, `${median.toFixed(2)} ms`, `${times[0].toFixed(2)} ms`, short((units * 1000) / median), `${unit}/s`, short(alone)];
}

function short(number) {
  const [scale, letter] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ].find(([scale]) => number >= scale) ?? [1, ''];
  return `${(number / scale).toFixed(1)} ${letter}`.trim();
}

function row([name, median, best, rate, unit, alone = '']) {
  return `${name.padEnd(64)} ${median.padStart(12)} ${best.padStart(12)} ${rate.padStart(10)} ${unit.padEnd(10)} ${alone.padStart(10)}`.trimEnd();
}

const [flag, path] = process.argv.slice(2);
await (flag === '--measure' ? measureFile(path) : main(process.argv.slice(2)));
