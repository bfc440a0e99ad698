import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp, eventually } from '../debugging.ts';
import { file, open, startHere } from './extension.ts';

/** The language server starts beside the editor: the first answers may be empty. */
async function answered<T>(what: string, ask: () => Thenable<T[]>): Promise<T> {
  let answer: T[] = [];
  const poll = setInterval(async () => (answer = await ask()), 100);
  try {
    return await eventually(what, () => answer[0]);
  } finally {
    clearInterval(poll);
  }
}

describe('the language in the editor', () => {
  afterEach(cleanUp);

  it('leads from a name to its declaration in the library', async () => {
    const { document } = await open(file(startHere));
    const at = document.positionAt(document.getText().indexOf('RMI_GRANULE_DELEGATE'));
    type Answer = vscode.Location | vscode.LocationLink;
    const ask = () => vscode.commands.executeCommand<Answer[]>('vscode.executeDefinitionProvider', document.uri, at);
    const answer = await answered('a declaration', ask);
    const [uri, range] =
      'uri' in answer ? [answer.uri, answer.range] : [answer.targetUri, answer.targetSelectionRange ?? answer.targetRange];
    assert.equal(uri.scheme, 'worldstep-lib');
    const library = await vscode.workspace.openTextDocument(uri);
    assert.match(library.getText(range), /RMI_GRANULE_DELEGATE/);
  });

  it('explains the name under the mouse', async () => {
    const { document } = await open(file(startHere));
    const at = document.positionAt(document.getText().indexOf('ESR_EL2'));
    const ask = () => vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
    const { contents } = await answered('a hover', ask);
    const text = contents.map((part) => (typeof part === 'string' ? part : part.value)).join('\n');
    assert.match(text, /ESR_EL2/);
  });
});
