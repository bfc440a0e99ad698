/** Shows the firmware library, which lives inside the extension, as files that can be read, searched and stopped in. */
import * as vscode from 'vscode';

export const libraryScheme = 'worldstep-lib';

const encoder = new TextEncoder();
/** The library changes only with the extension. */
const unchanging = 0;

type Library = Readonly<Record<string, string>>;

/** Loaded when a file of it is first looked at: starting up needs none. */
async function load(): Promise<Library> {
  return (await import('../../language/index.ts')).library;
}

class LibraryFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const library = await load();
    const text = library[key(uri)];
    if (text === undefined && entries(library, uri).size === 0) throw vscode.FileSystemError.FileNotFound(uri);
    const type = text === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    const size = encoder.encode(text).byteLength;
    return { type, size, ctime: unchanging, mtime: unchanging, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const text = (await load())[key(uri)];
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return encoder.encode(text);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return [...entries(await load(), uri)];
  }

  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;
}

/** Library paths are relative: `firmware/…`. */
const key = (uri: vscode.Uri) => uri.path.replace(/^\/+|\/+$/g, '');

function entries(library: Library, uri: vscode.Uri): Map<string, vscode.FileType> {
  const prefix = key(uri) === '' ? '' : `${key(uri)}/`;
  const below = Object.keys(library).filter((path) => path.startsWith(prefix));
  return new Map(
    below.map((path) => {
      const [name, ...rest] = path.slice(prefix.length).split('/');
      return [name, rest.length === 0 ? vscode.FileType.File : vscode.FileType.Directory];
    }),
  );
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}

export function registerLibrary(): vscode.Disposable {
  return vscode.workspace.registerFileSystemProvider(libraryScheme, new LibraryFiles(), { isReadonly: true, isCaseSensitive: true });
}
