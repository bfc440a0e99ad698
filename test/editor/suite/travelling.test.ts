import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp, eventually, stopsAt } from '../debugging.ts';
import { create, extension, file, lineOf, open, press, session, sessionsEnd, startHere } from './extension.ts';

async function step(): Promise<number> {
  return (await (await session()).customRequest('worldstep/worlds', {})).position.step;
}

describe('travelling and looking', () => {
  let page: number;
  let stolen: number;
  let document: vscode.TextDocument;
  beforeEach(async () => {
    ({ document } = await open(file(startHere)));
    page = lineOf(document, 'let page');
    stolen = lineOf(document, 'let stolen');
    await press('F5');
    await stopsAt(page);
    await press('Continue');
    await stopsAt(stolen);
  });
  afterEach(async () => {
    await cleanUp();
    await sessionsEnd();
  });

  it('Run Back to Cursor stops at the line where it was reached before', async () => {
    const editor = await open(document.uri);
    const status = lineOf(document, 'let status');
    editor.selection = new vscode.Selection(status - 1, 12, status - 1, 12);
    await vscode.commands.executeCommand('worldstep.runBackToCursor');
    await stopsAt(status);
  });

  it('Who Wrote This? travels to the write of what the menu was opened on', async () => {
    const before = await step();
    await vscode.commands.executeCommand('worldstep.whoWroteThis', { variable: { evaluateName: 'page' } });
    await eventually('the travel', () => vscode.window.activeTextEditor?.selection.active.line === page - 1 || undefined);
    assert.ok((await step()) < before);
  });

  it('Show Memory shows the bytes, and follows the stops', async () => {
    const { views } = await extension();
    const row = { ...(await views.pasTags.current())[0], address: '0x88000000', memory: 'ns:0x88000000' };
    await vscode.commands.executeCommand('worldstep.showMemory', row);
    const memory = await eventually('the memory', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'worldstep-memory' && uri.path === '/0x8800_0000'),
    );
    assert.match(memory.getText(), /^8800_0000 {2}[0-9a-f]{2} /);
    const written = await step();
    await vscode.commands.executeCommand('worldstep.goToStep', 0);
    assert.ok(written > 0);
    await eventually('other bytes', () => /^8800_0000 {2}00 00/.test(memory.getText()) || undefined);
  });

  it('a run is a file that replays to where it stood', async () => {
    const at = await step();
    await vscode.commands.executeCommand('worldstep.copyRunFile');
    const text = await vscode.env.clipboard.readText();
    await cleanUp();
    await sessionsEnd();
    const uri = await create('shared.tfwrun', text);
    await vscode.commands.executeCommand('worldstep.openRunFile', uri);
    // It stands where the handler of the fault begins.
    await eventually('the stop', () => (vscode.debug.activeStackItem instanceof vscode.DebugStackFrame ? true : undefined));
    assert.equal(await step(), at);
  });

  it('clicking what waits below shows its frame, clicking what runs shows the top', async () => {
    const { views } = await extension();
    const tag = (await views.pasTags.current()).find(({ label }) => label === '0x8800_0000');
    await vscode.commands.executeCommand('worldstep.whoChangedThisTag', tag);
    await eventually('EL3', () => vscode.window.activeTextEditor?.document.uri.path.endsWith('gpt_rme.tfw') || undefined);
    const rows = await views.worlds.current();
    const host = rows.find(({ label }) => label.includes('host'));
    assert.ok(host?.command, rows.map(({ label }) => label).join());
    await vscode.commands.executeCommand(host.command.command, ...host.command.arguments);
    await eventually('the host', () => vscode.window.activeTextEditor?.document.uri.path.endsWith('start-here.tfw') || undefined);
  });
});
