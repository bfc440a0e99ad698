/** Makes a complete launch configuration of whatever the user gave: nothing, a file, or a file and a scenario. */
import * as vscode from 'vscode';
import type { LaunchAttributes } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import { findScenarios, type ListedScenario, namesUri, obviousScenario } from './scenarios.ts';
import { debugType } from './stops.ts';

export type Configuration = vscode.DebugConfiguration & Partial<LaunchAttributes>;

/** The workspaces that F5 is offered in are small; a huge one must not make its menu slow. */
const mostFiles = 200;

export const languageId = 'tfw';

const programUri = (program: string) => (namesUri(program) ? vscode.Uri.parse(program) : vscode.Uri.file(program));
/** As launch.json would name it: a path where there is one. */
export const programOf = (uri: vscode.Uri) => (uri.scheme === 'file' ? uri.fsPath : uri.toString());

/** F5, with and without a launch.json. */
export class LaunchProvider implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(): Configuration[] {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's variable, not ours
    return [{ type: debugType, request: 'launch', name: 'Debug Scenario', program: '${file}', stopOnEntry: 'entry' }];
  }

  resolveDebugConfiguration(_folder: vscode.WorkspaceFolder | undefined, given: Configuration): Configuration | undefined {
    const configuration = given.type ? given : emptyConfiguration();
    if (!configuration) return fail(say('Open a .tfw file with a scenario, then press F5.'));
    const justMyImage = vscode.workspace.getConfiguration('worldstep').get<boolean>('justMyImage', false);
    // The views show what happened; the console need not open by itself.
    return { internalConsoleOptions: 'neverOpen', ...(justMyImage && { justMyImage }), ...configuration };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: Configuration,
  ): Promise<Configuration | undefined> {
    if (!configuration.program) return fail(say('The configuration names no `program`: the .tfw file with the scenario.'));
    const uri = programUri(configuration.program);
    const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
    if (!document) return fail(say('There is no file {0}.', configuration.program));
    // An unknown name is the adapter's to report, with the names that there are.
    if (configuration.scenario !== undefined) return configuration;
    const scenario = await choose(document);
    return scenario && { ...configuration, name: configuration.name || scenario.name, scenario: scenario.name };
  }
}

/** Every scenario of the workspace, in the list that *Select and Start Debugging* shows. */
export class ScenarioProvider implements vscode.DebugConfigurationProvider {
  async provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): Promise<Configuration[]> {
    const files = folder ? await filesOf(folder) : filesOutsideOfFolders();
    const sorted = files.sort((a, b) => a.path.localeCompare(b.path));
    return (await Promise.all(sorted.map(launchesOf))).flat();
  }
}

const filesOf = (folder: vscode.WorkspaceFolder) =>
  vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*.tfw'), undefined, mostFiles);

/** VS Code asks once for each folder and once more without one. */
function filesOutsideOfFolders(): vscode.Uri[] {
  const open = vscode.workspace.textDocuments.filter((document) => document.languageId === languageId && document.uri.scheme === 'file');
  return open.map(({ uri }) => uri).filter((uri) => !vscode.workspace.getWorkspaceFolder(uri));
}

async function launchesOf(uri: vscode.Uri): Promise<Configuration[]> {
  const scenarios = findScenarios((await vscode.workspace.openTextDocument(uri)).getText());
  return scenarios.flatMap(({ name, seeds }): Configuration[] => {
    const launch = { type: debugType, request: 'launch', name, program: programOf(uri), scenario: name };
    // Without a seed, the first one counts.
    return [launch, ...seeds.slice(1).map((seed) => ({ ...launch, name: say('{0}, seed {1}', name, seed), seed }))];
  });
}

function emptyConfiguration(): Configuration | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== languageId) return undefined;
  return { type: debugType, request: 'launch', name: '', program: programOf(document.uri), stopOnEntry: 'entry' };
}

/** The scenario that is meant, or the one that the user picks. */
export async function choose(document: vscode.TextDocument): Promise<ListedScenario | undefined> {
  const scenarios = findScenarios(document.getText());
  const file = vscode.workspace.asRelativePath(document.uri);
  if (scenarios.length === 0) return fail(say('There is no scenario in {0}. One begins with: scenario "its name" on a platform.', file));
  const editor = vscode.window.visibleTextEditors.find((shown) => shown.document === document);
  const obvious = obviousScenario(scenarios, editor?.selection.active.line);
  if (obvious) return obvious;
  const items = scenarios.map((scenario) => ({ label: scenario.name, detail: scenario.summary, scenario }));
  return (await vscode.window.showQuickPick(items, { placeHolder: say('Scenario of {0} to debug', file) }))?.scenario;
}

/** Says why a session does not start; VS Code then leaves it at that. */
function fail(message: string): undefined {
  void vscode.window.showErrorMessage(`Worldstep: ${message}`);
}

export function registerConfigurations(): vscode.Disposable {
  const { Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(debugType, new LaunchProvider()),
    vscode.debug.registerDebugConfigurationProvider(debugType, new ScenarioProvider(), Dynamic),
  );
}
