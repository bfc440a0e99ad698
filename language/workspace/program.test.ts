import { describe, expect, it } from 'vitest';
import { isImage, isScenario } from '../syntax/generated/ast.ts';
import { documentation, parseProgram, rangeOf } from './index.ts';
import { check, codes } from './testing.ts';

const MAIN = 'file:///work/main.tfw';
const read = (texts: Readonly<Record<string, string>>) => ({ read: (uri: string) => texts[uri] });

describe('a program', () => {
  it('is a file and all that it uses, each once, with their texts', () => {
    const texts = { [MAIN]: 'use "./a.tfw"\nuse "./b.tfw"', 'file:///work/a.tfw': 'use "./b.tfw"', 'file:///work/b.tfw': 'const B = 1' };
    const { main, files, sources, diagnostics } = parseProgram(MAIN, read(texts));
    expect(diagnostics).toEqual([]);
    expect([...files.keys()]).toEqual(Object.keys(texts));
    expect(files.get(MAIN)).toBe(main);
    expect(Object.fromEntries(sources)).toEqual(texts);
  });

  it('has the library’s files under their own scheme, without asking the workspace for them', () => {
    const asked: string[] = [];
    const { files, diagnostics } = parseProgram(MAIN, {
      read: (uri) => {
        asked.push(uri);
        return uri === MAIN ? 'use firmware.arm.cca' : undefined;
      },
    });
    expect(diagnostics).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([MAIN]));
    expect(files.has('worldstep-lib:/firmware/arm/cca.tfw')).toBe(true);
  });

  it('reads library files once, and its own anew when one of them has changed', () => {
    const library = 'worldstep-lib:/firmware/arm/cca.tfw';
    const [first, again, second] = ['', '', '\n'].map((more) => parseProgram(MAIN, read({ [MAIN]: `use firmware.arm.cca${more}` })));
    expect(again).toBe(first);
    expect(first.files.get(library)).toBe(second.files.get(library));
    expect(first.main).not.toBe(second.main);
  });

  it('is read anew when a file that was missing is there, or one that it uses has changed', () => {
    const use = { [MAIN]: 'use "./a.tfw"\nconst B = A' };
    expect(codes(parseProgram(MAIN, read(use)).diagnostics)).toContain('TFW104');
    expect(codes(parseProgram(MAIN, read({ ...use, 'file:///work/a.tfw': 'const A = 1' })).diagnostics)).toEqual([]);
    expect(codes(parseProgram(MAIN, read({ ...use, 'file:///work/a.tfw': 'const C = 1' })).diagnostics)).toEqual(['TFW101']);
  });

  it('that does not exist is one error', () => {
    const { main, diagnostics } = parseProgram(MAIN, read({}));
    expect(main).toBeUndefined();
    expect(codes(diagnostics)).toEqual(['TFW104']);
  });

  it('never throws, wherever a text is cut off', () => {
    const text = `use firmware.arm.cca
/// Two.
const A: u64 = 2 KiB
enum World: u8 { Secure, Realm }
struct P size 64 { x: u16, next @8: *P, a: [u32; 4] }
event seen { who: World }
image host in NS.EL2 {
    window realm at 0x40_0000_0000
    var s: P
    fn f(a: *realm P, b: bool) -> u64 {
        if b && a.x == 1 { return smc(#1, a) } else { event seen(who = World.Realm) }
        for i in 0..A { s.a[i & 3] += 1; continue }
        match s.x { 1, 2..3 => panic("x {s.x}") ; else => expect SCR_EL3.NS == 1, "why" }
        return ~(A << 3) as u8
    }
    entry start { SP_EL2 = &s as u64; f(0x1000 as *realm P, !true); finish }
    vector sync_same_el { eret() }
}
platform mine extends cca { load host at 0x1000 replaces bl31 }
scenario "s" on mine { core 0 runs host.start
    expect event gpc_fault(pa == A, from == NS.EL2)
}
`;
    for (let i = 0; i <= text.length; i += 11) {
      expect(() => check(text.slice(0, i))).not.toThrow();
      expect(() => check(text.slice(0, i) + text.slice(i + 5))).not.toThrow();
    }
    expect(
      check(text)
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message }) => `${code} ${message}`),
    ).toEqual([]);
  });
});

describe('a declaration', () => {
  const text =
    '// not this\n\n/// First line\n/// and second.\n///\n/// Another paragraph.\nscenario "s" on cca { }\nimage a in NS.EL2 { }';
  const { main } = parseProgram(MAIN, read({ [MAIN]: text }));

  it('has the first paragraph of the comment above it, on one line', () => {
    expect(documentation(main!.members.find(isScenario)!)).toBe('First line and second.');
    expect(documentation(main!.members.find(isImage)!)).toBe('');
  });

  it('has a range that an editor can show', () => {
    expect(rangeOf(main!.members.find(isImage)!)).toEqual({ uri: MAIN, line: 7, column: 0, endLine: 7, endColumn: 21 });
  });
});
