import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openWorkbench, until } from './harness.ts';
import { extensionRuns, openScenario } from './scenario.ts';
import type { Workbench } from './workbench.ts';

const first = 'the host reads a page it gave away';

/** Rows of the list that drops down from the top. */
async function picks({ page }: Workbench): Promise<string[]> {
  const texts = await page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  return texts.map((text) => text.trim().split('\n')[0]);
}

function addSecondScenario(workbench: Workbench): string {
  const text = readFileSync(workbench.path('arm/cca/start-here.tfw'), 'utf8');
  const second = text.slice(text.indexOf('///')).replace(first, 'the second one');
  writeFileSync(workbench.path('several.tfw'), `${text}\n${second}`);
  return `${text}\n${second}`;
}

test('F5 outside of several scenarios asks which one is meant', async () => {
  const workbench = await openWorkbench('scenarios');
  const text = addSecondScenario(workbench);
  await workbench.openFile('several.tfw');
  await extensionRuns(workbench);
  await workbench.goToLine(1);
  await workbench.press('F5');
  await until(() => picks(workbench), [first, 'the second one']);
  await workbench.press('ArrowDown');
  await workbench.press('Enter');
  const header = text.split('\n').findIndex((line) => line.includes('the second one')) + 1;
  await workbench.stopsAt(header + 3);
  expect(await workbench.lineText(header + 3)).toContain('let page');
});

test('every scenario of the folder can be picked from the list of what can be debugged', async () => {
  const workbench = await openScenario();
  await workbench.runCommand('Debug: Select and Start Debugging');
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Worldstep' }).first().click();
  await workbench.page.locator('.quick-input-list .monaco-list-row').nth(10).waitFor();
  // The list draws only what can be seen.
  await workbench.page.keyboard.type(first);
  await until(async () => (await picks(workbench)).filter((text) => text.startsWith(first)).length, 1);
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: first }).first().click();
  await workbench.stopsAt(7);
});

test('a file without a scenario says so instead of starting', async () => {
  const workbench = await openWorkbench('scenarios');
  writeFileSync(workbench.path('empty.tfw'), '// nothing yet\n');
  await workbench.openFile('empty.tfw');
  await extensionRuns(workbench);
  await workbench.editor.locator('.view-lines').click();
  await workbench.press('F5');
  const message = 'Worldstep: There is no scenario in empty.tfw. One begins with: scenario "its name" on a platform.';
  await until(() => workbench.notifications(), [message]);
});
