import { openWorkbench } from './harness.ts';
import type { Workbench } from './workbench.ts';

export const startHere = 'arm/cca/start-here.tfw';

/** Opens the example scenarios, with one of them in front, as soon as F5 means anything. */
export async function openScenario(file: string = startHere): Promise<Workbench> {
  const workbench = await openWorkbench('scenarios', { file });
  await extensionRuns(workbench);
  await workbench.editor.locator('.view-lines').click();
  return workbench;
}

/** A window shows files before its extensions run; ours shows that it does by its views. */
export async function extensionRuns(workbench: Workbench): Promise<void> {
  await workbench.press('Control+Shift+D');
  await workbench.page.locator('.pane-header[aria-label^="Worlds"]').waitFor();
  await workbench.press('Control+Shift+E');
}
