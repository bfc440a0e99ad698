/** Formatting as an editor asks for it: of a whole file, or of the lines of a range. */
import { type Edit, formatEdits } from '../format/format.ts';
import type { FileProvider } from '../workspace/index.ts';

/** Lines, both inclusive. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** What to change, as offsets in the file's text; nothing where the file cannot be read. */
export function formattingOf(files: FileProvider, uri: string, lines?: Lines): readonly Edit[] {
  const text = files.read(uri);
  const edits = (text !== undefined && formatEdits(text)) || [];
  if (text === undefined || !lines) return edits;
  const from = startOfLine(text, lines.from);
  const to = startOfLine(text, lines.to + 1);
  // The white space in front of a line belongs to it: an edit counts where it ends.
  return edits.filter(({ end }) => end >= from && end < to);
}

function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length + 1;
    at = end + 1;
  }
  return at;
}
