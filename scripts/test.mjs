// `npm test`: everything, on a fresh clone too. With names of suites (unit, editor, e2e, long) only those and what they need.
// Ends with the totals on a line of their own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { at } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';

const results = mkdtempSync(join(tmpdir(), 'worldstep-results-'));
const selected = process.argv.slice(2);
const everything = selected.length === 0;
const total = { passed: 0, failed: 0 };

/** Runs a suite that leaves its counts, as JSON, where it is told. Its output is shown as it comes if it was asked for by name, else only if it fails. */
async function suite(file, program, args, counts) {
  const env = { ...process.env, WORLDSTEP_RESULTS: file };
  const code = await run(program, args, { quiet: everything, env });
  const { passed, failed } = counts(read(file));
  total.passed += passed;
  total.failed += failed;
  if (passed + failed === 0) throw new Error('no test ran');
  if (failed > 0) {
    total.failed -= 1; // the failed step below stands for one of them
    throw new Error(`${passed} passed, ${failed} failed`);
  }
  if (code !== 0) throw new Error(`${passed} passed, but the suite ended with ${code}`);
  return `${passed} passed`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function vitest(name, config) {
  const file = join(results, `${name}.json`);
  const args = [
    at('node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  return suite(file, process.execPath, args, ({ numPassedTests = 0, numFailedTests = 0 }) => ({
    passed: numPassedTests,
    failed: numFailedTests,
  }));
}

function editor() {
  const file = join(results, 'editor.json');
  return suite(file, process.execPath, [at('test/editor/run.mjs')], ({ passed = 0, failed = 0 }) => ({ passed, failed }));
}

const steps = {
  tools: ensureDependencies,
  build: async () => (await import('./build.mjs')).build(),
  check: async () => {
    if (!(await (await import('./check.mjs')).check())) throw new Error('see above');
  },
  unit: () => vitest('unit', 'vitest.config.ts'),
  host: async () => {
    await (await import('./lib/chromium.mjs')).ensureChromium();
    await (await import('../test/host/install.mjs')).installHost();
  },
  package: async () => (await import('./package.mjs')).packExtension(),
  editor,
  e2e: () => vitest('e2e', 'vitest.e2e.config.ts'),
  long: () => vitest('long', 'vitest.long.config.ts'),
};

/** What each suite cannot do without. */
const needs = { unit: [], editor: ['build', 'host'], e2e: ['build', 'host', 'package'], long: [] };

function plan() {
  if (everything) return ['build', 'check', 'unit', 'host', 'package', 'editor', 'e2e'];
  const unknown = selected.filter((name) => !(name in needs));
  if (unknown.length > 0) throw new Error(`no such suite: ${unknown.join(', ')} (there are ${Object.keys(needs).join(', ')})`);
  return [...new Set(selected.flatMap((name) => [...needs[name], name]))];
}

/** A step that others stand on: without it they would only repeat its failure. */
const foundations = ['tools', 'build', 'host', 'package'];

const start = performance.now();
for (const name of ['tools', ...plan()]) {
  const ok = await step(name, steps[name]);
  if (!ok) total.failed += 1;
  if (!ok && foundations.includes(name)) break;
}
rmSync(results, { recursive: true, force: true });
console.log(`All in ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
