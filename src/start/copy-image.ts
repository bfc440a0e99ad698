/**
 * A copy of one of the library's firmware images, under another name, to be changed: the file that declares it, the files
 * with its parts, and whatever cannot do without those. All else stays in the library.
 */

export interface LibraryImage {
  readonly name: string;
  /** Library path of the file that declares it. */
  readonly path: string;
  /** First sentence of its comment. */
  readonly summary: string;
  /** Where the platforms load it, as they spell it. */
  readonly at: string;
}

export interface ImageCopy {
  /** Name of the image in the copy. */
  readonly name: string;
  /** Texts by path, relative to the folder of the copy. */
  readonly files: ReadonlyMap<string, string>;
  /** The file that declares the image, relative to that folder. */
  readonly main: string;
}

type Library = Readonly<Record<string, string>>;

const use = /^use[ \t]+([\w.]+)[ \t]*$/gm;
const imageHeader = /^image\s+(\w+)\s+in\b/gm;

const pathOf = (module: string) => `${module.replaceAll('.', '/')}.tfw`;

/** The images that a platform of the library loads. */
export function imagesOf(library: Library): LibraryImage[] {
  const loads = new Map(
    Object.values(library).flatMap((text) =>
      [...text.matchAll(/^\s*load\s+(\w+)\s+at\s+(.+?)\s*$/gm)].map(([, name, at]) => [name, at] as const),
    ),
  );
  return Object.entries(library).flatMap(([path, text]) =>
    [...text.matchAll(imageHeader)].flatMap(({ 1: name, index }) => {
      const at = loads.get(name);
      return at === undefined ? [] : [{ name, path, at, summary: commentAbove(text, index) }];
    }),
  );
}

function commentAbove(text: string, index: number): string {
  const above = text.slice(0, index).trimEnd().split('\n');
  const first = above.findLastIndex((line) => !line.startsWith('///')) + 1;
  return above
    .slice(first)
    .map((line) => line.replace(/^\/\/\/ ?/, ''))
    .join(' ');
}

/** @param name what the copy is called: no other image of the program may have that name. */
export function copyImage(library: Library, image: LibraryImage, name: string): ImageCopy {
  const own = circle(library, image.path);
  const folder = image.path.slice(0, image.path.lastIndexOf('/') + 1);
  const local = (path: string) => path.slice(folder.length);
  const files = new Map(
    own.map((path) => {
      const up = '../'.repeat(local(path).split('/').length - 1) || './';
      const text = library[path]
        .replace(use, (line, module) => (own.includes(pathOf(module)) ? `use "${up}${local(pathOf(module))}"` : line))
        .replace(new RegExp(`^image\\s+${image.name}\\b`, 'gm'), `image ${name}`)
        .replace(new RegExp(`^part of\\s+${image.name}\\b`, 'gm'), `part of ${name}`)
        .replace(new RegExp(`^(view .*\\bin\\s+)${image.name}(?=\\s*\\{)`, 'gm'), `$1${name}`);
      return [local(path), text] as const;
    }),
  );
  return { name, files, main: local(image.path) };
}

/** The files that use each other in a circle with this one: a copy of some would still see the library's others. */
function circle(library: Library, path: string): string[] {
  const below = reachable(library, path);
  return [...below].filter((other) => other === path || reachable(library, other).has(path)).sort();
}

function reachable(library: Library, path: string): Set<string> {
  const found = new Set([path]);
  for (const each of found) {
    for (const [, module] of (library[each] ?? '').matchAll(use)) {
      if (pathOf(module) in library) found.add(pathOf(module));
    }
  }
  return found;
}

/** A text with the lines that make a scenario run with the copy: a `use` at the top, a `load` as the scenario's first line. */
export function withCopy(text: string, headerLine: number, copy: { use: string; name: string; replaces: string; at: string }): string {
  const lines = text.split('\n');
  const brace = lines.findIndex((line, i) => i >= headerLine && line.replace(/"[^"]*"|\/\/.*/g, '').includes('{'));
  lines.splice(brace + 1, 0, `    load ${copy.name} at ${copy.at} replaces ${copy.replaces}`);
  const lastUse = lines.findLastIndex((line) => line.startsWith('use '));
  lines.splice(lastUse + 1, 0, `use "${copy.use}"`);
  return lines.join('\n');
}
