/** The disk, as the language reads it: `.tfw` files of one folder tree and nothing else. */
import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic, FileProvider } from '../language/index.ts';
import { globPattern } from './glob.ts';

/** Folders that hold copies and other people's files. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git']);
/** Bytes. What is larger is not even looked at: the language reads a million characters. */
const MOST = 64 << 20;

const inside = (root: string, path: string): boolean => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/**
 * Files below the folder where the command was given, or below the file's own if it is elsewhere: what a `use` names must
 * not lead to the rest of the disk.
 */
export function diskFiles(uri: string, cwd: string): FileProvider {
  const path = realPath(fileURLToPath(uri));
  const home = realPath(cwd);
  const root = path !== undefined && home !== undefined && inside(home, path) ? home : dirname(path ?? fileURLToPath(uri));
  return {
    read(wanted) {
      if (!wanted.startsWith('file:') || !(wanted.endsWith('.tfw') || wanted === uri)) return undefined;
      const real = realPath(fileURLToPath(wanted));
      const read = real !== undefined && inside(root, real) ? readSource(real) : undefined;
      return read && 'text' in read ? read.text : undefined;
    },
  };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
};

/** The text of a file, or why it has none. */
export function readSource(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { problem: PROBLEMS.EISDIR };
    if (!stat.isFile()) return { problem: 'it is no file' };
    if (stat.size > MOST) return { problem: `it is far too large: ${stat.size} bytes` };
    const bytes = readFileSync(path);
    return bytes.includes(0) ? { problem: 'it is no text, but binary data' } : { text: bytes.toString('utf8') };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { problem: PROBLEMS[code] ?? message };
  }
}

/** What is wrong with a file before anything is read of it; undefined if nothing is. */
export function unreadable(path: string): Diagnostic | undefined {
  const read = readSource(path);
  if ('text' in read) return undefined;
  const range = { uri: pathToFileURL(path).href, line: 0, column: 0, endLine: 0, endColumn: 0 };
  return { code: 'TFW104', severity: 'error', message: `The file cannot be read: ${read.problem}.`, range };
}

export const uriOf = (path: string, cwd: string): string => pathToFileURL(resolve(cwd, path)).href;

/** A URI as people write it on this machine; library files by their module's path. */
export function shown(uri: string, cwd: string): string {
  if (!uri.startsWith('file:')) return uri.replace(/^[\w-]+:\/*/, '');
  const path = fileURLToPath(uri);
  const short = relative(cwd, path);
  return short !== '' && short.length < path.length ? short : path;
}

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** Whether the command line names it, rather than its folder. */
  readonly named: boolean;
  /** What stands behind `#`. */
  readonly scenario?: string;
}

/**
 * The file, every `.tfw` file below the folder, or what matches the pattern, in the order of their names. Undefined if there
 * is nothing.
 */
export function filesAt(word: string, cwd: string): readonly FoundFile[] | undefined {
  const at = resolve(cwd, word);
  const stat = statOf(at);
  if (stat?.isDirectory()) return tfwFiles(at).map((path) => ({ path, named: false }));
  if (stat) return [{ path: at, named: true }];
  const pattern = globPattern(word);
  if (pattern) {
    const root = resolve(cwd, pattern.folder);
    const found = tfwFiles(root).filter((path) => pattern.matches(relative(root, path).split(sep).join('/')));
    return found.length > 0 ? found.map((path) => ({ path, named: false })) : undefined;
  }
  const hash = word.lastIndexOf('#');
  const [file] = (hash > 0 && filesAt(word.slice(0, hash), cwd)) || [];
  return file?.named ? [{ ...file, scenario: word.slice(hash + 1) }] : undefined;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function tfwFiles(folder: string): string[] {
  const entries = entriesOf(folder).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : tfwFiles(path);
    return entry.name.endsWith('.tfw') && (entry.isFile() || statOf(path)?.isFile()) ? [path] : [];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
