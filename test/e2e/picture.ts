// The pictures of the README, which `WORLDSTEP_PICTURES=1 npm run test:e2e` takes anew: in the dark, 1400 × 900, with the side bar as
// wide as what it shows, and without the mouse's own traces.
import { mkdirSync, writeFileSync } from 'node:fs';
import { at } from '../../scripts/lib/project.mjs';
import type { Workbench } from './workbench.ts';

/** A test changes no file of the project, unless it is asked to. */
const folder = process.env.WORLDSTEP_PICTURES ? 'media/screenshots' : 'dist/screenshots';
const sideBarWidth = 420;
/** The debug tool bar would float over the tabs. */
const settings = { 'workbench.colorTheme': 'Default Dark Modern', 'debug.toolBarLocation': 'commandCenter' };

export const pictureFile = (name: string): string => at(folder, `${name}.png`);

export async function prepareForPictures(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  mkdirSync(workbench.path('.vscode'), { recursive: true });
  writeFileSync(workbench.path('.vscode/settings.json'), JSON.stringify(settings));
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.locator('.monaco-workbench.vs-dark').waitFor();
  const sideBar = await page.locator('.part.sidebar').boundingBox();
  if (!sideBar) throw new Error('there is no side bar');
  const edge = sideBar.x + sideBar.width;
  await drag(workbench, { x: edge, y: 450 }, { x: sideBar.x + sideBarWidth, y: 450 });
}

async function drag({ page }: Workbench, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

/** Moves the upper border of a view of the side bar. */
export async function moveBorder(workbench: Workbench, title: string, y: number): Promise<void> {
  const header = await workbench.page.locator(`.pane-header[aria-label^=${JSON.stringify(title)}]`).boundingBox();
  if (!header) throw new Error(`there is no view ${title}`);
  await drag(workbench, { x: header.x + 200, y: header.y }, { x: header.x + 200, y });
}

/** Closes views of the side bar, to make room for others. */
export async function collapse({ page }: Workbench, ...titles: string[]): Promise<void> {
  for (const title of titles) {
    const header = page.locator(`.pane-header[aria-label^=${JSON.stringify(title)}]`);
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
  }
}

export async function takePicture(workbench: Workbench, name: string): Promise<void> {
  const { page } = workbench;
  // The empty middle of the status bar.
  await page.mouse.move(760, (page.viewportSize()?.height ?? 900) - 10);
  await page.locator('.workbench-hover').waitFor({ state: 'hidden' });
  // Bars of progress and scroll bars fade.
  await page.waitForTimeout(1000);
  await workbench.screenshot(pictureFile(name));
  // The walkthrough's own are part of the package, where size counts.
  const folder = process.env.WORLDSTEP_PICTURES ? 'media/walkthrough' : 'dist/walkthrough';
  mkdirSync(at(folder), { recursive: true });
  await page.screenshot({ path: at(folder, `${name}.jpg`), type: 'jpeg', quality: 55 });
}
