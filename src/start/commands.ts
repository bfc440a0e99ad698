/** Commands of the first minutes: a scenario from a template, the examples, a firmware image of one's own, runs as files. */
import * as vscode from 'vscode';
import { choose, languageId, programOf } from '../debug/configuration.ts';
import { findScenarios, type ListedScenario, obviousScenario } from '../debug/scenarios.ts';
import { debugType } from '../debug/stops.ts';
import { say } from '../say.ts';
import { copyImage, imagesOf, type LibraryImage, withCopy } from './copy-image.ts';
import { examplesRoot } from './examples.ts';

type StartCommand = (extension: vscode.ExtensionContext, argument: unknown) => Promise<void>;

export const startCommands = {
  'worldstep.newScenario': async ({ extensionUri }) => {
    const items = await templates(vscode.Uri.joinPath(extensionUri, 'media/templates'));
    const picked = await vscode.window.showQuickPick(items, {
      title: say('New Scenario'),
      placeHolder: say('What it begins with'),
      matchOnDetail: true,
    });
    if (picked) await create(picked.uri, await textOf(picked.uri));
  },

  'worldstep.openExample': async () => pickExample(),

  'worldstep.copyExample': async (_extension, argument) => {
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    if (uri) await create(uri, await textOf(uri));
  },

  'worldstep.copyFirmwareImage': async () => {
    const { library } = await import('../../language/index.ts');
    const items = imagesOf(library).map((image) => ({ label: image.name, description: image.path, detail: image.summary, image }));
    const title = say('Copy Firmware Image Into Workspace');
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: say('The image to be changed'), matchOnDetail: true });
    if (picked) await copyIntoWorkspace(library, picked.image);
  },

  'worldstep.debugWith': async () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== languageId) throw new Error(say('Open a .tfw file with a scenario first.'));
    const scenario = await choose(document);
    if (!scenario) return;
    const title = say('Debug With Seed and Arguments');
    const args: Record<string, string> = {};
    for (const { name, value } of scenario.args) {
      const given = await vscode.window.showInputBox({ title, prompt: say('Value of the argument {0}', name), value });
      if (given === undefined) return;
      if (given.trim() !== value) args[name] = given.trim();
    }
    const validateInput = (text: string) => (/^\d*$/.test(text.trim()) ? undefined : say('A seed is a number.'));
    const prompt = say('Seed: decides secrets and which core steps next. Empty for none');
    const seed = await vscode.window.showInputBox({ title, prompt, value: scenario.seeds[0]?.toString() ?? '', validateInput });
    if (seed === undefined) return;
    const launch = { type: debugType, request: 'launch', name: scenario.name, program: programOf(document.uri), scenario: scenario.name };
    const configuration = { ...launch, args, ...(seed.trim() !== '' && { seed: Number(seed) }) };
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(document.uri), configuration);
  },

  'worldstep.openRunFile': async (_extension, argument) => {
    const uri = argument instanceof vscode.Uri ? argument : await pickRunFile();
    if (uri) await debugRun(uri);
  },

  'worldstep.openWalkthrough': async ({ extension }) => {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#worldstep.start`, false);
  },

  'worldstep.toggleJustMyImage': async () => {
    const settings = vscode.workspace.getConfiguration('worldstep');
    const now = !settings.get<boolean>('justMyImage', false);
    await settings.update('justMyImage', now, vscode.ConfigurationTarget.Global);
    const text = now
      ? say('Steps pass through the firmware library, from the next start on.')
      : say('Steps enter the firmware library, from the next start on.');
    vscode.window.setStatusBarMessage(text, 8000);
  },
} satisfies Record<string, StartCommand>;

const textOf = async (uri: vscode.Uri) => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
const nameOf = (uri: vscode.Uri) => uri.path.slice(uri.path.lastIndexOf('/') + 1);

type Item = vscode.QuickPickItem & { readonly uri: vscode.Uri; readonly line: number };

const itemOf = (uri: vscode.Uri, { name, summary, range }: ListedScenario): Item => ({
  label: name,
  detail: summary,
  uri,
  line: range.line,
});

async function templates(folder: vscode.Uri): Promise<Item[]> {
  const files = await vscode.workspace.fs.readDirectory(folder);
  const uris = files.map(([name]) => vscode.Uri.joinPath(folder, name));
  return (await Promise.all(uris.map(async (uri) => findScenarios(await textOf(uri)).map((scenario) => itemOf(uri, scenario))))).flat();
}

/** Writes a new file beside what the user looks at, or opens one without a name where no folder is open. */
async function create(from: vscode.Uri, content: string): Promise<void> {
  const folder = workFolder();
  const document = folder
    ? await vscode.workspace.openTextDocument(await written(folder, nameOf(from), content))
    : await vscode.workspace.openTextDocument({ language: languageId, content });
  await vscode.window.showTextDocument(document);
}

async function written(folder: vscode.Uri, name: string, content: string): Promise<vscode.Uri> {
  const uri = await freeName(folder, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  return uri;
}

/** The first name of `a.tfw`, `a-2.tfw`, … that nothing has. */
async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  const [, stem, ending] = /^(.*?)(\.\w+)?$/.exec(name) ?? [name, name, ''];
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, number === 1 ? name : `${stem}-${number}${ending ?? ''}`);
    if (!(await exists(uri))) return uri;
  }
}

const exists = (uri: vscode.Uri) =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );

/** The folder of the active file if it can be written, else the first of the workspace. */
function workFolder(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri && vscode.workspace.getWorkspaceFolder(uri)) return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

const copyButton = (): vscode.QuickInputButton => ({ iconPath: new vscode.ThemeIcon('files'), tooltip: say('Copy Into Workspace') });

/** Every scenario of the examples with its comment; picking one opens it to be read and run, its button copies it. */
async function pickExample(): Promise<void> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = say('Examples');
  pick.placeholder = say('Opens to be read and run; the button copies it into the workspace');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (!item) return;
    pick.hide();
    void show(item);
  });
  pick.onDidTriggerItemButton(({ item }) => {
    pick.hide();
    void textOf(item.uri).then((text) => create(item.uri, text));
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
  pick.items = (await examples(examplesRoot)).map((item) => ({ ...item, description: nameOf(item.uri), buttons: [copyButton()] }));
  pick.busy = false;
}

async function examples(folder: vscode.Uri): Promise<Item[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const found = await Promise.all(
    entries.map(async ([name, type]) => {
      const uri = vscode.Uri.joinPath(folder, name);
      if (type === vscode.FileType.Directory) return examples(uri);
      return name.endsWith('.tfw') ? findScenarios(await textOf(uri)).map((scenario) => itemOf(uri, scenario)) : [];
    }),
  );
  // What everybody starts with comes first.
  return found.flat().sort((a, b) => Number(nameOf(b.uri).startsWith('start-')) - Number(nameOf(a.uri).startsWith('start-')));
}

async function show({ uri, line }: Item): Promise<void> {
  const at = new vscode.Position(line, 0);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { selection: new vscode.Range(at, at) });
}

/** Writes the copy beside the scenario in the editor, and makes that scenario load it. */
async function copyIntoWorkspace(library: Readonly<Record<string, string>>, image: LibraryImage): Promise<void> {
  const folder = workFolder();
  if (!folder) throw new Error(say('Open a folder first: the copy needs a place.'));
  const target = await freeName(folder, `my_${image.name}`);
  const copy = copyImage(library, image, nameOf(target));
  for (const [path, text] of copy.files)
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, path), new TextEncoder().encode(text));

  const scenario = await scenarioInEditor(folder);
  const addition = { use: `./${copy.name}/${copy.main}`, name: copy.name, replaces: image.name, at: image.at };
  if (scenario) {
    const { document, range } = scenario;
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(document.uri, whole, withCopy(document.getText(), range.line, addition));
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(target, copy.main)), { preview: false });
  const done = scenario
    ? say('{0} is a copy of {1}. The scenario "{2}" now loads it: change it, and press F5 there.', copy.name, image.name, scenario.name)
    : say('{0} is a copy of {1}. A scenario loads it by: load {0} at {2} replaces {1}', copy.name, image.name, image.at);
  void vscode.window.showInformationMessage(`Worldstep: ${done}`);
}

async function scenarioInEditor(folder: vscode.Uri): Promise<(ListedScenario & { readonly document: vscode.TextDocument }) | undefined> {
  const editor = vscode.window.activeTextEditor;
  // The lines name the copy relative to the file: only one beside it can have them.
  if (editor?.document.languageId !== languageId || vscode.Uri.joinPath(editor.document.uri, '..').toString() !== folder.toString())
    return undefined;
  const scenarios = findScenarios(editor.document.getText());
  const obvious = obviousScenario(scenarios, editor.selection.active.line);
  const items = scenarios.map((scenario) => ({ label: scenario.name, detail: scenario.summary, scenario }));
  const title = say('Scenario that loads the copy');
  const chosen = obvious ?? (items.length > 0 ? (await vscode.window.showQuickPick(items, { title }))?.scenario : undefined);
  return chosen && { ...chosen, document: editor.document };
}

async function pickRunFile(): Promise<vscode.Uri | undefined> {
  const filters = { [say('Worldstep runs')]: ['tfwrun'] };
  return (await vscode.window.showOpenDialog({ title: say('Open Run File'), filters }))?.[0];
}

/** A run names its program's file, not where it is: here it is the one of that name in the workspace. */
async function debugRun(uri: vscode.Uri): Promise<void> {
  const { program } = JSON.parse(await textOf(uri)) as { program?: { file?: string; scenario?: string } };
  if (!program?.file) throw new Error(say('{0} is no run file.', nameOf(uri)));
  const found = await vscode.workspace.findFiles(`**/${program.file}`, undefined, 20);
  const items = found.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  if (items.length === 0) throw new Error(say('The run is one of {0}, which is not in this workspace.', program.file));
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: say('File that the run is of') });
  if (!picked) return;
  const scenario = program.scenario;
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(picked.file), {
    type: debugType,
    request: 'launch',
    name: scenario ?? nameOf(uri),
    program: programOf(picked.file),
    ...(scenario !== undefined && { scenario }),
    run: programOf(uri),
  });
}
