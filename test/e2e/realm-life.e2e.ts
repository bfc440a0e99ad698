// A Realm from inside: one stack from the guest through RMM and EL3 down to the host, and what RMM keeps of it in the Enclaves view.
import { expect, test } from 'vitest';
import { until } from './harness.ts';
import { collapse, moveBorder, prepareForPictures, takePicture } from './picture.ts';
import { openScenario } from './scenario.ts';
import type { Workbench } from './workbench.ts';

const realmLife = 'arm/cca/realm-life.tfw';

async function lineOf(workbench: Workbench, text: string): Promise<number> {
  const { readFileSync } = await import('node:fs');
  return (
    readFileSync(workbench.path(realmLife), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

test('a stop in a Realm shows one stack across four contexts, and the Realm as RMM has it', async () => {
  const workbench = await openScenario(realmLife);
  const { page } = workbench;
  await prepareForPictures(workbench);
  const line = await lineOf(workbench, 'let answer = rsi_host_call');
  await workbench.toggleBreakpoint(line);
  await workbench.press('F5');
  await workbench.stopsAt(await lineOf(workbench, 'kvm_init_rme('), realmLife);
  await workbench.press('F5');
  await workbench.stopsAt(line, realmLife);

  await page.setViewportSize({ width: 1400, height: 1100 });
  await collapse(workbench, 'Variables', 'Watch', 'Breakpoints', 'PAS Tags', 'Event Breakpoints');
  const enclaves = await workbench.pane('Enclaves');
  await until(async () => (await enclaves.locator('.monaco-list-row').allInnerTexts()).some((text) => /^\s*Realm/.test(text)), true);
  const worlds = await workbench.view('Worlds');
  expect(worlds[0]).toMatch(/^Realm EL1 ▸ guest\.main/);
  await enclaves.locator('.monaco-list-row').filter({ hasText: 'Cores and parked worlds' }).first().click();
  await moveBorder(workbench, 'PAS Tags', 690);
  await moveBorder(workbench, 'Loaded Scripts', 510);
  const stack = (await workbench.callStack()).join('\n');
  expect(stack).toMatch(/guest\.main/);
  expect(stack).toMatch(/rmm\./);
  const realm = enclaves
    .locator('.monaco-list-row')
    .filter({ hasText: /^Realm 0|^Realm / })
    .first();
  if ((await realm.getAttribute('aria-expanded')) === 'false') await realm.click();
  await takePicture(workbench, 'realm-life');
  expect(await page.locator('.notification-toast').count()).toBe(0);
});
