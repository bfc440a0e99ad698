/** Where the debugged scenario stands: the one thing that every view follows. */
import * as vscode from 'vscode';
import type { Notifications, RequestName, Requests } from '../../debug-adapter/protocol.ts';

export const debugType = 'worldstep';

export interface Stop {
  readonly session: vscode.DebugSession;
  readonly position: Notifications['worldstep/stopped']['position'];
  /** Why it stopped, in the user's terms. */
  readonly text: string;
  /** Whether it is the session's first: what changed since the one before is then a question without an answer. */
  readonly first: boolean;
}

/** Sends one of the adapter's own requests. */
export async function ask<N extends RequestName>(session: vscode.DebugSession, name: N, args: Requests[N]['arguments']) {
  return (await session.customRequest(name, args)) as Requests[N]['body'];
}

/**
 * The last stop of the session that the user looks at. It stays the last stop while the session runs on, so that views
 * keep what they show; it is gone with its session.
 */
export class Stops implements vscode.Disposable {
  private readonly bySession = new Map<string, Stop>();
  private readonly changes = new vscode.EventEmitter<Stop | undefined>();
  /** Fires once per stop, and when another session, or none, comes to the front. */
  readonly onDidChange = this.changes.event;
  private readonly subscriptions = [
    vscode.debug.onDidReceiveDebugSessionCustomEvent((event) => this.receive(event)),
    vscode.debug.onDidChangeActiveDebugSession(() => this.changes.fire(this.current)),
    vscode.debug.onDidTerminateDebugSession((session) => this.forget(session)),
  ];

  get current(): Stop | undefined {
    const session = vscode.debug.activeDebugSession;
    return session && this.bySession.get(session.id);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changes.dispose();
  }

  private receive({ session, event, body }: vscode.DebugSessionCustomEvent): void {
    if (session.type !== debugType || event !== 'worldstep/stopped') return;
    const first = !this.bySession.has(session.id);
    this.bySession.set(session.id, { session, first, ...(body as Notifications['worldstep/stopped']) });
    if (session === vscode.debug.activeDebugSession) this.changes.fire(this.current);
  }

  private forget(session: vscode.DebugSession): void {
    if (this.bySession.delete(session.id)) this.changes.fire(this.current);
  }
}
