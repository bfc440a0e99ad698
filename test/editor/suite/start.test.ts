import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp, eventually, stopsAt } from '../debugging.ts';
import { create, extension, file, folder, lineOf, open, press, session, sessionsEnd, startHere } from './extension.ts';

/** Runs a command that asks with a list, and takes the row that is chosen from the start. */
async function takeFirst(command: string, ready: () => unknown): Promise<void> {
  const done = vscode.commands.executeCommand(command);
  // Nobody can see the list from here: accept until something comes of it.
  await eventually(`what ${command} does`, () => {
    void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return ready() || undefined;
  });
  await done;
}

const active = () => vscode.window.activeTextEditor?.document;

describe('the first minutes', () => {
  afterEach(async () => {
    await cleanUp();
    await sessionsEnd();
  });

  it('New Scenario writes a template into the workspace, and F5 debugs it', async () => {
    await extension();
    await takeFirst('worldstep.newScenario', () => active()?.uri.path.endsWith('/granule.tfw'));
    assert.equal(vscode.workspace.getWorkspaceFolder(active()?.uri as vscode.Uri)?.name, folder().name);
    await press('F5');
    await stopsAt(lineOf(active() as vscode.TextDocument, 'let page'));
  });

  it('Open Example shows what everybody starts with, to be read and run but not changed', async () => {
    await extension();
    await takeFirst('worldstep.openExample', () => active()?.uri.scheme === 'worldstep-examples');
    assert.match(active()?.uri.path ?? '', /start-here\.tfw$/);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('worldstep-examples'), false);
    await press('F5');
    await stopsAt(lineOf(active() as vscode.TextDocument, 'let page'));
    assert.equal((await session()).name, 'the host reads a page it gave away');
  });

  it('Copy Firmware Image puts a copy beside the scenario, which loads it and runs it', async function () {
    this.timeout(90_000);
    const original = (await vscode.workspace.openTextDocument(file(startHere))).getText();
    const { document } = await open(await create('what-if/what-if.tfw', original));
    await takeFirst('worldstep.copyFirmwareImage', () => active()?.uri.path.endsWith('/my_bl31/bl31.tfw'));
    await eventually('the load', () => document.getText().includes('load my_bl31 at BL31_BASE replaces bl31') || undefined);
    const gpt = vscode.Uri.joinPath(document.uri, '../my_bl31/bl31/rmmd.tfw');
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(gpt)), /^part of my_bl31 \{/m);
    await open(document.uri);
    await press('F5');
    await stopsAt(lineOf(document, 'let page'), 60_000);
    const { modules } = await (await session()).customRequest('modules', {});
    assert.ok(
      (modules as { name: string }[]).some(({ name }) => name === 'my_bl31'),
      JSON.stringify(modules),
    );
  });

  it('the glossary explains its terms in comments', async () => {
    const { document } = await open(await create('words.tfw', '// The GPT says which world has a granule.\n'));
    const at = new vscode.Position(0, 0);
    const column = document.lineAt(0).text.indexOf('GPT');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at.with({ character: column }),
    );
    const shown = hovers.flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value))).join('\n');
    assert.match(shown, /GPT \(granule protection table\)/);
  });

  it('settings and launch attributes are known to the editor', async () => {
    const settings = vscode.workspace.getConfiguration('worldstep');
    assert.deepEqual(
      [settings.get('justMyImage'), settings.get('announceVerdict'), settings.get('openViewsAtFirstStop')],
      [false, true, true],
    );
  });
});
