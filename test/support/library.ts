/** The firmware library as files of a workspace, so that a test can change a line of it and see what breaks. */

import type { FileProvider } from '../../language/index.ts';
import { library } from '../../language/library/library.generated.ts';

const ROOT = 'file:///firmware/';

/**
 * A provider of `text` at `uri` whose `use firmware.…` mean edited copies of the library's modules.
 * `edit` gets each module's path (`firmware/arm/bl31.tfw`) and text.
 */
export function withEditedLibrary(uri: string, text: string, edit: (path: string, text: string) => string): FileProvider {
  const local = (source: string): string => source.replace(/^use (firmware(?:\.\w+)+)/gm, (_, name: string) => `use "${relative(name)}"`);
  const texts = new Map([[uri, local(text)]]);
  for (const [path, source] of Object.entries(library)) texts.set(at(path), local(edit(path, source)));
  return { read: (asked) => texts.get(asked) };
}

const at = (path: string): string => ROOT + path.replaceAll('/', '.');
/** Everything stands in one folder, so a module is beside whoever uses it. */
const relative = (name: string): string => `./${name}.tfw`;
/** Where the program itself must stand to see the copies. */
export const BESIDE_LIBRARY = `${ROOT}program.tfw`;
