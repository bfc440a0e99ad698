/** Commands that ask about the stop: why, who, what was it before, what is in memory. */
import * as vscode from 'vscode';
import type { ChangeEntry, ChangeHistory } from '../../debug-adapter/protocol.ts';
import { ask, type Stop } from '../debug/stops.ts';
import { say } from '../say.ts';
import { spellAddress } from '../views/address.ts';
import { addressOf, arrived, askAddress, currentFrame, expressionOf, memoryOf, tell } from './arguments.ts';
import type { StoppedCommand } from './commands.ts';
import { show } from './travel.ts';

/** As many changes as a list shows at once. */
const page = 200;

export const lookCommands = {
  'worldstep.explainLastFault': async ({ session }, { explanation }) => {
    const { explanation: found } = await ask(session, 'worldstep/explainFault', {});
    if (found) explanation.show(found);
    else tell(say('Nothing has faulted up to here.'));
  },

  'worldstep.whoChangedThisTag': async (stop, _context, row) => {
    const { session } = stop;
    const address = addressOf(row) ?? (await askAddress(say('Who Changed This Tag?'), await faultAddress(stop)));
    if (address === undefined) return;
    const { found, text } = await ask(session, 'worldstep/whoChangedTag', { address });
    if (found) arrived(text);
    else tell(text);
  },

  'worldstep.whoWroteThis': async (stop, _context, argument) => {
    const expression = await expressionOf(argument, say('Who Wrote This?'));
    if (expression === undefined) return;
    const { found, text } = await ask(stop.session, 'worldstep/whoWrote', { expression, ...currentFrame(stop) });
    if (found) arrived(text);
    else tell(text);
  },

  'worldstep.valueHistory': async (stop, _context, argument) => {
    const expression = await expressionOf(argument, say('Value History'));
    if (expression === undefined) return;
    const more = (before?: number) =>
      ask(stop.session, 'worldstep/valueHistory', {
        expression,
        count: page,
        ...currentFrame(stop),
        ...(before !== undefined && { before }),
      });
    await pickChange(stop, more);
  },

  'worldstep.tagHistory': async (stop, _context, row) => {
    const address = addressOf(row) ?? (await askAddress(say('Tag History'), undefined));
    if (address === undefined) return;
    const more = (before?: number) =>
      ask(stop.session, 'worldstep/granuleHistory', { address, count: page, ...(before !== undefined && { before }) });
    await pickChange(stop, more);
  },

  'worldstep.showMemory': async (stop, { memory }, row) => {
    const given = memoryOf(row);
    const address = addressOf(row) ?? (await askAddress(say('Show Memory'), await faultAddress(stop)));
    if (address === undefined) return;
    await memory.show({ reference: given ?? `dram:${address}`, address });
  },

  'worldstep.breakWhenThisTagChanges': async ({ session }, { events }, row) => {
    const address = addressOf(row) ?? (await askAddress(say('Break When This Tag Changes'), undefined));
    if (address === undefined) return;
    const where = spellAddress(BigInt(address));
    const info = await session.customRequest('dataBreakpointInfo', { name: `tag ${where}`, asAddress: false });
    if (!info?.dataId) return tell(info?.description ?? say('There is no tag at {0}.', where));
    events.breakpoints.add({ dataId: info.dataId, access: 'change', label: say('tag of {0} changes', where) });
    vscode.window.setStatusBarMessage(`$(debug-breakpoint-data) ${say('Stops when the tag of {0} changes', where)}`, 5000);
  },

  'worldstep.showSource': async (_stop, _context, uri, line) => {
    if (typeof uri === 'string' && typeof line === 'number') await show(vscode.Uri.parse(uri), line);
  },

  'worldstep.copyAddress': async (_stop, _context, row) => {
    const address = addressOf(row);
    if (address !== undefined) await vscode.env.clipboard.writeText(spellAddress(BigInt(address)));
  },
} satisfies Record<string, StoppedCommand>;

/** The address that the last fault names in its title. */
async function faultAddress({ session }: Stop): Promise<string | undefined> {
  const { explanation } = await ask(session, 'worldstep/explainFault', {});
  return /0x[0-9a-f_]+/i.exec(explanation?.title ?? '')?.[0];
}

type ChangeItem = vscode.QuickPickItem & { readonly change?: ChangeEntry; readonly before?: number };

/** Lists what was written, newest first; picking one travels there. */
async function pickChange(stop: Stop, request: (before?: number) => Promise<ChangeHistory>): Promise<void> {
  let items: ChangeItem[] = [];
  for (let before: number | undefined; ; ) {
    const { text, changes, next } = await request(before);
    if (changes.length === 0 && items.length === 0) return tell(say('Nothing has written {0} up to here.', text));
    items = [...items.filter(({ change }) => change), ...changes.map(changeItem)];
    if (next !== undefined) items.push({ label: `$(ellipsis) ${say('Earlier')}`, before: next });
    const picked = await vscode.window.showQuickPick(items, {
      title: text,
      placeHolder: say('Pick one to travel there'),
      matchOnDetail: true,
    });
    if (picked?.before !== undefined) {
      before = picked.before;
      continue;
    }
    if (picked?.change) await ask(stop.session, 'worldstep/goto', { step: picked.change.step });
    return;
  }
}

function changeItem(change: ChangeEntry): ChangeItem {
  const { value, step, core, text } = change;
  return { label: value, description: say('step {0} · core {1}', step, core), detail: text, change };
}
