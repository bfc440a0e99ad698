import { describe, expect, it } from 'vitest';
import { bare, run, troubles } from '../support/programs.ts';

const MEMBERS = `
  bits S2D: u64 { VALID: 0, TABLE: 1, PA: 47..12, NS: 55, LOW: 11..0 }
  bits Half: u32 { A: 3..0, B: 31..28 }
  struct Entry { flags: Half, pad: u32, d: S2D }
  var word: S2D
  var raw: u64
  var table: [S2D; 4]
  var entries: [Entry; 2]
`;
const wrong = (body: string, members = ''): string[] => troubles(run(bare(`${MEMBERS}${members}\nfn main() {\n${body}\n}`)));

describe('bits', () => {
  it('are read shifted down, and stored without touching others', () => {
    expect(
      wrong(`
        var d: S2D = 0x8000_1234_5678_9fff
        expect d.PA == 0x1234_5678_9
        expect d.VALID == 1 && d.NS == 0
        d.PA = 0xf_ffff
        expect d as u64 == 0x8000_0000_ffff_ffff
        d.VALID = false
        d.NS = 1
        expect d as u64 == 0x8080_0000_ffff_fffe
        d.PA += 1
        expect d.PA == 0x10_0000
        expect d.LOW == 0xffe
      `),
    ).toEqual([]);
  });

  it('stand in statics, arrays, structs and behind pointers', () => {
    expect(
      wrong(`
        word.PA = 5
        expect word.PA == 5
        table[2].TABLE = 1
        expect table[2] == 2 && table[1] == 0
        entries[1].d.PA = 7
        entries[1].flags.B = 0xf
        expect entries[1].flags as u32 == 0xf000_0000
        let e = &entries[1]
        expect e.d.PA == 7
        e.flags.A = 3
        let p = &table[3]
        p.VALID = 1
        p.PA |= 0x30
        expect table[3].PA == 0x30 && (*p).VALID == 1
        expect sizeof(S2D) == 8 && sizeof(Half) == 4
        expect entries[1].flags.A == 3 && entries[1].pad == 0
      `),
    ).toEqual([]);
  });

  it('are seen in any integer by a cast, registers and their fields among them', () => {
    expect(
      wrong(`
        raw = 0x3000
        expect (raw as S2D).PA == 3
        (raw as S2D).PA = 9
        expect raw == 0x9000
        x3 = 0xffff_0000_0000_0000
        (x3 as S2D).VALID = 1
        expect x3 == 0xffff_0000_0000_0001
        expect (x3 as S2D).NS == 1
        (&raw as *Half).A = 5
        expect raw == 0x9005
        let low = raw as Half
        expect low.A == 5
      `),
    ).toEqual([]);
  });

  it('are passed, returned and compared as a whole', () => {
    expect(
      wrong(
        `
        let d = leaf(0x4000)
        expect d == leaf(0x4000)
        expect d.PA == 4
        expect d != 0
        `,
        'fn leaf(pa: u64) -> S2D { var d: S2D = 3\n d.PA = pa >> 12\n return d }',
      ),
    ).toEqual([]);
  });
});
