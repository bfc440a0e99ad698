/** `part of`: an image in several files is one image. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../language/index.ts';
import { BARE_PLATFORM, files, run, show, URI } from '../support/programs.ts';

const MAIN = `use "./store.tfw"
${BARE_PLATFORM}
image code in Root.EL3 {
    const LIMIT: u64 = 3
    fn main() {
        for i in 0..LIMIT { put(i) }
        expect total() == 3
        expect kept[2] == 2
        finish
    }
}
scenario "parts" on bare { core 0 runs code.main }
`;
const STORE = `use "./program.tfw"
part of code {
    var kept: [u64; 4]
    fn put(value: u64) {
        if value < LIMIT { kept[value] = value }
    }
    fn total() -> u64 {
        return kept[0] + kept[1] + kept[2]
    }
}
`;

function compiled(main: string, store: string) {
  return compile(files({ [URI]: main, 'file:///test/store.tfw': store }), URI);
}
const errors = (main: string, store: string): string[] => compiled(main, store).diagnostics.map(show);

describe('a part of an image', () => {
  it('shares functions, statics and constants with the image, both ways', () => {
    const { program, diagnostics } = compiled(MAIN, STORE);
    expect(diagnostics.map(show)).toEqual([]);
    expect(program && run(program).events.map(({ kind }) => kind)).toContain('finished');
  });

  it('keeps its own file in what the debugger shows', () => {
    const { program } = compiled(MAIN, STORE);
    const put = program?.images.find(({ image }) => image.name === 'code')?.image.functions.find(({ name }) => name === 'put');
    expect(put?.range.uri).toBe('file:///test/store.tfw');
  });

  it('may not declare a name that the image has', () => {
    expect(errors(MAIN, STORE.replace('fn total', 'fn main() { finish }\n    fn total'))).toEqual([
      expect.stringContaining('`main` is already declared in image `code`'),
    ]);
  });

  it('belongs to an image that exists', () => {
    expect(errors(MAIN, STORE.replace('part of code', 'part of cod'))).toContainEqual(expect.stringContaining('did you mean `code`?'));
  });

  it('is refused where the file of its image does not use it', () => {
    const other = 'use "./program.tfw"\npart of code {\n    fn extra() { finish }\n}\n';
    const result = compile(
      files({ [URI]: MAIN, 'file:///test/store.tfw': STORE, 'file:///test/other.tfw': other }),
      'file:///test/other.tfw',
    );
    expect(result.diagnostics.map(show)).toContainEqual(expect.stringContaining('does not use this file'));
  });

  it('is seen by nobody but its image', () => {
    const main = MAIN.replace('scenario "parts"', 'image other in Root.EL3 { fn go() { put(1) } }\nscenario "parts"');
    expect(errors(main, STORE)).toContainEqual(expect.stringContaining('`put` is a function of image `code`'));
  });
});
