import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp, eventually } from '../debugging.ts';
import { create, file, open, startHere } from './extension.ts';

const errorsOf = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri);

describe('errors in the editor', () => {
  afterEach(cleanUp);

  it('stand at the name that is wrong, with their code', async () => {
    const text = (await vscode.workspace.openTextDocument(file(startHere))).getText();
    const { document } = await open(await create('typo.tfw', text.replace('let stolen = *page', 'let stolen = *pag ')));
    const [error] = await eventually('an error', () => (errorsOf(document.uri).length > 0 ? errorsOf(document.uri) : undefined));
    assert.equal(document.getText(error.range), 'pag');
    assert.equal(error.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(typeof error.code === 'object' ? error.code.value : error.code, 'TFW101');
  });

  it('go as soon as the text is right, saved or not', async () => {
    const text = (await vscode.workspace.openTextDocument(file(startHere))).getText();
    const editor = await open(await create('slip.tfw', text.replace('*page = 42', '*pag = 42')));
    const { document } = editor;
    await eventually('an error', () => errorsOf(document.uri).length > 0 || undefined);
    const at = document.positionAt(document.getText().indexOf('*pag =') + 4);
    await editor.edit((edit) => edit.insert(at, 'e'));
    await eventually('no error', () => errorsOf(document.uri).length === 0 || undefined);
  });

  it('are absent from the scenario that everybody starts with', async () => {
    const { document } = await open(file(startHere));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual(errorsOf(document.uri), []);
  });
});
