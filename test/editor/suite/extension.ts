// What these tests share: the extension's own interface, the files of the workspace, and rows as people read them.
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension.ts';
import type { Row } from '../../../src/views/row.ts';
import { eventually } from '../debugging.ts';

export const startHere = 'arm/cca/start-here.tfw';

export async function extension(): Promise<Api> {
  const found = vscode.extensions.getExtension<Api>('worldstep.worldstep');
  if (!found) throw new Error('the extension is not installed');
  return found.activate();
}

export function folder(): vscode.WorkspaceFolder {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) throw new Error('no folder is open');
  return first;
}

export const file = (path: string): vscode.Uri => vscode.Uri.joinPath(folder().uri, path);

export async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** A file of the workspace that the test makes. */
export async function create(path: string, text: string): Promise<vscode.Uri> {
  const uri = file(path);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export function press(key: 'F5' | 'Continue' | 'Step Over' | 'Step Back'): Thenable<unknown> {
  const commands = {
    F5: 'workbench.action.debug.start',
    Continue: 'workbench.action.debug.continue',
    'Step Over': 'workbench.action.debug.stepOver',
    'Step Back': 'workbench.action.debug.stepBack',
  };
  return vscode.commands.executeCommand(commands[key]);
}

/** Rows of a view and of what is open in it, as "label: description". */
export function texts(rows: readonly Row[]): string[] {
  return rows.flatMap(({ label, description, open: isOpen, children }) => [
    description ? `${label}: ${description}` : label,
    ...(isOpen && children ? texts(children()) : []),
  ]);
}

/** Waits until there is a session of ours, and answers it. */
export function session(): Promise<vscode.DebugSession> {
  return eventually('a debug session', () => vscode.debug.activeDebugSession);
}

/** Waits until the last session is gone. */
export function sessionsEnd(): Promise<true> {
  return eventually('the end of the session', () => (vscode.debug.activeDebugSession ? undefined : true));
}

export const lineOf = (document: vscode.TextDocument, text: string): number => {
  const line = document
    .getText()
    .split('\n')
    .findIndex((each) => each.includes(text));
  if (line < 0) throw new Error(`no line has ${text}`);
  return line + 1;
};
