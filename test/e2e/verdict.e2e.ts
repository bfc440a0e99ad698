import { test } from 'vitest';
import { until } from './harness.ts';
import { openScenario } from './scenario.ts';

test('the end of a scenario says whether it passed, and can be travelled back from', async () => {
  const workbench = await openScenario();
  for (const line of [7, 11]) {
    await workbench.press('F5');
    await workbench.stopsAt(line);
  }
  await workbench.press('F5');
  await until(() => workbench.notifications(), ['Passed: the host reads a page it gave away']);
  await workbench.page
    .locator('.debug-toolbar')
    .getByRole('button', { name: /^Reverse/ })
    .click();
  await workbench.stopsAt(11);
});
