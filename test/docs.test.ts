/** The examples of the language and firmware references compile, and those marked `runs` pass. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../debug-adapter/index.ts';
import { compile } from '../language/index.ts';
import { files, show, URI } from './support/programs.ts';

const reference = ['language', 'firmware'].map((page) => readFileSync(new URL(`../docs/${page}.md`, import.meta.url), 'utf8')).join('\n');
const examples = [...reference.matchAll(/```tfw( runs)?\n([\s\S]*?)```/g)].map(([, runs, text]) => ({ runs: runs !== undefined, text }));

describe('the language reference', () => {
  it('has examples, some of which run', () => {
    expect(examples.length).toBeGreaterThan(4);
    expect(examples.filter((example) => example.runs).length).toBeGreaterThan(2);
  });

  it.each(examples.map((example) => [example.text.split('\n').find((line) => /^(scenario|platform|image)/.test(line)) ?? '', example]))(
    '%s',
    (_, { text, runs }) => {
      const { program, diagnostics } = compile(files({ [URI]: text }), URI);
      expect(diagnostics.filter((d) => d.code !== 'TFW404').map(show)).toEqual([]);
      if (!runs || !program) {
        expect(runs).toBe(false);
        return;
      }
      const engine = createEngine(program);
      for (const work = engine.run({ words: [], events: [] }, 1_000_000); !work.next().done; );
      expect(engine.verdict()).toEqual({ passed: true, reasons: [] });
    },
  );
});
