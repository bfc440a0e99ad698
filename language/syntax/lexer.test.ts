import { describe, expect, it } from 'vitest';
import type { TfwLexer, TfwLexerResult } from './lexer.ts';
import { createTfwServices } from './services.ts';

const lexer = createTfwServices().tfw.parser.Lexer as TfwLexer;
const lex = (text: string): TfwLexerResult => lexer.tokenize(text);

/** Texts of the tokens; `⏎` where a statement ends. */
const shape = (text: string): string =>
  lex(text)
    .tokens.map(({ tokenType, image }) => (tokenType.name === 'NL' ? '⏎' : image))
    .join(' ');
const problems = (text: string): string[] => lex(text).problems.map(({ code, message }) => `${code} ${message}`);
const suggestions = (text: string): (string | undefined)[] => lex(text).problems.map(({ suggestion }) => suggestion);

describe('a line end', () => {
  it('ends a statement, and so does a semicolon', () => {
    expect(shape('a = 1\nb = 2; c = 3')).toBe('a = 1 ⏎ b = 2 ⏎ c = 3');
  });

  it('ends only one, however many there are', () => {
    expect(shape('\n\na = 1\n\n;\n\nb = 2\n\n')).toBe('a = 1 ⏎ b = 2');
  });

  it('ends none inside parentheses and brackets', () => {
    expect(shape('f(a,\n  b,\n)\nt[\n1\n]')).toBe('f ( a , b , ) ⏎ t [ 1 ]');
  });

  it('ends none after a token that cannot end one', () => {
    expect(shape('a =\n1 +\n2')).toBe('a = 1 + 2');
  });

  it.each(['.b', '&& b', '|| b', '== b', '+ b', '| b', '/ b', '<< b', 'as u64', '{ }'])(
    'ends none before `%s`, which cannot start one',
    (next) => {
      expect(shape(`a\n${next}`)).not.toContain('⏎');
    },
  );

  it.each(['*b = 1', '-b', '&b', '(b)', '[b]', '!b', '~b'])('ends one before `%s`, which can start one', (next) => {
    expect(shape(`a\n${next}`)).toContain('a ⏎');
  });

  it('joins `else` to its `if`, but starts an arm with `else =>`', () => {
    expect(shape('if a { }\nelse { }')).toBe('if a { } else { }');
    expect(shape('match a {\n1 => b()\nelse => c()\n}')).toBe('match a { 1 => b ( ) ⏎ else => c ( ) }');
  });

  it('ends a line that is not complete, if the next one can only be a statement', () => {
    expect(shape('let a = 1 +\nlet b = 2')).toBe('let a = 1 + ⏎ let b = 2');
    expect(shape('1 =>\nreturn b')).toBe('1 => return b');
  });

  it('is kept at the end of a text that goes on, as completion needs it', () => {
    expect(lexer.tokenize('a = 1\n', { mode: 'partial' }).tokens.at(-1)?.tokenType.name).toBe('NL');
    expect(lexer.tokenize('a = 1\n').tokens.at(-1)?.tokenType.name).not.toBe('NL');
  });

  it('is the same with carriage returns and with comments before it', () => {
    expect(shape('a = 1 // one\r\n/// two\r\nb = 2 /* three */\nc')).toBe('a = 1 ⏎ b = 2 ⏎ c');
  });
});

describe('a string', () => {
  it('is one token without holes, also with an escaped brace', () => {
    expect(shape('"plain" "\\{no hole}"')).toBe('"plain" "\\{no hole}"');
  });

  it('is split around the expressions in its holes', () => {
    expect(lex('"a {b + 1} c {d.e} f"').tokens.map(({ tokenType }) => tokenType.name)).toEqual([
      'STR_START',
      'ID',
      '+',
      'INT',
      'STR_MID',
      'ID',
      '.',
      'ID',
      'STR_END',
    ]);
  });

  it('has the tokens of its holes at their places in the file', () => {
    const { tokens } = lex('a\n  "x {bc}"');
    const hole = tokens.find(({ image }) => image === 'bc');
    expect(hole).toMatchObject({ startOffset: 8, endOffset: 9, startLine: 2, startColumn: 7, endColumn: 8 });
  });

  it('that is not closed ends with its line', () => {
    expect(problems('a = "open\nb = 1')).toEqual(['TFW002 the string is not closed on its line']);
    expect(shape('a = "open\nb = 1')).toBe('a = "open ⏎ b = 1');
  });

  it('with a hole that is not closed, or is empty, says so', () => {
    expect(problems('"a {b"')).toEqual(['TFW003 this `{` is not closed within the string']);
    expect(problems('"a {}"')).toEqual(['TFW001 expected an expression between `{` and `}`']);
  });
});

describe('a number', () => {
  it('may have a prefix, underscores and a unit', () => {
    expect(lex('0x8800_0000 0b1010 1_000 4 KiB 2MiB').tokens.map(({ image }) => image)).toEqual([
      '0x8800_0000',
      '0b1010',
      '1_000',
      '4 KiB',
      '2MiB',
    ]);
  });

  it.each([
    ['4KB', '4 KiB'],
    ['16M', '16 MiB'],
    ['0X10', '0x10'],
  ])('written `%s` is reported with `%s`', (wrong, right) => {
    expect(suggestions(`a = ${wrong}`)).toEqual([right]);
  });

  it.each(['0b12', '0xfg', '12ab', '0o17', '0x'])('written `%s` is malformed, and is one token', (wrong) => {
    expect(problems(`a = ${wrong}`)).toEqual([expect.stringMatching(/^TFW002/)]);
    expect(lex(`a = ${wrong}`).tokens).toHaveLength(3);
  });
});

describe('a contextual keyword', () => {
  it.each(['event = 1', 'event.state', 'size[2]', 'expect += 1', 'finish == 2'])('is a name in `%s`', (text) => {
    expect(lex(text).tokens[0].tokenType.name).toBe('ID');
  });

  it.each(['expect a', 'expect (a)', 'finish', 'panic("a")', 'event e(a = 1)'])('is a keyword in `%s`', (text) => {
    expect(lex(text).tokens[0].tokenType.name).not.toBe('ID');
  });
});

describe('a character that means nothing', () => {
  it('is named, and the rest is read', () => {
    expect(problems('a = $ 1')).toEqual(['TFW002 a hole in a string is written `{…}`, without `$`']);
    expect(problems("a = 'b'")[0]).toContain('double quotes');
    expect(problems('a = \u00a7')).toEqual(['TFW002 the character U+00A7 has no meaning here']);
  });

  it('of a comment that is never closed hides only what it covers', () => {
    expect(problems('a = 1\n/* b = 2')).toEqual(['TFW003 this comment is not closed: `*/` is missing']);
    expect(shape('a = 1\n/* b = 2')).toBe('a = 1');
  });
});
