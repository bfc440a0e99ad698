/** The editor tab in which *Explain Last Fault* answers. One is enough: a newer explanation replaces the older. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { FaultExplanation } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import { explanationPage } from './document.ts';

export class ExplanationPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  show(explanation: FaultExplanation): void {
    this.panel ??= this.open();
    this.panel.webview.html = explanationPage(explanation, randomUUID());
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    // The page holds names out of the program: of all commands it may run only those that go somewhere.
    const options = { enableScripts: false, enableCommandUris: ['worldstep.goToStep', 'worldstep.showSource'], localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel('worldstep.explanation', say('Why did it fault?'), place, options);
    panel.onDidDispose(() => (this.panel = undefined));
    return panel;
  }
}
