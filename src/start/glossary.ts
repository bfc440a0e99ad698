/** The words of the glossary, found in a line of text. */

export interface Term {
  /** As it stands in texts: `GPT`, `RIPAS`, `granule`. */
  readonly words: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly source: string;
}

const paragraph = /^\*\*(.+?)\*\*\s+([\s\S]*?)\n\[(.+)\]\s*$/;

export function parseGlossary(markdown: string): Term[] {
  return markdown.split(/\n\s*\n/).flatMap((block) => {
    const [, title, text, source] = paragraph.exec(block.trim()) ?? [];
    if (title === undefined) return [];
    const words = title.replace(/\s*\(.*\)/, '').split(/,\s*/);
    return [{ title, words, text: text.replaceAll('\n', ' '), source }];
  });
}

/** Abbreviations are themselves only in capitals; ordinary words in any case and in the plural. */
const matcher = (word: string) => new RegExp(`\\b${word}s?\\b`, /^[A-Z\d]{2,}/.test(word) ? 'g' : 'gi');

/** The term at a column of a line, if that is in a comment or a text: what is code explains itself. */
export function termAt(terms: readonly Term[], line: string, column: number): { term: Term; start: number; end: number } | undefined {
  if (!inProse(line, column)) return undefined;
  const found = terms.flatMap((term) =>
    term.words.flatMap((word) =>
      [...line.matchAll(matcher(word))].map(({ index, 0: text }) => ({ term, start: index, end: index + text.length })),
    ),
  );
  const here = found.filter(({ start, end }) => start <= column && column < end);
  return here.sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}

function inProse(line: string, column: number): boolean {
  return [...line.matchAll(/"(?:\\.|[^"\\])*"?|\/\/.*/g)].some(({ index, 0: text }) => index <= column && column < index + text.length);
}
