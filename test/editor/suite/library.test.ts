import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp } from '../debugging.ts';
import { extension, open } from './extension.ts';

const root = vscode.Uri.parse('worldstep-lib:/firmware/arm');

describe('the firmware library', () => {
  afterEach(cleanUp);

  it('opens as .tfw', async () => {
    const { document } = await open(vscode.Uri.joinPath(root, 'bl31.tfw'));
    assert.equal(document.languageId, 'tfw');
    assert.match(document.getText(), /image bl31 in Root\.EL3/);
  });

  it('cannot be written', async () => {
    await extension();
    assert.equal(vscode.workspace.fs.isWritableFileSystem('worldstep-lib'), false);
    await assert.rejects(async () => vscode.workspace.fs.delete(vscode.Uri.joinPath(root, 'bl31.tfw')));
  });

  it('can be listed, and has nothing that it has not', async () => {
    await extension();
    const names = (await vscode.workspace.fs.readDirectory(root)).map(([name]) => name);
    assert.ok(names.includes('bl31.tfw'), names.join());
    await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.joinPath(root, 'nothing.tfw')));
  });
});
