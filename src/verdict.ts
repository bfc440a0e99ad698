/** Says how a scenario ended; a failure gives its reasons. */
import * as vscode from 'vscode';
import type { Notifications } from '../debug-adapter/protocol.ts';
import { debugType } from './debug/stops.ts';

export function registerVerdict(): vscode.Disposable {
  return vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
    if (session.type !== debugType || event !== 'worldstep/verdict') return;
    const { passed, reasons } = body as Notifications['worldstep/verdict'];
    if (passed) void vscode.window.showInformationMessage(`Passed: ${session.name}`);
    else void vscode.window.showWarningMessage(`Failed: ${session.name}. ${reasons.join(' ')}`);
  });
}
