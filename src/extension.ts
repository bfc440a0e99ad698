/** Activation: registers everything and starts nothing that could be waited for. */
import * as vscode from 'vscode';
import type { EventBreakpoints } from './breakpoints/events.ts';
import { EventTree, keptEventBreakpoints } from './breakpoints/view.ts';
import { registerCommands } from './commands/commands.ts';
import { askEventTree, registerAdapter } from './debug/adapter.ts';
import { registerConfigurations } from './debug/configuration.ts';
import { Stops } from './debug/stops.ts';
import { ExplanationPanel } from './explain/panel.ts';
import { startLanguageClient, stopLanguageClient } from './language/client.ts';
import { registerValues } from './language/values.ts';
import { registerLibrary } from './library/provider.ts';
import { MemoryDocuments } from './memory/document.ts';
import { speakWith } from './say.ts';
import { registerExamples } from './start/examples.ts';
import { registerGlossary } from './start/glossary-hover.ts';
import { registerVerdict } from './verdict.ts';
import { Views } from './views/views.ts';

/** What tests in the editor read: tree views cannot be read from outside. */
export interface Api {
  readonly views: Pick<Views, 'worlds' | 'pasTags' | 'enclaves' | 'events'>;
  readonly eventBreakpoints: EventBreakpoints;
  readonly eventTree: Pick<EventTree, 'rows'>;
  /** How long `activate` took, in milliseconds. */
  readonly activationTime: number;
}

export function activate(extension: vscode.ExtensionContext): Api {
  const start = performance.now();
  speakWith(vscode.l10n.t);
  const stops = new Stops();
  const views = new Views(stops, extension.globalState);
  const eventBreakpoints = keptEventBreakpoints(extension.workspaceState);
  const events = new EventTree(eventBreakpoints, () => askEventTree(extension));
  const memory = new MemoryDocuments(stops);
  const explanation = new ExplanationPanel();
  extension.subscriptions.push(
    stops,
    views,
    events,
    memory,
    explanation,
    registerAdapter(extension, eventBreakpoints),
    registerConfigurations(),
    registerLibrary(),
    registerExamples(extension),
    registerValues(),
    registerGlossary(extension),
    registerVerdict(),
    registerCommands({ extension, stops, views, events, memory, explanation }),
  );
  startLanguageClient(extension);
  // The views are in everybody's Run and Debug: they show only where .tfw files are at work.
  void vscode.commands.executeCommand('setContext', 'worldstep.active', true);
  return { views, eventBreakpoints, eventTree: events, activationTime: performance.now() - start };
}

export function deactivate(): Promise<void> {
  return stopLanguageClient();
}
