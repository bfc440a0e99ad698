import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, type Code, type Diagnostic } from './diagnostics.ts';
import { compile, listScenarios } from './program/compile.ts';
import { check, inFunction, TEST_URI } from './workspace/testing.ts';

interface Section {
  readonly code: string;
  readonly meaning: string;
  readonly wrong?: string;
  readonly right?: string;
}

const PAGE = readFileSync('docs/errors.md', 'utf8');
const example = (text: string, kind: string): string | undefined => new RegExp(`\`\`\`tfw ${kind}\n([^]*?)\`\`\``).exec(text)?.[1];

const SECTIONS: readonly Section[] = PAGE.split(/^### /m)
  .slice(1)
  .map((text) => {
    const [code, meaning] = text.split('\n', 2);
    return { code, meaning, wrong: example(text, 'wrong'), right: example(text, 'right') };
  });

const OF_A_FILE = new Set('use const enum struct event fn image platform scenario'.split(' '));
const OF_AN_IMAGE = new Set(['vector', 'entry']);

/** Examples leave out what is around them. */
function whole(text: string): string {
  const [word] = text.split(/\W/, 1);
  if (OF_A_FILE.has(word)) return text;
  return OF_AN_IMAGE.has(word) ? `image code in Root.EL3 {\n${text}}\n` : inFunction(text);
}

/** As the editor has it: errors of the text, or of its scenarios once it has none. */
function diagnose(text: string): readonly Diagnostic[] {
  const own = check(text);
  if (own.length > 0) return own;
  const files = { read: (uri: string) => (uri === TEST_URI ? text : undefined) };
  return listScenarios(files, TEST_URI).flatMap(({ name }) => compile(files, TEST_URI, { scenario: name }).diagnostics);
}

describe('docs/errors.md', () => {
  it('has every code, in order, with its meaning', () => {
    expect(SECTIONS.map(({ code, meaning }) => [code, meaning])).toEqual(Object.entries(CODES));
  });

  it.each(SECTIONS.filter(({ wrong }) => wrong))('shows what $code is reported for', ({ code, wrong }) => {
    const found = new Set(diagnose(whole(wrong!)).map((diagnostic) => diagnostic.code));
    expect([...found]).toEqual([code as Code]);
  });

  it.each(SECTIONS.filter(({ right }) => right))('shows what to write instead of $code', ({ right }) => {
    expect(diagnose(whole(right!))).toEqual([]);
  });
});

describe('a message', () => {
  it.each(SECTIONS.filter(({ wrong }) => wrong))('of $code is one sentence about the code, not about the parser', ({ wrong }) => {
    for (const { message } of diagnose(whole(wrong!))) {
      expect(message).toMatch(/^[A-Z`0-9].*[.…?]$/);
      expect(message).not.toMatch(/token|TopMember|ExprStatement|Could not resolve/);
    }
  });
});
