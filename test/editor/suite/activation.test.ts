import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp } from '../debugging.ts';
import { extension, file, open, startHere } from './extension.ts';

/** A busy computer fails no test. */
const busy = 10;

describe('the extension', () => {
  afterEach(cleanUp);

  it('knows .tfw files as its language', async () => {
    const { document } = await open(file(startHere));
    assert.equal(document.languageId, 'tfw');
  });

  it('is active soon after', async () => {
    const { activationTime } = await extension();
    // The goal is 100 ms on a quiet computer; here others may use it too.
    console.log(`      activated in ${activationTime} ms`);
    assert.ok(activationTime < 100 * busy, `${activationTime} ms`);
  });

  it('answers every command that the manifest contributes', async () => {
    await extension();
    const manifest = vscode.extensions.getExtension('worldstep.worldstep')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('comments lines out with two slashes', async () => {
    const editor = await open(file(startHere));
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('editor.action.commentLine');
    assert.equal(editor.document.lineAt(0).text, '// use firmware.arm.cca');
    await vscode.commands.executeCommand('undo');
  });
});
