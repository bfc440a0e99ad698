/** The firmware library: modules by name, and where its declarations are. */
import { library } from '../library/library.generated.ts';
import { LIBRARY } from './uses.ts';

/** Text of a library file, by its URI. */
export const librarySource = (uri: string): string | undefined =>
  uri.startsWith(LIBRARY) ? library[uri.slice(LIBRARY.length)] : undefined;

const moduleOf = (path: string): string => path.replace(/\.tfw$/, '').replaceAll('/', '.');

/** The library's modules, as `use` names them. */
export const moduleNames = (): string[] => Object.keys(library).map(moduleOf);

const DECLARATION = /^(?:const|enum|struct|bits|event|fn|image|platform|view)\s+([A-Za-z_]\w*)/gm;
let declarations: Map<string, string> | undefined;

/** The module that declares a name at its top. */
export function moduleDeclaring(name: string): string | undefined {
  declarations ??= new Map(
    Object.entries(library).flatMap(([path, text]) =>
      [...text.matchAll(DECLARATION)].map(([, declared]) => [declared, moduleOf(path)] as const),
    ),
  );
  return declarations.get(name);
}
