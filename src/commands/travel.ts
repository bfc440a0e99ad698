/** Commands that step and travel in ways that the protocol has no word for. */
import * as vscode from 'vscode';
import type { EventEntry } from '../../debug-adapter/protocol.ts';
import { namesUri } from '../debug/scenarios.ts';
import { ask, type Stop } from '../debug/stops.ts';
import { say } from '../say.ts';
import { currentThread } from './arguments.ts';
import type { StoppedCommand } from './commands.ts';

/** Events that one list offers; typing asks the adapter for others. */
const offered = 200;

export const travelCommands = {
  'worldstep.stepBackInto': async (stop) => {
    await ask(stop.session, 'worldstep/stepBackInto', { threadId: await currentThread(stop) });
  },

  'worldstep.stepOutBackward': async (stop) => {
    await ask(stop.session, 'worldstep/stepOutBackward', { threadId: await currentThread(stop) });
  },

  'worldstep.finishExcursion': async (stop) => {
    await ask(stop.session, 'worldstep/finishExcursion', { threadId: await currentThread(stop) });
  },

  'worldstep.finishExcursionBackward': async (stop) => {
    await ask(stop.session, 'worldstep/finishExcursionBack', { threadId: await currentThread(stop) });
  },

  'worldstep.runBackToCursor': async (stop) => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const { uri } = editor.document;
    const path = uri.scheme === 'file' ? uri.fsPath : uri.toString();
    const { line, character } = editor.selection.active;
    const place = { source: { path }, line: line + 1, column: character + 1 };
    await ask(stop.session, 'worldstep/runTo', { ...place, threadId: await currentThread(stop), backward: true });
  },

  'worldstep.goToStep': async ({ session, position }, _context, given) => {
    const step = typeof given === 'number' ? given : await askStep(position.step);
    if (step !== undefined) await ask(session, 'worldstep/goto', { step });
  },

  'worldstep.goToEvent': async (stop, _context, given) => {
    const event = typeof given === 'number' ? given : await pickEvent(stop);
    if (event !== undefined) await ask(stop.session, 'worldstep/goto', { event });
  },

  'worldstep.showCore': async ({ session }, _context, given) => {
    const { threadId, text } = (typeof given === 'object' && given ? given : { threadId: given }) as { threadId: number; text?: string };
    const { stackFrames } = await session.customRequest('stackTrace', { threadId, levels: 60 });
    const frames = (stackFrames as Frame[]).filter(({ source }) => source?.path);
    // What waits is below a label of the stack: its frame is the first that has the name of the row.
    const named = text && frames.find(({ name }) => text.includes(`▸ ${name.split('.')[0]}`));
    const frame = named || frames[0];
    if (frame?.source?.path) await show(sourceUri(frame.source.path), frame.line - 1);
  },
} satisfies Record<string, StoppedCommand>;

async function askStep(current: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: say('Go to Step'),
    prompt: say('How many steps from the start of the run'),
    value: String(current),
    validateInput: (given) => (/^\d+$/.test(given.trim()) ? undefined : say('This is no number of steps.')),
  });
  return text === undefined ? undefined : Number(text.trim());
}

type EventItem = vscode.QuickPickItem & { readonly index: number };

/** The newest events first; what is typed filters all of them, not only those on the screen. */
function pickEvent({ session }: Stop): Promise<number | undefined> {
  const pick = vscode.window.createQuickPick<EventItem>();
  pick.title = say('Go to Event');
  pick.placeholder = say('Words of the event');
  let asked = 0;
  const fill = async (filter: string) => {
    const mine = ++asked;
    pick.busy = true;
    const { total } = await ask(session, 'worldstep/events', { start: 0, count: 1, filter });
    const start = Math.max(0, total - offered);
    const { events } = await ask(session, 'worldstep/events', { start, count: offered, filter });
    if (mine !== asked) return;
    pick.busy = false;
    pick.items = [...events].reverse().map(eventItem);
  };
  return new Promise((resolve) => {
    pick.onDidChangeValue((text) => void fill(text));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.index);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    void fill('');
    pick.show();
  });
}

function eventItem({ index, text, core, step }: EventEntry): EventItem {
  // Found by the adapter already: VS Code must not filter again.
  return { label: text, description: say('core {0} · step {1}', core, step), alwaysShow: true, index };
}

interface Frame {
  readonly name: string;
  readonly source?: { readonly path?: string };
  readonly line: number;
}

/** Where VS Code runs on another machine, it spells paths of answers as its own window sees them; here they are files. */
function sourceUri(path: string): vscode.Uri {
  const uri = namesUri(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
  return uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri;
}

/** @param line counted from 0. */
export async function show(uri: vscode.Uri, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const position = new vscode.Position(Math.max(0, line), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
