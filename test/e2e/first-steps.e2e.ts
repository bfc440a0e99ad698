import { expect, test } from 'vitest';
import { openWorkbench, until } from './harness.ts';
import { extensionRuns, openScenario } from './scenario.ts';

test('the walkthrough shows its steps with their pictures', async () => {
  const workbench = await openScenario();
  const { page } = workbench;
  await workbench.runCommand('Worldstep: Open Walkthrough');
  const steps = page.locator('.getting-started-step');
  await until(() => steps.count(), 6);
  expect(await steps.locator('h3').first().innerText()).toBe('Open a scenario');
  const picture = page.locator('.getting-started-media img');
  await picture.waitFor();
  await until(() => picture.evaluate((image) => image.naturalWidth > 500), true);
});

test('an example is opened from the list by keyboard, and F5 debugs it', async () => {
  const workbench = await openWorkbench('docs');
  const { page } = workbench;
  // In a folder without scenarios nothing shows when the extension's commands are there: the palette is asked again until it lists them.
  const command = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Worldstep: Open Example' }).first();
  for (let attempt = 0; attempt < 15; attempt++) {
    await workbench.press('F1');
    await page.locator('.quick-input-widget input').first().fill('>Worldstep: Open Example');
    const listed = command.waitFor({ timeout: 2000 });
    if (
      await listed.then(
        () => true,
        () => false,
      )
    )
      break;
    await workbench.press('Escape');
  }
  await command.waitFor();
  await workbench.press('Enter');
  await page.locator('.quick-input-title').getByText('Examples').waitFor();
  await page.locator('.quick-input-list .monaco-list-row').nth(3).waitFor();
  await page.keyboard.type('reads a page it gave away');
  await until(() => page.locator('.quick-input-list .monaco-list-row').count(), 1);
  await workbench.press('Enter');
  await workbench.editorShows('start-here.tfw');
  await extensionRuns(workbench);
  await workbench.editor.locator('.view-lines').click();
  await workbench.press('F5');
  await workbench.stopsAt(7);
});

test('New Scenario writes a template that runs', async () => {
  const workbench = await openScenario();
  const { page } = workbench;
  await workbench.runCommand('Worldstep: New Scenario…');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'a granule goes and comes back' }).first().click();
  await workbench.editorShows('granule.tfw');
  await workbench.press('F5');
  await workbench.stopsAt(9, 'granule.tfw');
});
