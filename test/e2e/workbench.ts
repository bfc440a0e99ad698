import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** A VS Code window, in the words of its user. What is not here goes through `page`. */
export class Workbench {
  /** The arrow in the gutter, alone or on top of a breakpoint; the lighter one marks a caller's frame. */
  private readonly arrows = '.codicon-debug-stackframe, .codicon-debug-breakpoint-stackframe';

  constructor(
    readonly page: Page,
    /** The window's own copy of the opened folder. */
    readonly folder: string,
  ) {}

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Runs a command by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.press('F1');
    await this.pick(`>${title}`, title);
  }

  /** Opens a file of the folder by name, as Ctrl+P does. */
  async openFile(path: string): Promise<void> {
    await this.press('Control+P');
    await this.pick(path, basename(path));
    await this.editorShows(path);
  }

  /** Types into the quick input and takes the first row that has the text. */
  private async pick(query: string, text: string): Promise<void> {
    await this.page.locator('.quick-input-widget input').first().fill(query);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
  }

  /** Waits until the active editor shows the file and knows its language: before that, its gutter takes no breakpoint. */
  async editorShows(path: string): Promise<void> {
    const group = '.editor-group-container.active';
    await this.page.locator(`${group} .tab.active[data-resource-name="${basename(path)}"]`).waitFor();
    await this.page.locator(`${group} .view-line`).first().waitFor();
    if (path.endsWith('.tfw')) await until(() => this.language(), 'Trusted Firmware Flow');
  }

  /** The active editor's language, as the status bar says it. */
  async language(): Promise<string> {
    return (await this.page.locator('[id="status.editor.mode"]').innerText()).trim();
  }

  /** The code editor in the active group. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** Puts the cursor on a line, which scrolls there. */
  async goToLine(line: number): Promise<void> {
    await this.press('Control+G');
    await this.page.locator('.quick-input-widget input').first().fill(`:${line}`);
    await this.press('Enter');
    await this.lineNumber(line).waitFor();
  }

  private lineNumber(line: number): Locator {
    return this.editor.locator('.margin-view-overlays .line-numbers').getByText(String(line), { exact: true });
  }

  /** Clicks the gutter where a user clicks to set or clear a breakpoint. */
  async toggleBreakpoint(line: number): Promise<void> {
    await this.goToLine(line);
    const glyphs = await box(this.editor.locator('.glyph-margin'));
    const number = await box(this.lineNumber(line));
    const [x, y] = [glyphs.x + glyphs.width / 2, number.y + number.height / 2];
    // The gutter is not ready at once: hover until its faint dot shows, unless a breakpoint is there to be cleared.
    const ready = this.editor.locator('.codicon-debug-hint, .codicon-debug-breakpoint');
    for (let attempt = 0; attempt < 40 && (await ready.count()) === 0; attempt++) {
      await this.page.mouse.move(x, y - number.height * 2);
      await this.page.mouse.move(x, y);
      await this.page.waitForTimeout(100);
    }
    await this.page.mouse.click(x, y);
  }

  /** The lines of the active editor that carry a breakpoint, verified or not. */
  breakpointLines(): Promise<number[]> {
    return this.linesBeside(this.editor.locator('[class*="codicon-debug-breakpoint"]'));
  }

  /** The line with the arrow, or undefined while nothing is stopped in the active editor. */
  async stoppedLine(): Promise<number | undefined> {
    return (await this.linesBeside(this.editor.locator(this.arrows)))[0];
  }

  /** Waits until the active editor shows the arrow at a line, of a certain file where one is named. */
  async stopsAt(line: number, file?: string): Promise<void> {
    if (file) await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${basename(file)}"]`).waitFor();
    await until(() => this.stoppedLine(), line);
  }

  /** Glyphs know their height on the screen, not their line. */
  private async linesBeside(glyphs: Locator): Promise<number[]> {
    const tops = await Promise.all((await glyphs.all()).map(middle));
    const numbers = await this.editor.locator('.margin-view-overlays .line-numbers').all();
    const lines: number[] = [];
    for (const number of numbers) {
      const at = await middle(number);
      if (tops.some((top) => top !== undefined && at !== undefined && Math.abs(top - at) < 5))
        lines.push(Number(await number.textContent()));
    }
    return lines.sort((a, b) => a - b);
  }

  /** The text of a line of the active editor, inline values included. */
  async lineText(line: number): Promise<string> {
    const at = await middle(this.lineNumber(line));
    for (const text of await this.editor.locator('.view-line').all()) {
      const here = await middle(text);
      if (at !== undefined && here !== undefined && Math.abs(here - at) < 5) return (await text.innerText()).replaceAll('\u00a0', ' ');
    }
    throw new Error(`line ${line} is not on the screen`);
  }

  /** Shows Run and Debug in the side bar. VS Code itself does so only when a session stops at a breakpoint. */
  async showDebugViews(): Promise<void> {
    const views = this.page.locator('.debug-call-stack');
    if (await views.isVisible()) return;
    await this.runCommand('View: Show Run and Debug');
    await views.waitFor();
  }

  /** Rows of the Call Stack view: threads and frames, top first. */
  async callStack(): Promise<string[]> {
    await this.showDebugViews();
    return rowTexts(this.page.locator('.debug-call-stack'));
  }

  /** Rows of the Variables view as "name, value", scopes as "Scope name". */
  async variables(): Promise<string[]> {
    await this.showDebugViews();
    return rowLabels(this.page.locator('.debug-variables'));
  }

  /** Opens the row of the Variables view whose label starts with the text: a scope, or a value with parts. */
  async expandVariable(start: string): Promise<void> {
    await this.showDebugViews();
    await this.expand(this.page.locator(`.debug-variables .monaco-list-row[aria-label^=${JSON.stringify(start)}]`));
  }

  /** Rows of a contributed tree view, which is opened if it was collapsed. */
  async view(title: string): Promise<string[]> {
    return rowTexts(await this.pane(title));
  }

  /** A view in a side bar or the panel, by its title. */
  async pane(title: string): Promise<Locator> {
    const header = this.page.locator(`.pane-header[aria-label^=${JSON.stringify(title)}]`);
    await this.expand(header);
    return this.page.locator('.pane').filter({ has: header });
  }

  /** Opens a tree row or a view's header unless it is open already. */
  async expand(row: Locator): Promise<void> {
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'false') return;
    await row.click();
    await until(() => row.getAttribute('aria-expanded'), 'true');
  }

  /** Types into the debug console and answers what came back last. */
  async evaluate(expression: string): Promise<string> {
    await this.runCommand('Debug Console: Focus on Debug Console View');
    const answers = this.page.locator('.repl .evaluation-result, .repl .output.expression');
    const before = await answers.count();
    await this.page.locator('.repl-input-wrapper .monaco-editor').click();
    await this.page.keyboard.type(expression);
    // Escape closes the completion list, which would otherwise take the Enter.
    await this.press('Escape');
    await this.press('Enter');
    await answers.nth(before).waitFor();
    return answers.last().innerText();
  }

  /** The document inside the visible webview. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** What pops up in the corner, newest first. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** Waits until a debug session shows, or is gone. */
  async debugging(wanted: boolean): Promise<void> {
    await this.page.locator('.debug-toolbar').waitFor({ state: wanted ? 'visible' : 'hidden' });
  }

  async screenshot(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
  }

  /** A path inside the window's copy of the folder. */
  path(file: string): string {
    return join(this.folder, file);
  }
}

async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await locator.first().boundingBox();
  if (!found) throw new Error(`not on the screen: ${locator}`);
  return found;
}

/** The height of an element's middle, or undefined where the editor took it away while we looked. */
async function middle(locator: Locator): Promise<number | undefined> {
  const found = await locator.boundingBox({ timeout: 500 }).catch(() => null);
  return found ? found.y + found.height / 2 : undefined;
}

/** Lists draw their rows in any order; the index is the one on the screen. */
async function rowsInOrder(list: Locator): Promise<Locator[]> {
  const rows = await list.locator('.monaco-list-row').all();
  const indexed = await Promise.all(rows.map(async (row) => ({ row, index: Number(await row.getAttribute('data-index')) })));
  return indexed.sort((a, b) => a.index - b.index).map(({ row }) => row);
}

async function rowTexts(list: Locator): Promise<string[]> {
  const texts = await Promise.all((await rowsInOrder(list)).map((row) => row.innerText()));
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

async function rowLabels(list: Locator): Promise<string[]> {
  return Promise.all((await rowsInOrder(list)).map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
}
