import { expect, test } from 'vitest';
import { until } from './harness.ts';
import { collapse, moveBorder, prepareForPictures, takePicture } from './picture.ts';
import { openScenario } from './scenario.ts';
import type { Workbench } from './workbench.ts';

const row = ({ page }: Workbench, label: string) =>
  page
    .locator('.pane')
    .filter({ has: page.locator('.pane-header[aria-label^="Event Breakpoints"]') })
    .locator('.monaco-list-row')
    .filter({ hasText: label })
    .first();

/** Brings a row of the view, which draws only what can be seen, to the screen. */
async function find(workbench: Workbench, label: string): Promise<void> {
  const pane = await workbench.pane('Event Breakpoints');
  // Its first row may be scrolled away by now.
  await pane.hover();
  for (let notch = 0; notch < 60 && (await row(workbench, label).count()) === 0; notch++) {
    await workbench.page.mouse.wheel(0, 60);
    await workbench.page.waitForTimeout(40);
  }
}

test('event breakpoints are boxes that are ticked, with conditions', async () => {
  const workbench = await openScenario();
  const { page } = workbench;
  await prepareForPictures(workbench);
  await workbench.press('F5');
  await workbench.stopsAt(7);
  await collapse(workbench, 'Watch', 'Breakpoints', 'Worlds', 'PAS Tags', 'Variables');

  await workbench.pane('Event Breakpoints');
  await moveBorder(workbench, 'Loaded Scripts', 330);
  await find(workbench, 'World switch');
  await row(workbench, 'World switch').locator('.custom-view-tree-node-item-checkbox').click();
  await workbench.press('F5');
  await until(() => workbench.view('Worlds').then(([running]) => running.startsWith('Realm EL2 ▸ rmm')), true);
  await page.locator('.pane-header[aria-label^="Call Stack"]').getByText('world switch Non-secure → Realm').waitFor();

  await collapse(workbench, 'Worlds');
  await find(workbench, 'World switch');
  await row(workbench, 'World switch').hover();
  await row(workbench, 'World switch').getByRole('button', { name: 'Edit Condition…' }).click();
  await page.locator('.quick-input-widget input').first().fill('to == NS');
  await workbench.press('Enter');
  await row(workbench, 'World switch').filter({ hasText: 'when to == NS' }).waitFor();
  await takePicture(workbench, 'event-breakpoints');
  await workbench.press('F5');
  await until(() => workbench.view('Worlds').then(([running]) => running.startsWith('Non-secure EL2 ▸ host')), true);
  expect(await workbench.notifications()).toEqual([]);
});
