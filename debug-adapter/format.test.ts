import { describe, expect, it } from 'vitest';
import { bitRange, bits, glob, hex, integer, parseNumber } from './format.ts';

describe('numbers', () => {
  it('are grouped by four hex digits from the right', () => {
    expect([0x42, 0x1234, 0x12345, 0x8800_0000, 0xc400_0151n, (1n << 64n) - 1n].map((value) => hex(value))).toEqual([
      '0x42',
      '0x1234',
      '0x1_2345',
      '0x8800_0000',
      '0xc400_0151',
      '0xffff_ffff_ffff_ffff',
    ]);
  });

  it('are padded before they are grouped', () => {
    expect(hex(0x1234, 8)).toBe('0x0000_1234');
  });

  it('wrap to 64 bits instead of showing a sign', () => {
    expect(hex(-1n)).toBe('0xffff_ffff_ffff_ffff');
  });

  it('are decimal while they are small, unless hex is asked for', () => {
    expect([integer(42n), integer(0x1_0000n), integer(42n, true)]).toEqual(['42', '0x1_0000', '0x2a']);
  });

  it('are read back from what was written', () => {
    expect([parseNumber('0x8800_0000'), parseNumber(' 42 '), parseNumber('0b101'), parseNumber('x1'), parseNumber('')]).toEqual([
      0x8800_0000n,
      42n,
      5n,
      undefined,
      undefined,
    ]);
  });
});

describe('bit fields', () => {
  it('are cut out inclusively', () => {
    expect(bits(0x9600_0000n, 31, 26)).toBe(0x25n);
    expect(bitRange(31, 26)).toBe('31:26');
    expect(bitRange(9, 9)).toBe('9');
  });
});

describe('globs', () => {
  it('match whole names only, and take every other character literally', () => {
    expect([glob('RMI_*', 'RMI_VERSION'), glob('RMI', 'RMI_VERSION'), glob('a.b', 'axb'), glob('*', '')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});
