/** Shows the firmware library, which lives inside the extension, as files that can be read, searched and stopped in. */
import * as vscode from 'vscode';
import { library } from '../../language/index.ts';

export const libraryScheme = 'worldstep-lib';

const encoder = new TextEncoder();
/** The library changes only with the extension. */
const unchanging = 0;

class LibraryFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const text = library[key(uri)];
    const type = text === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    if (text === undefined && entries(uri).size === 0) throw vscode.FileSystemError.FileNotFound(uri);
    const size = text === undefined ? 0 : encoder.encode(text).byteLength;
    return { type, size, ctime: unchanging, mtime: unchanging, permissions: vscode.FilePermission.Readonly };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const text = library[key(uri)];
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return encoder.encode(text);
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    return [...entries(uri)];
  }

  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;
}

/** Library paths are relative: `firmware/…`. */
const key = (uri: vscode.Uri) => uri.path.replace(/^\/+|\/+$/g, '');

function entries(uri: vscode.Uri): Map<string, vscode.FileType> {
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
