import { describe, expect, it } from 'vitest';
import type { WordInfo } from '../../language/index.ts';
import { complaints } from '../../language/workspace/testing.ts';
import { registerIndex } from '../../machine/index.ts';
import { bare, run, troubles } from '../support/programs.ts';

const wrong = (body: string, members = ''): string[] => troubles(run(bare(`${members}\nfn main() {\n${body}\n}`)));

describe('x[n]', () => {
  it('is the general register of that number, read and written', () => {
    expect(
      wrong(`
        for n in 0..31 { x[n] = n * 3 }
        expect x0 == 0 && x7 == 21 && x30 == 90
        x9 = 5
        var n: u64 = 9
        x[n] += 2
        expect x9 == 7
        expect x[n] == 7
        x[4] = 8
        expect x4 == 8
      `),
    ).toEqual([]);
  });

  it('is zero as number 31, which ignores stores, and takes the low five bits of its number', () => {
    expect(
      wrong(`
        x30 = 6
        var n: u64 = 31
        x[n] = 5
        x[31] = 5
        expect x[n] == 0 && x[31] == 0 && x30 == 6
        n = 62
        expect x[n] == 6
      `),
    ).toEqual([]);
  });

  it('gives way to something nearer of that name', () => {
    expect(wrong('var x: [u64; 4]\nx[1] = 3\nx1 = 9\nexpect x[1] == 3')).toEqual([]);
  });

  it('has fields by a cast', () => {
    expect(wrong('x3 = 0\nvar n: u64 = 3\n(x[n] as Two).HIGH = 5\nexpect x3 == 0x500', 'bits Two: u64 { LOW: 7..0, HIGH: 15..8 }')).toEqual(
      [],
    );
  });
});

/** What the word of a statement in `main` moves. */
function transfer(statement: string): WordInfo['transfer'] {
  const program = bare(`bits B: u64 { F: 3..0 }
    var word: u64
    fn main() {
      var n: u64 = 1
      let p = 0x10_0000 as *u64
      x0 = 0
${statement}
    }`);
  const [word] = [...program.dictionary.values()].filter(
    ({ image, range, statement: starts }) => image === 'code' && starts && range.line === lineOf(program),
  );
  return word?.transfer;
}
const lineOf = (program: ReturnType<typeof bare>): number =>
  [...program.sources.values()]
    .flatMap((text) => text.split('\n').map((line, i) => (line.includes('x0 = 0') ? i + 1 : -1)))
    .find((line) => line > 0) ?? -1;
const system = (name: string): number => registerIndex(bare('fn main() { }').platform.architecture, name);

describe('the transfer of a word', () => {
  it('is a load or store of one general register', () => {
    expect(transfer('x3 = *p')).toEqual({ kind: 'load', register: 3, size: 8 });
    expect(transfer('x4 = *(p as *u16)')).toEqual({ kind: 'load', register: 4, size: 2 });
    expect(transfer('*p = x5')).toEqual({ kind: 'store', register: 5, size: 8 });
    expect(transfer('*(p as *u32) = x6 as u32')).toEqual({ kind: 'store', register: 6, size: 4 });
    expect(transfer('x[31] = *p')).toEqual({ kind: 'load', register: 31, size: 8 });
    expect(transfer('*p = x[31]')).toEqual({ kind: 'store', register: 31, size: 8 });
    expect(transfer('x[7] = *p')).toEqual({ kind: 'load', register: 7, size: 8 });
  });

  it('is a read or a write of a system register', () => {
    expect(transfer('x1 = TTBR0_EL2')).toEqual({ kind: 'readSystem', register: 1, size: 8, system: system('TTBR0_EL2') });
    expect(transfer('TTBR0_EL2 = x2')).toEqual({ kind: 'writeSystem', register: 2, size: 8, system: system('TTBR0_EL2') });
    expect(transfer('TTBR0_EL2 = x[31]')).toEqual({ kind: 'writeSystem', register: 31, size: 8, system: system('TTBR0_EL2') });
  });

  it.each([
    'x3 = *p + 1',
    '*p = 5',
    '*p = x1 + 1',
    'let v = *p',
    'TTBR0_EL2 = *p',
    'x1 = x2',
    'x[n] = *p',
    'HCR_EL2.VM = x1 == 1',
    '*(p as *B) = 3',
    'x1 = ESR_EL2.EC',
  ])('is nothing of `%s`', (statement) => {
    expect(transfer(statement)).toBeUndefined();
  });
});

describe('a register by its encoding', () => {
  it('is the register of that encoding, with its fields', () => {
    expect(wrong('S3_4_C1_C1_0 = 1\nexpect HCR_EL2 == 1\nexpect S3_4_C1_C1_0.VM == 1')).toEqual([]);
  });

  it('is none where the architecture has none', () => {
    expect(complaints('x0 = S3_7_C1_C1_0')[0]).toMatch(/^TFW103 Arm has no register `S3_7_C1_C1_0`/);
    expect(complaints('let S3_4_C1_C1_0 = 1')).toEqual(['TFW102 `S3_4_C1_C1_0` is a register.']);
  });
});
