// The product in one minute, as the README promises it: F5, F5, and a click on *Who Changed This Tag?*. The pictures in the README are
// taken here, so that they show what is.
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from './harness.ts';
import { makeMovingPicture } from './moving-picture.ts';
import { collapse, moveBorder, prepareForPictures, takePicture } from './picture.ts';
import { openScenario, startHere } from './scenario.ts';
import type { Workbench } from './workbench.ts';

const fault = 'GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm';

/** All rows of a flat list, which draws only those that can be seen: a wheel's notch moves it by a few. */
async function scrolledRows(page: Workbench['page'], list: Locator): Promise<string[]> {
  const rows = new Map<number, string>();
  let last = 1;
  const look = async () => {
    const seen = await list
      .locator('.monaco-list-row')
      .evaluateAll((all) => all.map((row) => [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize'), row.innerText]));
    for (const [position, size, text] of seen) {
      rows.set(Number(position), String(text).split('\n')[0].trim());
      last = Number(size);
    }
  };
  await list.hover();
  await look();
  for (const [notch, end] of [[-120, () => 1] as const, [120, () => last] as const]) {
    for (let attempt = 0; !rows.has(end()) && attempt < 100; attempt++) {
      await page.mouse.wheel(0, notch);
      await page.waitForTimeout(50);
      await look();
    }
  }
  return [...rows].sort(([a], [b]) => a - b).map(([, text]) => text);
}

/** Without where and when: what happened. */
const happenings = (rows: readonly string[]) => rows.map((row) => row.replace(/ ?core \d+ · step \d+$/, ''));

test('the first two minutes', async () => {
  const workbench = await openScenario();
  const { page } = workbench;
  await prepareForPictures(workbench);

  await workbench.press('F5');
  await workbench.stopsAt(7, startHere);
  expect(await workbench.lineText(7)).toContain('let page: *u64 = 0x8800_0000');
  await until(() => workbench.view('Worlds'), ['Non-secure EL2 ▸ host.main', 'Realm EL2 ▸ rmm, parked']);
  await collapse(workbench, 'Watch', 'Breakpoints');
  expect(await workbench.notifications()).toEqual([]);
  await takePicture(workbench, 'first-stop');

  await workbench.press('F5');
  await workbench.stopsAt(11, startHere);
  expect(await workbench.lineText(11)).toContain('let stolen = *page');
  await page.locator('.exception-widget').getByText(fault, { exact: true }).waitFor();
  const events = page.locator('.panel .customview-tree');
  await events.locator('.monaco-list-row').filter({ hasText: fault }).waitFor();
  await takePicture(workbench, 'fault');
  const happened = happenings(await scrolledRows(page, events));
  const transitions = happened.filter((text) => text.startsWith('EL transition'));
  expect(transitions.slice(-6)).toEqual([
    'EL transition Non-secure EL2 → Root EL3 (SMC)',
    'EL transition Root EL3 → Realm EL2 (ERET)',
    'EL transition Realm EL2 → Root EL3 (SMC)',
    'EL transition Root EL3 → Realm EL2 (ERET)',
    'EL transition Realm EL2 → Root EL3 (SMC)',
    'EL transition Root EL3 → Non-secure EL2 (ERET)',
  ]);
  expect(happened.lastIndexOf(fault)).toBeGreaterThan(happened.lastIndexOf(transitions[transitions.length - 1]));

  const tags = await workbench.pane('PAS Tags');
  const granule = tags.locator('.monaco-list-row').filter({ hasText: '0x8800_0000' });
  await until(() => granule.getAttribute('aria-label'), '0x8800_0000, Realm · 4 KiB · changed');
  await granule.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Who Changed This Tag?' }).click();

  await workbench.editorShows('gpt_rme.tfw');
  const store = 'gpi_info.gpt_l1_addr[gpi_info.idx] = gpi_info.gpt_l1_desc';
  await until(async () => (await workbench.lineText((await workbench.stoppedLine()) ?? 0)).includes(store), true);
  await until(() => workbench.view('Worlds').then(([running]) => running), 'Root EL3 ▸ bl31.write_gpt');
  await collapse(workbench, 'Variables', 'PAS Tags');
  await moveBorder(workbench, 'Worlds', 700);
  const stack = await scrolledRows(page, page.locator('.debug-call-stack'));
  const worlds = stack.map((frame) => frame.replace(/\..*/, ''));
  expect(worlds.filter((world, i) => world !== worlds[i - 1])).toEqual([
    'bl31',
    'SMC from Realm EL2',
    'rmm',
    'SMC from Non-secure EL2',
    'host',
  ]);
  await page.locator('.debug-call-stack').hover();
  for (let notch = 0; notch < 20; notch++) await page.mouse.wheel(0, -120);
  await takePicture(workbench, 'who-changed-this-tag');
  makeMovingPicture('first-two-minutes', ['first-stop', 'fault', 'who-changed-this-tag'], 2.5);
});
