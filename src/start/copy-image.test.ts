import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, library } from '../../language/index.ts';
import { findScenarios } from '../debug/scenarios.ts';
import { copyImage, imagesOf, withCopy } from './copy-image.ts';

const images = imagesOf(library);
const image = (name: string) => {
  const found = images.find((each) => each.name === name);
  if (!found) throw new Error(`no image ${name}`);
  return found;
};

const scenario = readFileSync('scenarios/arm/cca/start-here.tfw', 'utf8');

/** The scenario with a copy of an image beside it; `change` edits the copy. */
function copied(name: string, change = (text: string) => text) {
  const original = image(name);
  const copy = copyImage(library, original, `my_${name}`);
  const [{ range }] = findScenarios(scenario);
  const text = withCopy(scenario, range.line, { use: `./my_${name}/${copy.main}`, name: copy.name, replaces: name, at: original.at });
  const files = new Map([...copy.files].map(([path, content]) => [`file:///w/my_${name}/${path}`, change(content)]));
  const read = (uri: string) => (uri === 'file:///w/main.tfw' ? text : files.get(uri));
  return { copy, ...compile({ read }, 'file:///w/main.tfw') };
}

describe('a copy of a firmware image', () => {
  it('can be made of every image that a platform loads, each with a sentence about it', () => {
    expect(images.map(({ name }) => name).sort()).toEqual(['bl31', 'rmm']);
    for (const { summary, at } of images) expect([summary.length > 20, at.length > 3]).toEqual([true, true]);
  });

  it.each(['bl31', 'rmm'])('of %s compiles in place of the original, with all its parts', (name) => {
    const { copy, program, diagnostics } = copied(name);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const loaded = program?.images.map((each) => each.image.name) ?? [];
    expect(loaded).toContain(`my_${name}`);
    expect(loaded).not.toContain(name);
    const parts = Object.entries(library).filter(([, text]) => new RegExp(`^part of ${name}\\b`, 'm').test(text));
    expect(parts.length).toBeGreaterThan(5);
    expect(copy.files.size).toBeGreaterThan(parts.length);
  });

  it('is what runs: a mistake in it is an error of the program', () => {
    const { diagnostics } = copied('rmm', (text) => text.replace('entry rmm_entry {', 'entry rmm_entry {\n nowhere()'));
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ range }) => range.uri)).toContain('file:///w/my_rmm/rmm.tfw');
  });

  it('leaves what others share in the library', () => {
    const { files } = copyImage(library, image('rmm'), 'my_rmm');
    expect([...files.keys()].filter((path) => path !== 'rmm.tfw' && !path.startsWith('rmm/'))).toEqual([]);
    expect(files.get('rmm.tfw')).toContain('use firmware.arm.smccc');
  });
});
