import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseGlossary, termAt } from './glossary.ts';

const terms = parseGlossary(readFileSync('docs/glossary.md', 'utf8'));
const at = (line: string, word: string) => termAt(terms, line, line.indexOf(word))?.term.title;

describe('the glossary', () => {
  it('has every term of the page, with a text and a source', () => {
    expect(terms.length).toBe((readFileSync('docs/glossary.md', 'utf8').match(/^\*\*/gm) ?? []).length);
    for (const { text, source } of terms) expect([text.length > 10, source.length > 3]).toEqual([true, true]);
  });

  it.each([
    ['// the GPT says so', 'GPT', 'GPT (granule protection table)'],
    ['/// two granules of the host', 'granules', 'Granule'],
    ['/// Stage 2 of a Realm', 'Stage 2', 'Stage 2'],
    ['panic("no RIPAS")', 'RIPAS', 'RIPAS (Realm IPA state)'],
  ])('explains, in %s, the word %s', (line, word, title) => expect(at(line, word)).toBe(title));

  it('leaves code and other words alone', () => {
    expect([at('let GPT = 1', 'GPT'), at('// a gpt', 'gpt'), at('// nothing', 'nothing')]).toEqual([undefined, undefined, undefined]);
  });
});
