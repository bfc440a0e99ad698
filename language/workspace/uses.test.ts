import { describe, expect, it } from 'vitest';
import type { File } from '../syntax/generated/ast.ts';
import { targetOf, Uses } from './uses.ts';

const file = (): File => ({ $type: 'File', uses: [], members: [] });

describe('what a `use` names', () => {
  it('is a file of the library for a module', () => {
    expect(targetOf({ module: 'firmware.arm.cca' }, 'file:///work/a.tfw')).toBe('worldstep-lib:/firmware/arm/cca.tfw');
  });

  it.each([
    ['./b.tfw', 'file:///work/b.tfw'],
    ['./sub/b.tfw', 'file:///work/sub/b.tfw'],
    ['../b.tfw', 'file:///b.tfw'],
    ['./x/../b.tfw', 'file:///work/b.tfw'],
  ])('is a file beside this one for %s', (path, uri) => {
    expect(targetOf({ path }, 'file:///work/a.tfw')).toBe(uri);
  });

  it.each(['b.tfw', '/etc/passwd', 'file:///etc/passwd', '../../b.tfw', '../../../b.tfw'])('is nothing for %s', (path) => {
    expect(targetOf({ path }, 'file:///work/a.tfw')).toBeUndefined();
  });

  it('keeps the scheme and host of the file that it stands in', () => {
    expect(targetOf({ path: './b.tfw' }, 'vscode-vfs://host/work/a.tfw')).toBe('vscode-vfs://host/work/b.tfw');
    expect(targetOf({ path: './b.tfw' }, 'untitled:a.tfw')).toBe('untitled:b.tfw');
  });
});

describe('what a file sees', () => {
  it('is itself and all that is used from there, once, in circles too', () => {
    const [a, b, c] = [file(), file(), file()];
    const uses = new Uses();
    uses.declare(a, [b]);
    uses.declare(b, [c, a]);
    expect(uses.visibleFrom(a)).toEqual([a, b, c]);
    expect(uses.visibleFrom(c)).toEqual([c]);
  });

  it('follows what is declared later', () => {
    const [a, b] = [file(), file()];
    const uses = new Uses();
    expect(uses.visibleFrom(a)).toEqual([a]);
    uses.declare(a, [b]);
    expect(uses.visibleFrom(a)).toEqual([a, b]);
  });
});
