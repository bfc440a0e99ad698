/** What a command is about: the row, the variable or the place in the code that it was called on. */
import * as vscode from 'vscode';
import { debugType, type Stop } from '../debug/stops.ts';
import { expressionAt } from '../language/expressions.ts';
import { say } from '../say.ts';
import { parseAddress } from '../views/address.ts';
import type { Row } from '../views/row.ts';

/** How long the status bar says where a travel led, in milliseconds. */
const statusTime = 10_000;

/** First address of a row. */
export const addressOf = (row: unknown): string | undefined => (row as Partial<Row> | undefined)?.address;
export const memoryOf = (row: unknown): string | undefined => (row as Partial<Row> | undefined)?.memory;

/** The step is in the title of the Worlds view, and room is scarce. */
export function arrived(text: string): void {
  vscode.window.setStatusBarMessage(`$(history) ${text.replace(/ at step \d+$/, '')}`, statusTime);
}

/** The core that the user looks at in the call stack, else the first one. */
export async function currentThread({ session }: Stop): Promise<number> {
  const item = vscode.debug.activeStackItem;
  if (item?.session.type === debugType && item.session.id === session.id) return item.threadId;
  const { threads } = await session.customRequest('threads');
  return (threads as { readonly id: number }[])[0].id;
}

/** The frame that the user looks at: names mean what they mean there. */
export function currentFrame({ session }: Stop): { frameId?: number } {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame && item.session.id === session.id ? { frameId: item.frameId } : {};
}

/**
 * The expression that a command is about: of a row of the Variables view, else what is selected or under the cursor, else
 * what the user says.
 */
export async function expressionOf(argument: unknown, title: string): Promise<string | undefined> {
  const { variable } = (argument ?? {}) as { readonly variable?: { readonly evaluateName?: string } };
  if (variable?.evaluateName) return variable.evaluateName;
  const value = expressionInEditor();
  // Called from the editor's menu, its word is meant; from the palette it is a proposal.
  if (value && argument !== undefined) return value;
  const prompt = say('A variable, a register or a physical address');
  return (await vscode.window.showInputBox({ title, prompt, value }))?.trim() || undefined;
}

function expressionInEditor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  if (!selection.isEmpty) return document.getText(selection);
  const { text } = document.lineAt(selection.active.line);
  const span = expressionAt(text, selection.active.character);
  return span && text.slice(span.start, span.end);
}

/** A physical address, as hex digits for the adapter. */
export async function askAddress(title: string, value: string | undefined): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: say('A physical address'),
    value,
    validateInput: (given) => (parseAddress(given) === undefined ? say('This is no address. One looks like this: 0x8800_0000') : undefined),
  });
  const address = parseAddress(text ?? '');
  return address === undefined ? undefined : `0x${address.toString(16)}`;
}

export function tell(text: string): void {
  void vscode.window.showInformationMessage(`Worldstep: ${text}`);
}
