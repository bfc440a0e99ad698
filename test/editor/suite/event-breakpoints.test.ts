import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Row } from '../../../src/views/row.ts';
import { AdapterMessages, cleanUp, eventually, stopsAt } from '../debugging.ts';
import { extension, file, lineOf, open, press, session, sessionsEnd, startHere } from './extension.ts';

/** The lines that can be ticked, whatever group they are in. */
async function lines(): Promise<Row[]> {
  const { eventTree } = await extension();
  return (await eventTree.rows()).flatMap(({ children }) => [...(children?.() ?? [])]);
}

async function line(label: string): Promise<Row> {
  const found = (await lines()).find((row) => row.label === label);
  assert.ok(found, `no line ${label}`);
  return found;
}

describe('event breakpoints', () => {
  afterEach(async () => {
    (await extension()).eventBreakpoints.reset();
    await cleanUp();
    await sessionsEnd();
  });

  it('are listed before anything is debugged, those ticked that stop from the start', async () => {
    assert.equal((await line('GPC fault')).checked, true);
    assert.equal((await line('EL transition')).checked, false);
  });

  it('stop where they are ticked, and not where they are not', async () => {
    const { eventBreakpoints } = await extension();
    const { document } = await open(file(startHere));
    await press('F5');
    await stopsAt(lineOf(document, 'let page'));
    eventBreakpoints.tick((await line('SMC')).id, true);
    await press('Continue');
    await eventually('a stop on the call', () => vscode.window.activeTextEditor?.document.uri.scheme === 'worldstep-lib' || undefined);
    eventBreakpoints.tick((await line('SMC')).id, false);
    eventBreakpoints.tick((await line('GPC fault')).id, false);
    await press('Continue');
    const debugged = await session();
    let ended = false;
    for (let attempt = 0; attempt < 100 && !ended; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended = await debugged.customRequest('worldstep/worlds', {}).then(
        ({ position }) => position.ended,
        () => false,
      );
    }
    assert.equal(ended, true);
  });

  it('stop on a condition, and say at once if it does not compile', async () => {
    const { eventBreakpoints } = await extension();
    const { document } = await open(file(startHere));
    await press('F5');
    await stopsAt(lineOf(document, 'let page'));
    const { id } = await line('SMC');
    eventBreakpoints.wish(id, { condition: 'nowhere == 1' });
    await eventually('the problem', () => {
      const all = eventBreakpoints.rows().flatMap(({ children }) => [...(children?.() ?? [])]);
      return /nowhere/.test(all.find((row) => row.id === id)?.description?.split(' · ')[0] ?? '') || undefined;
    });
    eventBreakpoints.wish(id, { condition: 'fid == RMI_GRANULE_UNDELEGATE' });
    await press('Continue');
    await stopsAt(lineOf(document, 'let stolen'));
  });

  it('print a log message instead of stopping', async () => {
    const messages = new AdapterMessages();
    try {
      const { eventBreakpoints } = await extension();
      const { document } = await open(file(startHere));
      await press('F5');
      await stopsAt(lineOf(document, 'let page'));
      eventBreakpoints.wish((await line('SMC')).id, { logMessage: 'called with {x1}', condition: 'fid == RMI_GRANULE_DELEGATE' });
      await press('Continue');
      await stopsAt(lineOf(document, 'let stolen'));
      const printed = messages.all.flatMap((message) => {
        const { event, body } = message as { event?: string; body?: { output?: string } };
        return event === 'output' ? [body?.output ?? ''] : [];
      });
      assert.match(printed.join(''), /called with (0x)?8800_?0000/i);
    } finally {
      messages.dispose();
    }
  });

  it('on a tag stop where it changes', async () => {
    const { views } = await extension();
    const { document } = await open(file(startHere));
    await press('F5');
    await stopsAt(lineOf(document, 'let page'));
    const row = { ...(await views.pasTags.current())[0], address: '0x88000000' };
    await vscode.commands.executeCommand('worldstep.breakWhenThisTagChanges', row);
    assert.equal((await lines())[0].label, 'tag of 0x8800_0000 changes');
    await press('Continue');
    await eventually('the store', () => vscode.window.activeTextEditor?.document.uri.path.endsWith('gpt_rme.tfw') || undefined);
    const { stackFrames } = await (await session()).customRequest('stackTrace', { threadId: 1 });
    assert.match(stackFrames[0].name, /bl31/);
  });
});
