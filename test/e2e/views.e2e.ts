import { expect, test } from 'vitest';
import { until } from './harness.ts';
import { openScenario } from './scenario.ts';
import type { Workbench } from './workbench.ts';

const events = ({ page }: Workbench) => page.locator('.panel .customview-tree .monaco-list-row');

async function answer({ page }: Workbench, text: string): Promise<void> {
  await page.locator('.quick-input-widget input').first().fill(text);
  await page.keyboard.press('Enter');
}

async function atTheFault(): Promise<Workbench> {
  const workbench = await openScenario();
  await workbench.press('F5');
  await workbench.stopsAt(7);
  await workbench.press('F5');
  await workbench.stopsAt(11);
  return workbench;
}

test('Events can be filtered, and selecting one travels there', async () => {
  const workbench = await atTheFault();
  const { page } = workbench;
  await page.locator('.panel').getByRole('button', { name: 'Filter Events…' }).click();
  await answer(workbench, 'GRANULE_DELEGATE');
  await until(() => events(workbench).count(), 1);
  const [row] = await events(workbench).allInnerTexts();
  const step = Number(/step (\d+)/.exec(row)?.[1]);
  expect(row).toMatch(/^SMC RMI_GRANULE_DELEGATE from Non-secure EL2/);

  await events(workbench).first().click();
  const worlds = page.locator('.pane').filter({ has: page.locator('.pane-header[aria-label^="Worlds"]') });
  await worlds.getByText(`step ${step + 1}`, { exact: true }).waitFor();

  await page.locator('.panel').getByRole('button', { name: 'Show All Events' }).click();
  await until(async () => (await events(workbench).count()) > 1, true);
});

test('PAS Tags can be searched by address, and open down to the granule', async () => {
  const workbench = await atTheFault();
  const { page } = workbench;
  const tags = await workbench.pane('PAS Tags');
  await workbench.runCommand('Worldstep: Filter by Address…');
  await answer(workbench, '0x8800_0000+8KiB');
  const labels = () => tags.locator('.monaco-list-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  await until(labels, ['0x8800_0000, Realm · 4 KiB · changed', '0x8800_1000, Non-secure · 4 KiB']);

  await workbench.runCommand('Worldstep: Filter by Address…');
  await answer(workbench, '0x8800_1000+12KiB');
  await until(labels, ['0x8800_1000, Non-secure · 12 KiB']);
  await tags.locator('.monaco-list-row').first().click();
  await until(labels, [
    '0x8800_1000, Non-secure · 12 KiB',
    '0x8800_1000, Non-secure · 4 KiB',
    '0x8800_2000, Non-secure · 4 KiB',
    '0x8800_3000, Non-secure · 4 KiB',
  ]);
  expect(await page.locator('.notification-toast').count()).toBe(0);
});
