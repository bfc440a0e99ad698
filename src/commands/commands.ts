/** All commands of the palette, the views and their menus, each by its id in the manifest. */
import * as vscode from 'vscode';
import type { EventTree } from '../breakpoints/view.ts';
import { eventCommands } from '../breakpoints/view.ts';
import type { Stop, Stops } from '../debug/stops.ts';
import type { ExplanationPanel } from '../explain/panel.ts';
import type { MemoryDocuments } from '../memory/document.ts';
import { say } from '../say.ts';
import { startCommands } from '../start/commands.ts';
import type { Row } from '../views/row.ts';
import type { Views } from '../views/views.ts';
import { tell } from './arguments.ts';
import { lookCommands } from './look.ts';
import { runCommands } from './runs.ts';
import { travelCommands } from './travel.ts';

export interface Context {
  readonly extension: vscode.ExtensionContext;
  readonly stops: Stops;
  readonly views: Views;
  readonly events: EventTree;
  readonly memory: MemoryDocuments;
  readonly explanation: ExplanationPanel;
}

/** A command while a scenario is stopped. Arguments come from menus, rows and links, so none is sure to be there. */
export type StoppedCommand = (stop: Stop, context: Context, argument: unknown, more: unknown) => Promise<void>;
type ViewCommand = (views: Views) => void | Promise<void>;

const stopped: Readonly<Record<string, StoppedCommand>> = { ...lookCommands, ...travelCommands, ...runCommands };

const viewing = {
  'worldstep.filterTags': (views) => views.filterTags(),
  'worldstep.showAllTags': (views) => views.showAllTags(),
  'worldstep.showMoreTags': (views) => views.showMoreTags(),
  'worldstep.filterEvents': (views) => views.filterEvents(),
  'worldstep.showAllEvents': (views) => views.showAllEvents(),
  'worldstep.showEarlierEvents': (views) => views.showEarlierEvents(),
} satisfies Record<string, ViewCommand>;

export function registerCommands(context: Context): vscode.Disposable {
  const register = (id: string, run: (argument: unknown, more: unknown) => unknown) => vscode.commands.registerCommand(id, run);
  return vscode.Disposable.from(
    ...Object.entries(stopped).map(([id, command]) => register(id, (argument, more) => runStopped(command, context, argument, more))),
    ...Object.entries(viewing).map(([id, command]) => register(id, () => command(context.views))),
    ...Object.entries(eventCommands).map(([id, command]) => register(id, (row) => command(context.events.breakpoints, row as Row))),
    ...Object.entries(startCommands).map(([id, command]) =>
      register(id, (argument) => guarded(() => command(context.extension, argument))),
    ),
  );
}

async function runStopped(command: StoppedCommand, context: Context, argument: unknown, more: unknown): Promise<void> {
  const stop = context.stops.current;
  if (!stop) return tell(say('This needs a scenario that is being debugged and is stopped.'));
  await guarded(() => command(stop, context, argument, more));
}

/** The adapter's own sentence, for example that the scenario runs, is what the user is told. */
async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    void vscode.window.showWarningMessage(`Worldstep: ${error instanceof Error ? error.message : error}`);
  }
}
