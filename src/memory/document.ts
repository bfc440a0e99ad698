/**
 * Memory beside the code: in VS Code's hex editor where it is installed, else as a text that follows the stops. Both read by
 * the protocol's memory references, so that every address space can be looked at.
 */
import * as vscode from 'vscode';
import type { Stops } from '../debug/stops.ts';
import { say } from '../say.ts';
import { spellAddress } from '../views/address.ts';
import { dump } from './dump.ts';

const scheme = 'worldstep-memory';
const hexEditor = 'ms-vscode.hexeditor';
/** A granule. */
const length = 4096;

/** Where memory is: as `readMemory` takes it, and as people read it. */
export interface MemoryPlace {
  readonly reference: string;
  readonly address: string;
}

export class MemoryDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly stops: Stops) {
    this.subscriptions = [
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      stops.onDidChange((stop) => stop && this.refresh()),
    ];
  }

  async show({ reference, address }: MemoryPlace): Promise<void> {
    const session = this.stops.current?.session;
    if (session && vscode.extensions.getExtension(hexEditor)) {
      const variable = { name: address, value: '', variablesReference: 0, memoryReference: reference };
      await vscode.commands.executeCommand('workbench.debug.viewlet.action.viewMemory', { sessionId: session.id, variable });
      return;
    }
    const uri = vscode.Uri.from({ scheme, path: `/${spellAddress(BigInt(address))}`, query: JSON.stringify({ reference, address }) });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const { reference, address } = JSON.parse(query) as MemoryPlace;
    const session = this.stops.current?.session;
    if (!session) return say('Nothing is being debugged.');
    try {
      const answer = await session.customRequest('readMemory', { memoryReference: reference, offset: 0, count: length });
      const bytes = Buffer.from(answer?.data ?? '', 'base64');
      const unreadable = bytes.length < length ? await this.whyUnreadable(reference, bytes.length) : undefined;
      return dump(BigInt(address), bytes, unreadable);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async whyUnreadable(memoryReference: string, offset: number): Promise<string> {
    const answer = await this.stops.current?.session.customRequest('worldstep/whyUnreadable', { memoryReference, offset });
    return answer?.text ?? say('From here on it cannot be read.');
  }

  private refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) this.changes.fire(uri);
  }
}
