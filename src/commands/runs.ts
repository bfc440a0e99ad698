/** Commands about the run as a whole: bookmarks, which core goes on, what differs, and runs as files. */
import * as vscode from 'vscode';
import type { BookmarkEntry } from '../../debug-adapter/protocol.ts';
import { ask, type Stop } from '../debug/stops.ts';
import { say } from '../say.ts';
import { currentThread, tell } from './arguments.ts';
import type { StoppedCommand } from './commands.ts';

export const runCommands = {
  'worldstep.bookmark': async ({ session, position }) => {
    const name = await vscode.window.showInputBox({
      title: say('Bookmark'),
      prompt: say('A name for where the run stands now'),
      value: say('step {0}', position.step),
    });
    if (name?.trim()) await ask(session, 'worldstep/setBookmark', { name: name.trim() });
  },

  'worldstep.goToBookmark': async (stop) => {
    const bookmark = await pickBookmark(stop, say('Go to Bookmark'));
    if (bookmark) await ask(stop.session, 'worldstep/goto', { bookmark: bookmark.name });
  },

  'worldstep.removeBookmark': async (stop) => {
    const bookmark = await pickBookmark(stop, say('Remove Bookmark'));
    if (bookmark) await ask(stop.session, 'worldstep/removeBookmark', { name: bookmark.name });
  },

  'worldstep.compareWithBookmark': async (stop) => {
    const bookmark = await pickBookmark(stop, say('What Differs From'));
    if (!bookmark) return;
    const from = { step: bookmark.step, run: bookmark.run };
    const { differences, more } = await ask(stop.session, 'worldstep/diff', { from });
    if (differences.length === 0) return tell(say('Nothing differs from {0}.', bookmark.name));
    const items = differences.map(({ group, name, before, after }) => ({
      label: name,
      description: group,
      detail: `${before} → ${after}`,
    }));
    const title = say('Here, and at {0}', bookmark.name);
    const placeHolder = more ? say('The first {0} differences', items.length) : say('{0} differences', items.length);
    await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true, matchOnDetail: true });
  },

  'worldstep.chooseNextCore': async (stop) => {
    const threadId = await pickCore(stop, say('Choose Next Core'));
    if (threadId !== undefined) await ask(stop.session, 'worldstep/chooseCore', { threadId });
  },

  'worldstep.runOnlyThisCore': async (stop) => {
    const threadId = await currentThread(stop);
    await ask(stop.session, 'worldstep/holdCore', { threadId });
    tell(say('From here on only core {0} steps. Run All Cores lets the others go on.', threadId - 1));
  },

  'worldstep.runAllCores': async ({ session }) => {
    await ask(session, 'worldstep/holdCore', {});
  },

  'worldstep.copyRunFile': async ({ session }) => {
    const { text } = await ask(session, 'worldstep/saveRun', {});
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`$(check) ${say('The run is in the clipboard')}`, 5000);
  },

  'worldstep.saveRunFile': async ({ session }) => {
    const { name, text } = await ask(session, 'worldstep/saveRun', {});
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const defaultUri = folder && vscode.Uri.joinPath(folder, name);
    const uri = await vscode.window.showSaveDialog({ title: say('Save Run'), defaultUri, filters: { [say('Worldstep runs')]: ['json'] } });
    if (uri) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  },
} satisfies Record<string, StoppedCommand>;

async function pickBookmark({ session }: Stop, title: string): Promise<BookmarkEntry | undefined> {
  const { bookmarks } = await ask(session, 'worldstep/bookmarks', {});
  if (bookmarks.length === 0) return void tell(say('There is no bookmark yet: Bookmark names where the run stands.'));
  const items = bookmarks.map((bookmark) => ({ label: bookmark.name, description: say('step {0}', bookmark.step), bookmark }));
  return (await vscode.window.showQuickPick(items, { title }))?.bookmark;
}

async function pickCore({ session }: Stop, title: string): Promise<number | undefined> {
  const { threads } = await session.customRequest('threads');
  const items = (threads as { readonly id: number; readonly name: string }[]).map(({ id, name }) => ({ label: name, id }));
  if (items.length < 2) return void tell(say('This scenario has one core.'));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: say('The core that makes the next step') }))?.id;
}
