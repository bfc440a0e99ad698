// Opens a served VS Code with the packaged extension, one window per call. A failed test leaves a picture in test/e2e/failures/.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, inject, onTestFinished } from 'vitest';
import { at } from '../../scripts/lib/project.mjs';
import { launchBrowser } from '../host/browser.mjs';
import { remoteUri, workbenchUrl } from '../host/server.mjs';
import { Workbench } from './workbench.ts';

export { until } from './until.ts';

let browser: Browser | undefined;
afterAll(() => browser?.close());

interface Start {
  /** Opened at start, relative to the folder. */
  file?: string;
}

/** Opens a copy of a folder of this project, so that the test may edit it; window and copy go when the test ends. */
export async function openWorkbench(folder: string, { file }: Start = {}): Promise<Workbench> {
  const port = inject('vscodePort');
  const temporary = mkdtempSync(join(tmpdir(), 'worldstep-window-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const copy = join(temporary, basename(folder));
  cpSync(at(folder), copy, { recursive: true });

  const payload: [string, string][] = file ? [['openFile', remoteUri(port, join(copy, file))]] : [];
  const workbench = await openAddress(workbenchUrl(port, { folder: copy, payload }), copy);
  if (file) await workbench.editorShows(file);
  return workbench;
}

/** Opens the address of a served VS Code that shows `folder`. */
export async function openAddress(address: string, folder: string): Promise<Workbench> {
  browser ??= await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const workbench = new Workbench(page, folder);
  onTestFinished(async ({ task }) => {
    const name = task.name.replaceAll(/\W+/g, '-');
    if (task.result?.state === 'fail') await workbench.screenshot(at('test/e2e/failures', `${name}.png`)).catch(() => {});
    await context.close();
  });
  await page.goto(address);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  return workbench;
}
