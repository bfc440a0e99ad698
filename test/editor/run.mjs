// Runs test/editor/**/*.test.ts inside a real extension host. On Linux that is the served VS Code of test/host, elsewhere one that
// @vscode/test-electron downloads. VSCODE_EXECUTABLE names another VS Code; VSCODE_EXECUTABLE=download downloads here too.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { bundleFor } from '../../scripts/build.mjs';
import { at } from '../../scripts/lib/project.mjs';

const bundles = 'dist/test/editor';
const temporary = mkdtempSync(join(tmpdir(), 'worldstep-editor-'));

function executable() {
  const chosen = process.env.VSCODE_EXECUTABLE;
  if (chosen) return chosen === 'download' ? undefined : chosen;
  return process.platform === 'linux' ? at('test/host/vscode.mjs') : undefined;
}

function testFiles() {
  const files = readdirSync(at('test/editor'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => `test/editor/${file}`);
}

/** The tests may edit and save: they get a copy. */
function workspace() {
  const folder = join(temporary, 'scenarios');
  mkdirSync(folder);
  cpSync(at('scenarios'), folder, { recursive: true });
  return folder;
}

try {
  rmSync(at(bundles), { recursive: true, force: true });
  await bundleFor({ entryPoints: ['test/editor/index.ts', ...testFiles()], outdir: bundles, format: 'cjs', external: ['vscode', 'mocha'] });
  await runTests({
    vscodeExecutablePath: executable(),
    extensionDevelopmentPath: at('.'),
    extensionTestsPath: at(bundles, 'index.cjs'),
    extensionTestsEnv: { WORLDSTEP_RESULTS: process.env.WORLDSTEP_RESULTS },
    launchArgs: [
      workspace(),
      '--disable-extensions',
      `--user-data-dir=${join(temporary, 'user')}`,
      `--extensions-dir=${join(temporary, 'extensions')}`,
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
