/** Puts the debug adapter into a thread of its own, so that the extension host never waits for the machine. */
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { WorkerOptions } from '../../debug-adapter/protocol.ts';
import { Adaptation } from './adaptation.ts';
import { AdapterConnection } from './connection.ts';

const workerData: WorkerOptions = { files: 'client' };

class ThreadedAdapter implements vscode.DebugAdapter {
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  private readonly connection: AdapterConnection;
  readonly onDidSendMessage = this.messages.event;

  constructor(script: string) {
    const adaptation = new Adaptation((message) => this.messages.fire(message));
    this.connection = new AdapterConnection(new Worker(script, { workerData }), {
      read,
      deliver: (message) => adaptation.pass(message),
      crashed: (reason) => void vscode.window.showErrorMessage(`Worldstep: ${reason}`),
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.connection.send(message as DebugProtocol.ProtocolMessage);
  }

  dispose(): void {
    this.connection.close();
    this.messages.dispose();
  }
}

/** What the editor shows counts, saved or not. Whatever a program names, nothing but flow files is read for it. */
async function read(text: string): Promise<string | undefined> {
  const uri = vscode.Uri.parse(text);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  if (!uri.path.endsWith('.tfw')) return undefined;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

export function registerAdapter(context: vscode.ExtensionContext): vscode.Disposable {
  const script = context.asAbsolutePath('dist/worker.cjs');
  return vscode.debug.registerDebugAdapterDescriptorFactory('worldstep', {
    createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new ThreadedAdapter(script)),
  });
}
