/** Patterns of file names, for shells that do not resolve them, or resolve `**` otherwise. */

interface Pattern {
  /** The folder that the pattern starts in. */
  readonly folder: string;
  /** `path` is relative to that folder, with `/` between names. */
  matches(path: string): boolean;
}

const MAGIC = /[*?{[]/;
const PARTS = /\*\*\/?|\*|\?|\{[^{}]*\}|\[[^\]]*\]|[^*?{[]+|./g;

/** What a pattern means: `*` and `?` stay within a name, `**` does not. Undefined if a word is no pattern. */
export function globPattern(word: string): Pattern | undefined {
  if (!MAGIC.test(word)) return undefined;
  const names = word.split('/');
  const first = names.findIndex((name) => MAGIC.test(name));
  const expression = new RegExp(`^${[...names.slice(first).join('/').matchAll(PARTS)].map(([part]) => translated(part)).join('')}$`);
  return { folder: names.slice(0, first).join('/') || (word.startsWith('/') ? '/' : '.'), matches: (path) => expression.test(path) };
}

function translated(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  if (part.startsWith('{') && part.endsWith('}')) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`;
  if (/^\[[^\]]+\]$/.test(part)) return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
  return literal(part);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
