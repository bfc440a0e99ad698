/** The files that a command line names. */
import { type FoundFile, filesAt } from '../files.node.ts';
import { type Terminal, USAGE } from '../terminal.ts';

const DEFAULT = 'scenarios';

/** Each file once, in the order of the command line, or how the command ends without. */
export function filesOf(words: readonly string[], { cwd, err }: Terminal): readonly FoundFile[] | number {
  const files = new Map<string, FoundFile>();
  for (const word of words.length > 0 ? words : [DEFAULT]) {
    const found = filesAt(word, cwd);
    if (found === undefined) {
      err(words.length > 0 ? `worldstep: there is no file ${word}` : `worldstep: there is no folder ${DEFAULT}/; name files or folders`);
      return USAGE;
    }
    for (const file of found) {
      const key = `${file.path}#${file.scenario ?? ''}`;
      if (!files.get(key)?.named) files.set(key, file);
    }
  }
  return [...files.values()];
}
