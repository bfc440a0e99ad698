/** Every scenario of the library and every fixture passes, as `worldstep test` would say. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../debug-adapter/index.ts';
import { compile, type FileProvider, listScenarios } from '../language/index.ts';
import { show } from './support/programs.ts';

const root = new URL('../', import.meta.url);
const disk: FileProvider = {
  read: (uri) => {
    try {
      return readFileSync(fileURLToPath(uri), 'utf8');
    } catch {
      return undefined;
    }
  },
};

function tfwFiles(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tfw'))
    .map((name) => new URL(`${folder}${name}`, root).href)
    .sort();
}

describe.each(['scenarios/', 'test/fixtures/', 'media/templates/'])('%s', (folder) => {
  const scenarios = tfwFiles(folder).flatMap((uri) =>
    listScenarios(disk, uri).flatMap(({ name, seeds }) => {
      const runs = seeds.length > 0 ? seeds.map((seed) => ({ seed, title: `${name}, seed ${seed}` })) : [{ seed: undefined, title: name }];
      return runs.map((run) => ({ uri, name, ...run }));
    }),
  );

  it('has scenarios', () => {
    expect(scenarios.length).toBeGreaterThan(2);
  });

  it.each(scenarios)('$title', ({ uri, name, seed }) => {
    const { program, diagnostics } = compile(disk, uri, { scenario: name, ...(seed !== undefined && { seed }) });
    expect(diagnostics.map(show)).toEqual([]);
    if (!program) throw new Error('no program');
    const engine = createEngine(program);
    for (const work = engine.run({ words: [], events: [] }, 1_000_000); !work.next().done; );
    expect(engine.verdict()).toEqual({ passed: true, reasons: [] });
  });
});
