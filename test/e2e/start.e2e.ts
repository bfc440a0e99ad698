import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { at } from '../../scripts/lib/project.mjs';
import { openAddress } from './harness.ts';

it('npm start serves a VS Code that shows start-here.tfw, until it is interrupted', async () => {
  const start = spawn(process.execPath, [at('scripts/start.mjs'), '--served'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(start, 'exit');
  onTestFinished(async () => {
    start.kill('SIGINT');
    await ended;
  });
  const workbench = await openAddress(await printedAddress(start.stdout), at('scenarios'));
  await workbench.editorShows('start-here.tfw');
  start.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
});

async function printedAddress(output: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const data of output) {
    text += data;
    const address = /http:\/\/127\.0\.0\.1:\S+/.exec(text)?.[0];
    if (address) return address;
  }
  throw new Error(`npm start ended without printing an address:\n${text}`);
}
