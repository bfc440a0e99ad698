import { expect, test } from 'vitest';
import { until } from './harness.ts';
import { collapse, prepareForPictures, takePicture } from './picture.ts';
import { openScenario } from './scenario.ts';

test('a fault explains itself, stage by stage, and leads to who wrote what decided it', async () => {
  const workbench = await openScenario();
  const { page } = workbench;
  await prepareForPictures(workbench);
  await workbench.press('F5');
  await workbench.stopsAt(7);
  await workbench.press('F5');
  await workbench.stopsAt(11);

  await page.locator('.panel').getByRole('button', { name: 'Explain Last Fault' }).click();
  const answer = workbench.webview;
  await answer.getByRole('heading', { name: 'GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm', level: 1 }).waitFor();
  await answer.getByRole('heading', { name: 'Read of 8 bytes at 0x8800_0000', level: 2 }).waitFor();
  const stages = await answer.locator('section h3').allInnerTexts();
  expect(stages[0]).toMatch(/^✓ Stage 1 passes/);
  expect(stages.at(-1)).toMatch(/^✗ Granule protection check refuses/);
  await answer.locator('section tr.deciding').filter({ hasText: 'this decides' }).last().waitFor();
  await collapse(workbench, 'Watch', 'Breakpoints');
  await workbench.press('Control+J');
  await takePicture(workbench, 'why-did-it-fault');

  await answer.getByRole('link', { name: /^Travel there/ }).click();
  await workbench.editorShows('gpt_rme.tfw');
  await until(() => workbench.view('Worlds').then(([running]) => running), 'Root EL3 ▸ bl31.write_gpt');

  // From here, nothing has faulted: the fault is in the future.
  await workbench.runCommand('Worldstep: Explain Last Fault');
  await until(() => workbench.notifications(), ['Worldstep: Nothing has faulted up to here.']);
});
