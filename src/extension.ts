/** Activation: registers everything and starts nothing that could be waited for. */
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { registerAdapter } from './debug/adapter.ts';
import { registerConfigurations } from './debug/configuration.ts';
import { Stops } from './debug/stops.ts';
import { ExplanationPanel } from './explain/panel.ts';
import { startLanguageClient, stopLanguageClient } from './language/client.ts';
import { registerLibrary } from './library/provider.ts';
import { registerVerdict } from './verdict.ts';
import { Views } from './views/views.ts';

/** What tests in the editor read: tree views cannot be read from outside. */
export interface Api {
  readonly views: Pick<Views, 'worlds' | 'pasTags' | 'enclaves' | 'events'>;
  /** How long `activate` took, in milliseconds. */
  readonly activationTime: number;
}

export function activate(context: vscode.ExtensionContext): Api {
  const start = performance.now();
  const stops = new Stops();
  const views = new Views(stops, context.globalState);
  const explanation = new ExplanationPanel();
  context.subscriptions.push(
    stops,
    views,
    explanation,
    registerAdapter(context),
    registerConfigurations(),
    registerLibrary(),
    registerVerdict(),
    registerCommands({ stops, views, explanation }),
  );
  startLanguageClient(context);
  // The views are in everybody's Run and Debug: they show only where .tfw files are at work.
  void vscode.commands.executeCommand('setContext', 'worldstep.active', true);
  return { views, activationTime: performance.now() - start };
}

export function deactivate(): Promise<void> {
  return stopLanguageClient();
}
