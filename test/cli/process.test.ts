/** The command line as a process of its own, bundled as it is shipped: threads, streams and exit codes. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario, USE } from '../../cli/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'worldstep-'));
const script = join(folder, 'cli.mjs');

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }));
  });
const worldstep = (...args: string[]): Promise<Ended> => run(process.execPath, [script, ...args]);

beforeAll(async () => {
  const require = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  const common = { bundle: true, platform: 'node', format: 'esm', outfile: script, banner: { js: require } } as const;
  await build({ ...common, entryPoints: [new URL('../../cli/main.ts', import.meta.url).pathname] });
  const scenarios = Array.from({ length: 3 }, (_, i) => scenario(`number ${i}`, i === 1 ? 'panic("one")' : 'finish', 'seeds 1..2'));
  writeFileSync(join(folder, 'many.tfw'), USE + scenarios.join(''));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const outcomes = (out: string): string[] =>
  [...out.matchAll(/^(passed|FAILED) {2}(.*?) \(/gm)].map(([, passed, name]) => `${passed} ${name}`);

describe('the command line', { timeout: 120_000 }, () => {
  it('runs tests in threads, with the results of one after the other, in their order', async () => {
    const alone = await worldstep('test', 'many.tfw', '--jobs', '1');
    const together = await worldstep('test', 'many.tfw', '--jobs', '2');
    expect(outcomes(together.stdout)).toHaveLength(6);
    expect(together.stdout).toBe(alone.stdout);
    expect(together.stdout).toMatch(/4 passed, 2 failed\n$/);
    expect([alone.status, together.status, together.stderr]).toEqual([1, 1, '']);
  });

  it('prints no escapes where nobody looks', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect((await worldstep('test', 'many.tfw#number 0')).stdout).not.toMatch(/\x1b|\r/);
  });

  it('ends with 0, 1 or 2', async () => {
    expect((await worldstep('run', 'many.tfw#number 0')).status).toBe(0);
    expect((await worldstep('run', 'many.tfw#number 1')).status).toBe(1);
    expect((await worldstep('fly')).status).toBe(2);
  });

  it('is done when nobody reads on', async () => {
    const command = `"${process.execPath}" "${script}" trace 'many.tfw#number 0' --verbose | head -n 1`;
    expect(await run('sh', ['-c', command])).toEqual({ stdout: 'bl31.reset\n', stderr: '', status: 0 });
  });
});
