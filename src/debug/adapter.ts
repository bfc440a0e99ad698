/** Puts the debug adapter into a thread of its own, so that the extension host never waits for the machine. */
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { WorkerOptions } from '../../debug-adapter/protocol.ts';
import { AdapterConnection } from '../../debug-adapter/transport/connection.ts';
import { Adaptation } from './adaptation.ts';

const workerData: WorkerOptions = { files: 'client' };

class ThreadedAdapter implements vscode.DebugAdapter {
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  private readonly connection: AdapterConnection;
  /** The file that is debugged. */
  private program: vscode.Uri | undefined;
  readonly onDidSendMessage = this.messages.event;

  constructor(script: string) {
    const adaptation = new Adaptation((message) => this.messages.fire(message));
    this.connection = new AdapterConnection(new Worker(script, { workerData }), {
      read: (uri) => read(uri, this.program),
      deliver: (message) => adaptation.pass(message),
      crashed: (reason) => void vscode.window.showErrorMessage(`Worldstep: ${reason}`),
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const { command, arguments: given } = message as Partial<DebugProtocol.LaunchRequest> & { arguments?: { program?: unknown } };
    if (command === 'launch' && typeof given?.program === 'string') this.program = uriOf(given.program);
    this.connection.send(message as DebugProtocol.ProtocolMessage);
  }

  dispose(): void {
    this.connection.close();
    this.messages.dispose();
  }
}

const uriOf = (program: string): vscode.Uri => (/^[a-z][\w+.-]+:/i.test(program) ? vscode.Uri.parse(program) : vscode.Uri.file(program));

/**
 * What the editor shows counts, saved or not. Whatever a program names, nothing but flow files of the workspace is read for
 * it, or of its own folder where it is in none.
 */
async function read(text: string, program: vscode.Uri | undefined): Promise<string | undefined> {
  const uri = vscode.Uri.parse(text);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  const folders = [
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri),
    ...(program ? [vscode.Uri.joinPath(program, '..')] : []),
  ];
  // Loaded when it is needed: the extension starts without the language.
  const { reaches } = await import('../../language/index.ts');
  const named = program !== undefined && uri.toString() === program.toString();
  if (!named && !reaches(folders.map(String), uri.toString())) return undefined;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

export function registerAdapter(context: vscode.ExtensionContext): vscode.Disposable {
  const script = context.asAbsolutePath('dist/worker.cjs');
  return vscode.debug.registerDebugAdapterDescriptorFactory('worldstep', {
    createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new ThreadedAdapter(script)),
  });
}
