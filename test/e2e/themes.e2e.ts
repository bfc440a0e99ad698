// The page that explains a fault, as people see it who need contrast: in each kind of theme.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prepareForPictures, takePicture } from './picture.ts';
import { openScenario } from './scenario.ts';

const themes = [
  ['Default Light Modern', '.vs', 4.5],
  ['Default High Contrast', '.hc-black', 7],
] as const;

/** The least contrast of any text of a page with what is behind it, by WCAG 2.2, 1.4.3. Runs in the page, whose types are not ours. */
const leastContrast = `(body) => {
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const parse = (color) => color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const page = parse(getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background').trim());
  const behind = (element) => {
    if (!element) return page;
    const color = parse(getComputedStyle(element).backgroundColor);
    return color.length === 3 || color[3] === 1 ? color : behind(element.parentElement);
  };
  return Math.min(...[...body.querySelectorAll('h1, h2, h3, p, cite, td, th, caption, a, summary')].map((element) => {
    const [bright, dark] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
    return (bright + 0.05) / (dark + 0.05);
  }));
}`;

test.each(themes)('the explanation can be read in %s', async (theme, kind, enough) => {
  const workbench = await openScenario();
  const { page } = workbench;
  await prepareForPictures(workbench);
  writeFileSync(workbench.path('.vscode/settings.json'), JSON.stringify({ 'workbench.colorTheme': theme }));
  await page.locator(`.monaco-workbench${kind}`).waitFor();
  await workbench.press('F5');
  await workbench.stopsAt(7);
  await workbench.press('F5');
  await workbench.stopsAt(11);
  await workbench.runCommand('Worldstep: Explain Last Fault');
  const answer = workbench.webview;
  await answer.getByRole('heading', { level: 1 }).waitFor();
  expect(Number(await answer.locator('body').evaluate(leastContrast))).toBeGreaterThanOrEqual(enough);
  expect(await answer.locator('main').count()).toBe(1);
  expect(await answer.locator('table:not(:has(caption))').count()).toBe(0);
  expect(await answer.locator('a:not([href])').count()).toBe(0);
  await takePicture(workbench, `theme${kind.replace('.', '-')}`);
});
