/** Puts the debug adapter into a thread of its own, so that the extension host never waits for the machine. */
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { EventBreakpointGroup, WorkerOptions } from '../../debug-adapter/protocol.ts';
import { AdapterConnection } from '../../debug-adapter/transport/connection.ts';
import type { EventBreakpoints } from '../breakpoints/events.ts';
import { Adaptation } from './adaptation.ts';
import { OwnRequests } from './own-requests.ts';
import { debugType } from './stops.ts';

const workerData: WorkerOptions = { files: 'client' };

class ThreadedAdapter implements vscode.DebugAdapter {
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  private readonly connection: AdapterConnection;
  private readonly own: OwnRequests;
  private readonly subscription: { dispose(): void };
  /** Whether breakpoints can be set by now. */
  private configured = false;
  /** The file that is debugged, and the run that it begins with. */
  private named: readonly vscode.Uri[] = [];
  readonly onDidSendMessage = this.messages.event;

  constructor(
    script: string,
    private readonly events: EventBreakpoints,
  ) {
    const adaptation = new Adaptation((message) => this.messages.fire(message));
    this.own = new OwnRequests((message) => this.connection.send(message));
    this.connection = new AdapterConnection(new Worker(script, { workerData }), {
      read: (uri) => read(uri, this.named),
      deliver: (message) => {
        if (!this.own.take(message)) adaptation.pass(message);
      },
      crashed: (reason) => void vscode.window.showErrorMessage(`Worldstep: ${reason}`),
    });
    this.subscription = events.onDidChange((changed) => {
      if (changed === 'wishes' && this.configured) void this.sendEvents();
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const { command, arguments: given } = message as Partial<DebugProtocol.LaunchRequest> & {
      arguments?: { program?: unknown; run?: unknown };
    };
    if (command === 'launch') this.named = [given?.program, given?.run].flatMap((path) => (typeof path === 'string' ? [uriOf(path)] : []));
    // From then on it runs: what it may stop on has to be there first.
    if (command === 'configurationDone') void this.sendEvents().then(() => this.pass(message));
    else this.pass(message);
  }

  private pass(message: vscode.DebugProtocolMessage): void {
    this.connection.send(message as DebugProtocol.ProtocolMessage);
  }

  private async sendEvents(): Promise<void> {
    this.configured = true;
    try {
      if (!this.events.known) this.events.know((await this.own.ask('worldstep/eventTree', {})).groups);
      const { ids, breakpoints } = this.events.wanted;
      const states = (await this.own.ask('worldstep/setEventBreakpoints', { breakpoints })).breakpoints;
      this.events.answer(ids, states);
    } catch (error) {
      void vscode.window.showErrorMessage(`Worldstep: ${error instanceof Error ? error.message : error}`);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.events.forget();
    this.connection.close();
    this.messages.dispose();
  }
}

const uriOf = (program: string): vscode.Uri => (/^[a-z][\w+.-]+:/i.test(program) ? vscode.Uri.parse(program) : vscode.Uri.file(program));

/**
 * What the editor shows counts, saved or not. Whatever a program names, nothing but flow files of the workspace is read for
 * it, or of its own folder where it is in none.
 */
async function read(text: string, named: readonly vscode.Uri[]): Promise<string | undefined> {
  const uri = vscode.Uri.parse(text);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  const folders = [
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri),
    ...named.map((each) => vscode.Uri.joinPath(each, '..')),
  ];
  // Loaded when it is needed: the extension starts without the language.
  const { reaches } = await import('../../language/index.ts');
  const isNamed = named.some((each) => each.toString() === uri.toString());
  if (!isNamed && !reaches(folders.map(String), uri.toString())) return undefined;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** What there is to stop on, before anything is debugged: of an adapter that is started to be asked, and ended again. */
export async function askEventTree(context: vscode.ExtensionContext): Promise<readonly EventBreakpointGroup[]> {
  const thread = new Worker(context.asAbsolutePath('dist/worker.cjs'), { workerData });
  const own: OwnRequests = new OwnRequests((message) => connection.send(message));
  const connection = new AdapterConnection(thread, { deliver: (message) => void own.take(message), crashed: () => {} });
  try {
    await own.request('initialize', { adapterID: debugType });
    return (await own.ask('worldstep/eventTree', {})).groups;
  } finally {
    connection.close();
  }
}

export function registerAdapter(context: vscode.ExtensionContext, events: EventBreakpoints): vscode.Disposable {
  const script = context.asAbsolutePath('dist/worker.cjs');
  return vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
    createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new ThreadedAdapter(script, events)),
  });
}
