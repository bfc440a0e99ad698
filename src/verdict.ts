/** Says how a scenario ended; a failure gives its reasons. */
import * as vscode from 'vscode';
import type { Notifications } from '../debug-adapter/protocol.ts';
import { debugType } from './debug/stops.ts';
import { say } from './say.ts';

export function registerVerdict(): vscode.Disposable {
  return vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
    if (session.type !== debugType || event !== 'worldstep/verdict') return;
    const { passed, reasons } = body as Notifications['worldstep/verdict'];
    if (!vscode.workspace.getConfiguration('worldstep').get<boolean>('announceVerdict', true)) return;
    if (passed) void vscode.window.showInformationMessage(say('Passed: {0}', session.name));
    else void vscode.window.showWarningMessage(say('Failed: {0}. {1}', session.name, reasons.join(' ')));
  });
}
