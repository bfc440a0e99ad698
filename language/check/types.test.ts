import { AstUtils } from 'langium';
import { describe, expect, it } from 'vitest';
import { isConst, isEnumMember, isLet, isLocal, isStruct } from '../syntax/generated/ast.ts';
import { parseProgram } from '../workspace/program.ts';
import { complaints, inFunction, TEST_URI } from '../workspace/testing.ts';
import { createTypes } from './index.ts';
import { spell } from './type-of.ts';

const types = createTypes();

function nodesOf(text: string) {
  const { main, diagnostics } = parseProgram(TEST_URI, { read: () => text });
  expect(diagnostics).toEqual([]);
  return AstUtils.streamAllContents(main!).toArray();
}

/** Types of the variables that statements declare, by name. */
function typesOf(statements: string, members = '', file = ''): Record<string, string> {
  const locals = nodesOf(inFunction(statements, members, file)).filter((node) => isLet(node) || isLocal(node));
  return Object.fromEntries(locals.map((node) => [node.name, spell(types.declared(node))]));
}

/** Values of the constants that a file declares, by name. */
function valuesOf(text: string): Record<string, bigint | undefined> {
  return Object.fromEntries(nodesOf(text).flatMap((node) => (isConst(node) ? [[node.name, types.constant(node.value)]] : [])));
}

function layoutOf(text: string): Record<string, number> {
  const struct = nodesOf(text).find(isStruct)!;
  const fields = types.layout(struct).map(({ field, offset }) => [field.name, offset]);
  return Object.fromEntries([...fields, ['size', types.size({ kind: 'struct', declaration: struct })]]);
}

describe('the type of a variable', () => {
  it('that is made from a literal is u64, and otherwise that of its value', () => {
    expect(typesOf('let a = 1\nvar b: u8 = 2\nlet c = b\nlet d = true\nlet e = x0\nlet f = SCR_EL3.NS\nlet g = 1 << 4')).toEqual({
      a: 'u64',
      b: 'u8',
      c: 'u8',
      d: 'bool',
      e: 'u64',
      f: 'u64',
      g: 'u64',
    });
  });

  it('that is computed is the wider of its operands; literals adapt', () => {
    expect(
      typesOf('var a: u8 = 1\nvar b: u32 = 2\nlet c = a + b\nlet d = a + 1\nlet e = 1 << b\nlet f = a << b\nlet g = a == b\nlet h = ~a'),
    ).toMatchObject({
      c: 'u32',
      d: 'u8',
      e: 'u64',
      f: 'u8',
      g: 'bool',
      h: 'u8',
    });
  });

  it('that is reached through pointers, arrays and structs is that of the part', () => {
    const file = 'struct P { x: u16, next: *P, a: [u32; 4] }';
    expect(
      typesOf(
        'let p = &s\nlet x = p.x\nlet n = p.next.next\nlet e = s.a[1]\nlet q = &s.a\nlet r = &s.a[0]\nlet t = r + 1\nlet u = *r',
        'var s: P',
        file,
      ),
    ).toEqual({ p: '*P', x: 'u16', n: '*P', e: 'u32', q: '*[u32; 4]', r: '*u32', t: '*u32', u: 'u32' });
  });

  it('keeps the address space of the pointer that a part is reached through', () => {
    const file = 'struct P { x: u16 }';
    expect(typesOf('let p = 0x1000 as *realm P\nlet x = &p.x\nlet y = &p[3]\nlet z = *x', 'window realm at 0x40_0000_0000', file)).toEqual({
      p: '*realm P',
      x: '*realm u16',
      y: '*realm P',
      z: 'u16',
    });
  });

  it('that comes from a call is the result of the function or instruction', () => {
    const members = 'fn f() -> Colour { return Colour.Red }\nfn g() { }';
    expect(typesOf('let a = f()\nlet b = smc(1)\nlet c = f() as u8\nlet d = &g', members, 'enum Colour: u8 { Red }')).toEqual({
      a: 'Colour',
      b: 'u64',
      c: 'u8',
      d: 'u64',
    });
  });
});

describe('a constant', () => {
  it('is computed as the machine would, at the width of its type', () => {
    expect(
      valuesOf(`
const A = 2 + 3 * 4
const B = 1 << 62 | 1
const C: u8 = 255
const D: u8 = C + 1
const E = -1
const F = ~0xff
const G = 7 / 0
const H = 7 % 0
const I = 300 as u8
const J = 4 KiB
const K = A == 14 && B > 1
const L = sizeof([u16; 5])
const M = 0xffff_ffff_ffff_ffff + 2
`),
    ).toEqual({
      A: 14n,
      B: (1n << 62n) | 1n,
      C: 255n,
      D: 0n,
      E: 0xffff_ffff_ffff_ffffn,
      F: 0xffff_ffff_ffff_ff00n,
      G: 0n,
      H: 7n,
      I: 44n,
      J: 4096n,
      K: 1n,
      L: 10n,
      M: 1n,
    });
  });

  it('binds its operators as the reference says', () => {
    expect(valuesOf('const A = 6 & 2 == 2\nconst B = 1 + 2 << 1\nconst C = 1 | 2 ^ 3 & 1\nconst D = -1 as u8')).toEqual({
      A: 1n,
      B: 6n,
      C: 3n,
      D: 255n,
    });
  });

  it('names rows of the machine, other constants and members of enums', () => {
    expect(
      valuesOf('const A = EC_SMC64 + B\nconst B = C as u64\nconst C = World.Realm\nenum World: u8 { NonSecure = 1, Secure, Realm }'),
    ).toMatchObject({
      A: 0x1an,
      B: 3n,
    });
  });
});

describe('a member of an enum', () => {
  it('counts up from the one before it', () => {
    const members = nodesOf('enum E: u16 { A, B, C = 5 * 2, D, E = 2, F }').filter(isEnumMember);
    expect(members.map((member) => types.member(member))).toEqual([0n, 1n, 10n, 11n, 2n, 3n]);
  });
});

describe('a struct', () => {
  it('is laid out as C does, in the order of declaration', () => {
    expect(layoutOf('struct S { a: u8, b: u32, c: u8, d: u64, e: bool }')).toEqual({ a: 0, b: 4, c: 8, d: 16, e: 24, size: 32 });
  });

  it('has its fields where `@` puts them, and goes on behind them', () => {
    expect(layoutOf('struct S size 1 KiB { a: u16, b @0x10: u64, c: u8 }')).toEqual({ a: 0, b: 16, c: 24, size: 1024 });
  });

  it('contains arrays, other structs, enums of their base and pointers of eight bytes', () => {
    expect(layoutOf('struct S { a: u8, b: [T; 2], c: E, d: *S }\nstruct T { x: u16, y: u8 }\nenum E: u8 { A }')).toEqual({
      a: 0,
      b: 2,
      c: 10,
      d: 16,
      size: 24,
    });
  });
});

describe('a chain of locals', () => {
  it('of any length has the type of its first', () => {
    const lets = ['let p0 = &s', ...Array.from({ length: 9000 }, (_, i) => `let p${i + 1} = p${i}`), 'p9000.a = 1', 'p9000.b = 1'];
    const found = complaints(lets.join('\n'), 'struct S { a: u64 }\nvar s: S').map((each) => each.slice(0, 40));
    expect(found).toEqual(['TFW305 The frame of `main` has at least ', 'TFW101 Struct `S` has no field `b`; ther']);
  });
});
