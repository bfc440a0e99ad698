/** The disk, as the language reads it: `.tfw` files of one folder tree and nothing else. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileProvider } from '../language/index.ts';

/** Folders that hold copies and other people's files. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git']);

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
      if (!wanted.startsWith('file:') || !wanted.endsWith('.tfw')) return undefined;
      const real = realPath(fileURLToPath(wanted));
      return real !== undefined && inside(root, real) ? readText(real) : undefined;
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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export const uriOf = (path: string, cwd: string): string => pathToFileURL(resolve(cwd, path)).href;

/** A URI as people write it on this machine; library files by their module's path. */
export function shown(uri: string, cwd: string): string {
  if (!uri.startsWith('file:')) return uri.replace(/^[\w-]+:\/*/, '');
  const path = fileURLToPath(uri);
  const short = relative(cwd, path);
  return short !== '' && short.length < path.length ? short : path;
}

/** The file, or every `.tfw` file below the folder, in the order of their names. Undefined if there is neither. */
export function filesAt(path: string, cwd: string): readonly string[] | undefined {
  const at = resolve(cwd, path);
  const stat = statSync(at, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return [at];
  const entries = readdirSync(at, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : (filesAt(join(at, entry.name), cwd) ?? []);
    return entry.name.endsWith('.tfw') ? [join(at, entry.name)] : [];
  });
}
