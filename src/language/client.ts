/** Starts the language server in a process of its own; what it knows comes to the editor through the Language Server Protocol. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { languageId } from '../debug/configuration.ts';
import { libraryScheme } from '../library/provider.ts';

let client: Promise<LanguageClient> | undefined;

/** Returns at once: activation does not wait for the server. */
export function startLanguageClient(context: vscode.ExtensionContext): void {
  client = start(context);
  client.catch((error: unknown) => {
    void vscode.window.showErrorMessage(`Worldstep: the language server did not start: ${error instanceof Error ? error.message : error}`);
  });
}

export async function stopLanguageClient(): Promise<void> {
  await (await client?.catch(() => undefined))?.stop();
}

async function start(context: vscode.ExtensionContext): Promise<LanguageClient> {
  const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
  const server = { module: context.asAbsolutePath('dist/language-server.cjs'), transport: TransportKind.ipc };
  const schemes = ['file', 'untitled', libraryScheme];
  const started = new LanguageClient(
    'worldstep',
    'Worldstep Language Server',
    { run: server, debug: server },
    { documentSelector: schemes.map((scheme) => ({ language: languageId, scheme })) },
  );
  await started.start();
  return started;
}
