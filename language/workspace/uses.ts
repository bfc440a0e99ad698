/** Which files a file sees: itself and, transitively, what it uses. */
import type { File } from '../syntax/generated/ast.ts';

export const LIBRARY = 'worldstep-lib:/';

export class Uses {
  private readonly used = new WeakMap<File, readonly File[]>();
  private visible = new WeakMap<File, readonly File[]>();

  /** States what a file uses directly. */
  declare(file: File, used: readonly File[]): void {
    this.used.set(file, used);
    this.visible = new WeakMap();
  }

  usedBy(file: File): readonly File[] {
    return this.used.get(file) ?? [];
  }

  /** The file itself first, then what it uses, nearest first. Uses may go round in circles. */
  visibleFrom(file: File): readonly File[] {
    const known = this.visible.get(file);
    if (known) return known;
    const found = new Set([file]);
    for (const each of found) for (const used of this.usedBy(each)) found.add(used);
    const result = [...found];
    this.visible.set(file, result);
    return result;
  }
}

/** URI of what `use` names in the file `from`; undefined where the path leaves every workspace. */
export function targetOf(use: { readonly path?: string; readonly module?: string }, from: string): string | undefined {
  if (use.module !== undefined) return `${LIBRARY}${use.module.replaceAll('.', '/')}.tfw`;
  if (use.path === undefined || !/^\.\.?\//.test(use.path)) return undefined;
  return resolvePath(from, use.path);
}

/** Library files see each other only; a relative path never climbs above the root. */
function resolvePath(from: string, path: string): string | undefined {
  const [, base, folder] = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?)?(.*\/)?[^/]*$/i.exec(from) ?? [];
  const segments = (folder ?? '').split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(encodeURI(segment));
    else if (segments.length <= 1) return undefined;
    else segments.pop();
  }
  return `${base ?? ''}${segments.join('/')}`;
}
