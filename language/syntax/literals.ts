/** Malformed literals and characters: what no token matches, or what two adjacent tokens show to have been meant as one. */
import { type Problem, type Problems, problem } from './problem.ts';
import { is, isName, type LexingError, slice, type Token, type Vocabulary } from './tokens.ts';

const ZERO_PREFIX = /^0[xXbBoO]/;
const BYTES = /^[kKmMgGtT][bB]?$/;

interface Malformed {
  readonly message: string;
  readonly suggestion?: string;
}

/** Messages for characters that start no token, by the first of them. */
const CHARACTERS: Readonly<Record<string, Malformed>> = {
  '"': { message: 'the string is not closed on its line' },
  "'": { message: "strings are written in double quotes, not in `'`", suggestion: '"' },
  '`': { message: 'strings are written in double quotes, not in "`"', suggestion: '"' },
  '?': { message: 'there is no operator `?`; use `if … else …`' },
  $: { message: 'a hole in a string is written `{…}`, without `$`' },
};

export function reportCharacters(errors: readonly LexingError[], text: string, problems: Problems, base = 0): void {
  for (const error of errors) problems.push(unreadable(error, text, base));
}

function unreadable({ offset, length }: LexingError, text: string, base: number): Problem {
  const first = text[offset];
  // An unclosed string swallows the rest of its line, which would only cause further errors.
  const { message, suggestion } = CHARACTERS[first] ?? { message: `the character ${printable(first)} has no meaning here` };
  return { code: 'TFW002', message, offset: base + offset, end: base + offset + length, ...(suggestion !== undefined && { suggestion }) };
}

const printable = (character: string): string =>
  character > ' ' && character < '\u007f'
    ? `\`${character}\``
    : `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** Joins `0` and `xyz` of `0xyz` to one literal, with an error; likewise `4KB` and `1.5`. */
export function joinMalformed(tokens: readonly Token[], problems: Problems): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const previous = result[result.length - 1];
    const adjacent = previous !== undefined && previous.endOffset! + 1 === token.startOffset;
    if (adjacent && is(previous, 'INT') && (isWord(token) || is(token, 'INT'))) {
      const text = previous.image + token.image;
      const { message, suggestion } = malformed(previous.image, token.image);
      problems.push(
        problem('TFW002', previous, message ?? `\`${text}\` is no number`, { to: token, ...(suggestion !== undefined && { suggestion }) }),
      );
      // The digits stay: what is wrong with the literal is said.
      result[result.length - 1] = { ...previous, endOffset: token.endOffset, endColumn: token.endColumn };
    } else result.push(token);
  }
  return result;
}

/** Identifiers and keywords, reserved ones too: `0if`. */
const isWord = (token: Token): boolean => isName(token) || /^[a-z]+$/.test(token.tokenType.name);

function malformed(digits: string, rest: string): Malformed {
  const text = digits + rest;
  if (BYTES.test(rest) && !ZERO_PREFIX.test(text)) {
    const suggestion = `${digits} ${rest[0].toUpperCase()}iB`;
    return { message: `\`${text}\` is no size; write \`${suggestion}\``, suggestion };
  }
  if (/^0[XB]/.test(text)) {
    const suggestion = text.slice(0, 2).toLowerCase() + text.slice(2);
    return { message: `\`${text}\` is no number; write \`${suggestion}\``, suggestion };
  }
  if (/^0o/i.test(text)) return { message: 'there are no octal numbers; write it as `0x…`' };
  if (/^0b/.test(text)) return { message: `\`${text}\` is no binary number; its digits are 0 and 1` };
  if (/^0x/.test(text)) return { message: `\`${text}\` is no hexadecimal number` };
  return { message: `\`${text}\` is neither a number nor a name` };
}

/** A string that is not closed on its line ends with it. */
export function closeStrings(tokens: Token[], vocabulary: Vocabulary, errors: readonly LexingError[], text: string): Token[] {
  const unclosed = errors.filter(({ offset }) => text[offset] === '"');
  if (unclosed.length === 0) return tokens;
  const result: Token[] = [];
  let next = 0;
  let until = 0;
  for (const token of tokens) {
    for (; next < unclosed.length && unclosed[next].offset < token.startOffset; next++) {
      const { offset, line, column } = unclosed[next];
      if (offset < until) continue;
      until = endOfLine(text, offset);
      const place = { image: text.slice(offset, until), startOffset: offset, endOffset: until - 1, startLine: line!, startColumn: column! };
      const width = until - offset;
      result.push(slice(vocabulary, { ...token, ...place, endLine: line!, endColumn: column! + width - 1 }, 'STRING', 0, width));
    }
    if (token.startOffset >= until) result.push(token);
  }
  return result;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** A block comment that is never closed hides the rest of the file, so what follows it is not read. */
export function closeComment(tokens: Token[], problems: Problems): Token[] {
  const start = tokens.findIndex(
    (token, i) => is(token, '/') && is(tokens[i + 1], '*') && token.endOffset! + 1 === tokens[i + 1].startOffset,
  );
  if (start < 0) return tokens;
  problems.push(problem('TFW003', tokens[start], 'this comment is not closed: `*/` is missing', { to: tokens[start + 1] }));
  return tokens.slice(0, start);
}
