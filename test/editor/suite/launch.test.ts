import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { AdapterMessages, cleanUp, stopsAt } from '../debugging.ts';
import { create, file, folder, lineOf, open, press, session, sessionsEnd, startHere } from './extension.ts';

const launch = (more: Record<string, unknown>): vscode.DebugConfiguration => ({
  type: 'worldstep',
  request: 'launch',
  name: 'test',
  program: file(startHere).fsPath,
  ...more,
});

describe('launching', () => {
  let messages: AdapterMessages;
  beforeEach(() => {
    messages = new AdapterMessages();
  });
  afterEach(async () => {
    messages.dispose();
    await cleanUp();
    await sessionsEnd();
  });

  it('needs no launch.json: F5 stops where the only scenario of the file begins', async () => {
    const { document } = await open(file(startHere));
    await press('F5');
    await stopsAt(lineOf(document, 'let page'));
    const { name, configuration } = await session();
    assert.equal(name, 'the host reads a page it gave away');
    assert.equal(configuration.scenario, name);
    assert.equal(configuration.program, document.uri.fsPath);
  });

  it('means the scenario around the cursor', async () => {
    const text = (await vscode.workspace.openTextDocument(file(startHere))).getText();
    const second = text.slice(text.indexOf('scenario')).replace('the host reads a page it gave away', 'the second');
    const editor = await open(await create('several.tfw', `${text}\n${second}`));
    const line = lineOf(editor.document, '"the second"');
    editor.selection = new vscode.Selection(line, 0, line, 0);
    await press('F5');
    await stopsAt(line + 3);
    assert.equal((await session()).name, 'the second');
  });

  it('does not start where there is no scenario', async () => {
    const uri = await create('none.tfw', '// nothing yet\n');
    assert.equal(await vscode.debug.startDebugging(folder(), launch({ program: uri.fsPath })), false);
  });

  it('does not start a file that does not exist', async () => {
    assert.equal(await vscode.debug.startDebugging(folder(), launch({ program: file('gone.tfw').fsPath })), false);
  });

  it('ends the session if the scenario does not compile', async () => {
    const text = (await vscode.workspace.openTextDocument(file(startHere))).getText();
    const uri = await create('wrong.tfw', text.replace('*page = 42', '*pag = 42'));
    // VS Code tells the error in a dialog, which tests refuse: there it is an error of starting.
    const started = await Promise.resolve(vscode.debug.startDebugging(folder(), launch({ program: uri.fsPath }))).catch(String);
    assert.match(`${started}`, /^false$|`pag` is not declared/);
    await sessionsEnd();
  });

  it('stops before any firmware with "reset"', async () => {
    await vscode.debug.startDebugging(folder(), launch({ stopOnEntry: 'reset' }));
    const { body } = await messages.event<vscode.DebugSessionCustomEvent & { type: 'event'; seq: number }>('worldstep/stopped');
    assert.equal(body.position.step, 0);
  });

  it('runs to the fault without a stop on entry', async () => {
    const { document } = await open(file(startHere));
    await vscode.debug.startDebugging(folder(), launch({ stopOnEntry: false }));
    await stopsAt(lineOf(document, 'let stolen'));
  });

  it('debugs what the editor shows, saved or not', async () => {
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    const editor = await open(file(startHere));
    const line = lineOf(editor.document, 'let page');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// one line more\n'));
    await vscode.debug.startDebugging(folder(), launch({}), { suppressSaveBeforeStart: true });
    await stopsAt(line + 1);
    assert.equal(editor.document.isDirty, true);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
