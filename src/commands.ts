/** The commands of the palette, the views and their menus: one row each, named as in the manifest. */
import * as vscode from 'vscode';
import { ask, debugType, type Stop, type Stops } from './debug/stops.ts';
import type { ExplanationPanel } from './explain/panel.ts';
import { parseAddress, spellAddress } from './views/address.ts';
import type { Row } from './views/row.ts';
import type { Views } from './views/views.ts';

/** How long the status bar says where a travel led, in milliseconds. */
const statusTime = 10_000;

interface Context {
  readonly stops: Stops;
  readonly views: Views;
  readonly explanation: ExplanationPanel;
}

/** A command while a scenario is stopped. Arguments come from menus, rows and links, so none is sure to be there. */
type Command = (stop: Stop, context: Context, argument: unknown) => Promise<void>;
type ViewCommand = (views: Views) => void | Promise<void>;

const stopped = {
  'worldstep.explainLastFault': async ({ session }, { explanation }) => {
    const { explanation: found } = await ask(session, 'worldstep/explainFault', {});
    if (found) explanation.show(found);
    else tell('Nothing has faulted up to here.');
  },

  'worldstep.whoChangedThisTag': async ({ session }, _context, row) => {
    const address = addressOf(row) ?? (await askAddress(session));
    if (address === undefined) return;
    const { found, text } = await ask(session, 'worldstep/whoChangedTag', { address });
    if (!found) return tell(text);
    // The step is in the title of the Worlds view, and room is scarce.
    vscode.window.setStatusBarMessage(`$(history) ${text.replace(/ at step \d+$/, '')}`, statusTime);
  },

  'worldstep.stepBackInto': async ({ session }) => {
    await ask(session, 'worldstep/stepBackInto', { threadId: await currentThread(session) });
  },

  'worldstep.stepOutBackward': async ({ session }) => {
    await ask(session, 'worldstep/stepOutBackward', { threadId: await currentThread(session) });
  },

  'worldstep.finishExcursion': async ({ session }) => {
    await ask(session, 'worldstep/finishExcursion', { threadId: await currentThread(session) });
  },

  'worldstep.goToStep': async ({ session, position }, _context, given) => {
    const step = typeof given === 'number' ? given : await askStep(position.step);
    if (step !== undefined) await ask(session, 'worldstep/goto', { step });
  },

  'worldstep.goToEvent': async ({ session }, _context, event) => {
    if (typeof event === 'number') await ask(session, 'worldstep/goto', { event });
  },

  'worldstep.showCore': async ({ session }, _context, threadId) => {
    const { stackFrames } = await session.customRequest('stackTrace', { threadId, levels: 20 });
    const frame = (stackFrames as Frame[]).find(({ source }) => source?.path);
    if (frame?.source?.path) await open(session, { path: frame.source.path }, frame.line);
  },

  'worldstep.copyAddress': async (_stop, _context, row) => {
    const address = addressOf(row);
    if (address !== undefined) await vscode.env.clipboard.writeText(spellAddress(BigInt(address)));
  },
} satisfies Record<string, Command>;

const viewing = {
  'worldstep.filterTags': (views) => views.filterTags(),
  'worldstep.showAllTags': (views) => views.showAllTags(),
  'worldstep.showMoreTags': (views) => views.showMoreTags(),
  'worldstep.filterEvents': (views) => views.filterEvents(),
  'worldstep.showAllEvents': (views) => views.showAllEvents(),
  'worldstep.showEarlierEvents': (views) => views.showEarlierEvents(),
} satisfies Record<string, ViewCommand>;

export function registerCommands(context: Context): vscode.Disposable {
  const register = (id: string, run: (argument: unknown) => void | Promise<void>) => vscode.commands.registerCommand(id, run);
  return vscode.Disposable.from(
    ...Object.entries(stopped).map(([id, command]) => register(id, (argument) => runStopped(command, context, argument))),
    ...Object.entries(viewing).map(([id, command]) => register(id, () => command(context.views))),
  );
}

async function runStopped(command: Command, context: Context, argument: unknown): Promise<void> {
  const stop = context.stops.current;
  if (!stop) return tell('This needs a scenario that is being debugged and is stopped.');
  try {
    await command(stop, context, argument);
  } catch (error) {
    // The adapter's own sentence, for example that the scenario runs.
    void vscode.window.showWarningMessage(`Worldstep: ${error instanceof Error ? error.message : error}`);
  }
}

function tell(text: string): void {
  void vscode.window.showInformationMessage(`Worldstep: ${text}`);
}

const addressOf = (row: unknown): string | undefined => (row as Partial<Row> | undefined)?.address;

async function askAddress(session: vscode.DebugSession): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Who Changed This Tag?',
    prompt: 'A physical address',
    value: await faultAddress(session),
    validateInput: (given) => (parseAddress(given) === undefined ? 'This is no address. One looks like this: 0x8800_0000' : undefined),
  });
  const address = parseAddress(text ?? '');
  return address === undefined ? undefined : `0x${address.toString(16)}`;
}

/** The address that the last fault names in its title. */
async function faultAddress(session: vscode.DebugSession): Promise<string | undefined> {
  const { explanation } = await ask(session, 'worldstep/explainFault', {});
  return /0x[0-9a-f_]+/i.exec(explanation?.title ?? '')?.[0];
}

async function askStep(current: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Go to Step',
    prompt: 'How many steps from the start of the run',
    value: String(current),
    validateInput: (given) => (/^\d+$/.test(given.trim()) ? undefined : 'This is no number of steps.'),
  });
  return text === undefined ? undefined : Number(text.trim());
}

/** The core that the user looks at in the call stack, else the first one. */
async function currentThread(session: vscode.DebugSession): Promise<number> {
  const item = vscode.debug.activeStackItem;
  if (item?.session.type === debugType && item.session.id === session.id) return item.threadId;
  const { threads } = await session.customRequest('threads');
  return (threads as { readonly id: number }[])[0].id;
}

interface Frame {
  readonly source?: { readonly path?: string };
  readonly line: number;
}

async function open(session: vscode.DebugSession, source: { path: string }, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.debug.asDebugSourceUri(source, session));
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
