import { describe, expect, it } from 'vitest';
import { symbolsOf } from './symbols.ts';

const URI = 'file:///work/a.tfw';
const outline = (text: string): unknown =>
  symbolsOf({ read: () => text }, URI).map(({ name, kind, nameRange, children }) => [
    name,
    kind,
    nameRange.line,
    children.map((child) => child.name),
  ]);

describe('the outline of a file', () => {
  it('has its declarations, and those of images and scenarios within them', () => {
    const text =
      'const N = 1\nimage a in NS.EL2 {\n  var x: u64\n  fn f() { }\n  vector sync_lower { finish }\n}\nscenario "s" on p {\n  image b in NS.EL2 { }\n}';
    expect(outline(text)).toEqual([
      ['N', 'constant', 0, []],
      ['a', 'image', 1, ['x', 'f', 'sync_lower']],
      ['s', 'scenario', 6, ['b']],
    ]);
  });

  it('has what scenarios and views bring', () => {
    const text =
      'bits B: u64 { V: 0 }\nview v "V" in a { for i in 0..3 { item "{i}" } }\nscenario "s" on p {\n  arg page = 1\n  secret key: u64 known to NS.EL2\n  seeds 1\n  view w in a { }\n}';
    expect(outline(text)).toEqual([
      ['B', 'type', 0, []],
      ['v', 'view', 1, []],
      ['s', 'scenario', 2, ['page', 'key', 'w']],
    ]);
  });

  it('leaves out what has no name, and stays where the file is broken', () => {
    expect(outline('const = 1\nfn f( { let x = = 2 }')).toEqual([['f', 'function', 1, []]]);
  });
});
