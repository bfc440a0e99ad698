/** The scenarios that come with the extension, as files that can be read and run, but not changed. */
import * as vscode from 'vscode';

const scheme = 'worldstep-examples';
export const examplesRoot = vscode.Uri.from({ scheme, path: '/' });

class ExampleFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;

  constructor(private readonly folder: vscode.Uri) {}

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return { ...(await vscode.workspace.fs.stat(this.real(uri))), permissions: vscode.FilePermission.Readonly };
  }

  readDirectory(uri: vscode.Uri): Thenable<[string, vscode.FileType][]> {
    return vscode.workspace.fs.readDirectory(this.real(uri));
  }

  readFile(uri: vscode.Uri): Thenable<Uint8Array> {
    return vscode.workspace.fs.readFile(this.real(uri));
  }

  private real(uri: vscode.Uri): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, uri.path);
  }
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}

export function registerExamples({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  const files = new ExampleFiles(vscode.Uri.joinPath(extensionUri, 'scenarios'));
  return vscode.workspace.registerFileSystemProvider(scheme, files, { isReadonly: true, isCaseSensitive: true });
}
