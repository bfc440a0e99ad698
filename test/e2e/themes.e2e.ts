// The page that explains a fault, as people see it who need contrast: in each kind of theme.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prepareForPictures, takePicture } from './picture.ts';
import { openScenario } from './scenario.ts';

const themes = [
  ['Default Light Modern', '.vs', 4.5],
  ['Default High Contrast', '.hc-black', 7],
] as const;

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
  // The least contrast of any text with what is behind it, by WCAG 2.2, 1.4.3.
  const contrast = await answer.locator('body').evaluate((body) => {
    const { document, getComputedStyle } = body.ownerDocument.defaultView;
    const channel = (value: number) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const parse = (color: string) =>
      color.startsWith('#')
        ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
        : (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = ([red, green, blue]: number[]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
    const page = parse(getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background').trim());
    const least = { contrast: 21 };
    for (const element of body.querySelectorAll('h1, h2, h3, p, cite, td, th, caption, a, summary')) {
      let behind = page;
      for (let each = element; each; each = each.parentElement) {
        const color = parse(getComputedStyle(each).backgroundColor);
        if (color.length !== 3) continue;
        behind = color;
        break;
      }
      const [dark, bright] = [luminance(parse(getComputedStyle(element).color)), luminance(behind)].sort((x, y) => x - y);
      least.contrast = Math.min(least.contrast, (bright + 0.05) / (dark + 0.05));
    }
    return least.contrast;
  });
  expect(contrast).toBeGreaterThanOrEqual(enough);
  expect(await answer.locator('main').count()).toBe(1);
  expect(await answer.locator('table:not(:has(caption))').count()).toBe(0);
  expect(await answer.locator('a:not([href])').count()).toBe(0);
  await takePicture(workbench, `theme${kind.replace('.', '-')}`);
});
