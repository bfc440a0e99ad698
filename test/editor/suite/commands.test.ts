import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cleanUp, eventually, stopsAt } from '../debugging.ts';
import { extension, file, lineOf, open, press, session, sessionsEnd, startHere } from './extension.ts';

interface Frame {
  readonly name: string;
  readonly presentationHint?: string;
}

async function stack(): Promise<Frame[]> {
  const answer = await (await session()).customRequest('stackTrace', { threadId: 1 });
  return answer.stackFrames;
}

async function step(): Promise<number> {
  return (await (await session()).customRequest('worldstep/worlds', {})).position.step;
}

const activePath = () => vscode.window.activeTextEditor?.document.uri.toString() ?? '';

describe('the commands', () => {
  let page: number;
  let stolen: number;
  beforeEach(async () => {
    const { document } = await open(file(startHere));
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

  it('Explain Last Fault opens the explanation beside the code', async () => {
    await vscode.commands.executeCommand('worldstep.explainLastFault');
    const tab = await eventually('the explanation', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === 'Why did it fault?'),
    );
    assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
  });

  it('Who Changed This Tag? travels to the store in the firmware, under one stack across worlds', async () => {
    const { views } = await extension();
    const row = (await views.pasTags.current()).find(({ label }) => label === '0x8800_0000');
    const fault = await step();
    await vscode.commands.executeCommand('worldstep.whoChangedThisTag', row);
    await eventually('a stop in the library', () => activePath().startsWith('worldstep-lib:/firmware/') || undefined);
    assert.ok((await step()) < fault);
    const labels = (await stack()).filter(({ presentationHint }) => presentationHint === 'label').map(({ name }) => name);
    assert.deepEqual(labels, ['SMC from Realm EL2', 'SMC from Non-secure EL2']);
  });

  it('Go to Step… travels to the step that it is given', async () => {
    const fault = await step();
    await vscode.commands.executeCommand('worldstep.goToStep', fault - 5);
    await eventually('the travel', () => vscode.debug.activeStackItem);
    assert.equal(await step(), fault - 5);
  });

  it('selecting an event travels to just after it', async () => {
    const { views } = await extension();
    const row = (await views.events.current()).find(({ label }) => label.startsWith('SMC RMI_GRANULE_DELEGATE'));
    assert.ok(row?.command);
    await vscode.commands.executeCommand(row.command.command, ...row.command.arguments);
    const smc = Number(/step (\d+)/.exec(row.description ?? '')?.[1]);
    assert.equal(await step(), smc + 1);
  });

  it('Step Back Into enters what was stepped over, from its end; Finish Excursion leaves it again', async () => {
    const { document } = await open(file(startHere));
    await vscode.commands.executeCommand('worldstep.goToStep', 0);
    const status = lineOf(document, 'let status');
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(status, 0)))]);
    await press('Continue');
    await stopsAt(status + 1);
    await vscode.commands.executeCommand('worldstep.stepBackInto');
    await eventually('a stop in the library', () => activePath().startsWith('worldstep-lib:/firmware/') || undefined);
    await vscode.commands.executeCommand('worldstep.finishExcursion');
    await eventually('the scenario', () => activePath().endsWith(startHere) || undefined);
  });

  it('Step Out Backward goes back to the call', async () => {
    const { views } = await extension();
    const row = (await views.pasTags.current()).find(({ label }) => label === '0x8800_0000');
    await vscode.commands.executeCommand('worldstep.whoChangedThisTag', row);
    await eventually('a stop in the library', () => activePath().startsWith('worldstep-lib:/firmware/') || undefined);
    const [callee] = await stack();
    await vscode.commands.executeCommand('worldstep.stepOutBackward');
    await eventually('the caller', () => vscode.debug.activeStackItem);
    assert.notEqual((await stack())[0].name, callee.name);
  });
});
