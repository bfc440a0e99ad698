import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import ts from 'typescript';
import { afterEach, describe, expect, it } from 'vitest';
import layers from '../.dependency-cruiser.cjs';
import { at } from '../scripts/lib/project.mjs';

/** The product's own TypeScript in a room: no tests, nothing generated. */
function sources(room: string): string[] {
  const files = readdirSync(at(room), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /(?<!\.(test|bench|generated|d))\.ts$/.test(file)).map((file) => `${room}/${file}`);
}

describe('the machine', () => {
  /** What would make a run more than a function of its inputs. tsconfig.machine.json keeps Node and the DOM out; these belong to the language. */
  const impure = new Set(['Date', 'Promise', 'WeakRef', 'FinalizationRegistry', 'Atomics', 'SharedArrayBuffer', 'globalThis']);

  function impurities(text: string): string[] {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && impure.has(node.text)) found.push(node.text);
      if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') found.push('Math.random');
      if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) found.push('async');
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile('machine.ts', text, ts.ScriptTarget.ES2022, true));
    return found;
  }

  it('has no clock, no randomness and no asynchrony', () => {
    const found = sources('machine').map((file) => [file, impurities(readFileSync(at(file), 'utf8'))] as const);
    expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
  });

  it('would be caught using one of them', () => {
    expect(impurities('const when = new Date();')).toEqual(['Date']);
    expect(impurities('const dice = () => Math.random();')).toEqual(['Math.random']);
    expect(impurities('const later = async () => { await 0; };')).toEqual(['async', 'async']);
  });
});

describe('debugger and views', () => {
  const architectures =
    /\b(armv\d\w*|aarch(32|64)|trustzone|cca|rme|risc-?v|rv64|virtee|keystone|x86|amd64|amd|sev|snp|intel|tdx|seam|vmx|twinvisor)\b/gi;

  /** In small letters it is also a verb (a breakpoint is armed), so there it counts only as a whole string or part of a path. */
  const arm = /\b(Arm|ARM)\b|(?<=['"`/])arm(?=['"`/])/g;

  /** Words inside camelCase names count as words. */
  function names(text: string): string[] {
    const words = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
    return [architectures, arm].flatMap((pattern) => words.match(pattern) ?? []);
  }

  it.each(['src', 'debug-adapter'])('name no architecture in %s/', (room) => {
    const found = sources(room).map((file) => [file, names(readFileSync(at(file), 'utf8'))] as const);
    expect(found.filter(([, words]) => words.length > 0)).toEqual([]);
  });

  it('would be caught naming one', () => {
    expect(names('if (machine.isAarch64) loadSev_snp();')).toEqual(['Aarch64', 'Sev', 'snp']);
    expect(names("const isArm = architecture === 'arm'")).toEqual(['Arm', 'arm']);
    expect(names('arm the breakpoint; the alarm of a charm')).toEqual([]);
  });
});

describe('imports between rooms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'worldstep-layers-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The names of the rules that a tiny project breaks. */
  async function broken(files: Record<string, string>): Promise<string[]> {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { forbidden, options } = layers;
    const { output } = await cruise(Object.keys(files), {
      ...options,
      tsConfig: undefined,
      baseDir: folder,
      ruleSet: { forbidden },
      validate: true,
    });
    if (typeof output === 'string') throw new Error(output);
    return output.summary.violations.map(({ rule }) => rule.name);
  }

  const leaf = 'export type Leaf = 1;\n';
  const cases: [sentence: string, importer: string, imported: string, rule: string | undefined][] = [
    ['language may import machine', 'language/a.ts', 'machine/b.ts', undefined],
    ['machine may not import language', 'machine/a.ts', 'language/b.ts', 'machine: nothing of ours'],
    ['language may not import debug-adapter', 'language/a.ts', 'debug-adapter/b.ts', 'language: only machine'],
    ['debug-adapter may not import src', 'debug-adapter/a.ts', 'src/b.ts', 'debug-adapter: only language and machine'],
    ['cli may import debug-adapter', 'cli/a.ts', 'debug-adapter/b.ts', undefined],
    ['cli may not import src', 'cli/a.ts', 'src/b.ts', 'cli: only debug-adapter and language and machine'],
    ['src may import the debug adapter by its entry point', 'src/a.ts', 'debug-adapter/index.ts', undefined],
    ['src may not import the insides of the debug adapter', 'src/a.ts', 'debug-adapter/b.ts', 'src: only the public entry points'],
    ['src may not import machine', 'src/a.ts', 'machine/b.ts', 'src: only the public entry points'],
  ];
  it.each(cases)('%s', async (_sentence, importer, imported, rule) => {
    const text = `import type { Leaf } from '../${imported}';\nexport type Root = Leaf;\n`;
    expect(await broken({ [importer]: text, [imported]: leaf })).toEqual(rule ? [rule] : []);
  });

  it('the engine may not use built-ins of Node, its workers may', async () => {
    const text = "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n";
    expect(await broken({ 'debug-adapter/a.ts': text })).toEqual(['engine: runs in a browser too, so no built-ins of Node']);
    expect(await broken({ 'debug-adapter/worker.ts': text, 'language/files.node.ts': text })).toEqual([]);
  });

  it('vscode belongs to src', async () => {
    const text = "import * as vscode from 'vscode';\nexport const version = vscode.version;\n";
    expect(await broken({ 'cli/a.ts': text })).toEqual(['vscode: only in src']);
    expect(await broken({ 'src/a.ts': text })).toEqual([]);
  });

  it('may go in circles only for types', async () => {
    const circle = (word: string) => ({
      'machine/a.ts': `import ${word}{ b } from './b.ts';\nexport const a = 1;\nexport type A = typeof b;\n`,
      'machine/b.ts': `import ${word}{ a } from './a.ts';\nexport const b = 1;\nexport type B = typeof a;\n`,
    });
    expect(await broken(circle('type '))).toEqual([]);
    expect(await broken(circle(''))).toContain('no cycles');
  });
});
