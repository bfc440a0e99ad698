import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What VS Code's extension host calls. Tests are beside this file, bundled one by one; the counts go where run.mjs was told. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, color: false, reporter: 'spec', forbidOnly: Boolean(process.env.CI) });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.cjs'));
  for (const file of files.sort()) mocha.addFile(join(__dirname, file));
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ passed: runner.stats?.passes ?? 0, failed: failures }));
  });
  if (process.env.WORLDSTEP_RESULTS) writeFileSync(process.env.WORLDSTEP_RESULTS, JSON.stringify({ passed, failed }));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) throw new Error(`${failed} editor tests failed`);
  if (passed === 0) throw new Error('no editor test ran');
}
