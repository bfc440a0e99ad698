// What tests in the extension host share: waiting for the debugger, and seeing its protocol messages.
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';

/** Asks again until there is an answer. */
export async function eventually<T>(what: string, ask: () => T | undefined, timeout = 10_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/**
 * Waits until the workbench itself shows a stop at a line (counted from 1).
 * The adapter's `stopped` event comes before the workbench has the stack, and its step commands do nothing until then.
 */
export async function stopsAt(line: number, timeout?: number): Promise<vscode.DebugStackFrame> {
  return eventually(
    `a stop at line ${line}`,
    () => {
      const frame = vscode.debug.activeStackItem;
      const shown = vscode.window.activeTextEditor?.selection.active.line;
      return frame instanceof vscode.DebugStackFrame && shown === line - 1 ? frame : undefined;
    },
    timeout,
  );
}

/** Records what the adapter sends to VS Code from now on. */
export class AdapterMessages implements vscode.Disposable {
  readonly all: DebugProtocol.ProtocolMessage[] = [];
  private readonly registration = vscode.debug.registerDebugAdapterTrackerFactory('worldstep', {
    createDebugAdapterTracker: () => ({ onDidSendMessage: (message: DebugProtocol.ProtocolMessage) => void this.all.push(message) }),
  });

  /** Waits for an event, also one that came already; it and what came before it are then forgotten. */
  async event<E extends DebugProtocol.Event>(name: string): Promise<E> {
    const index = await eventually(`the event ${name}`, () => {
      const found = this.all.findIndex((message) => message.type === 'event' && (message as DebugProtocol.Event).event === name);
      return found < 0 ? undefined : found;
    });
    return this.all.splice(0, index + 1).at(-1) as E;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** Ends every session and clears every breakpoint, so that tests do not see each other. */
export async function cleanUp(): Promise<void> {
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  await vscode.debug.stopDebugging();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
