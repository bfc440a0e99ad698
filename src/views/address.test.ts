import { describe, expect, it } from 'vitest';
import { parseAddress, parseRange, spellAddress, spellSize } from './address.ts';

describe('an address', () => {
  it.each([
    [0n, '0x0000_0000'],
    [0x8800_0000n, '0x8800_0000'],
    [0x1_0000_0000n, '0x1_0000_0000'],
    [0xffff_8000_0000_1000n, '0xffff_8000_0000_1000'],
  ])('%d is spelled %s', (value, text) => expect(spellAddress(value)).toBe(text));

  it.each(['0x8800_0000', '88000000', ' 0X88000000 ', '8800_0000'])('is read from %s', (text) => {
    expect(parseAddress(text)).toBe(0x8800_0000n);
  });

  it.each(['', '0x', 'host', '0x8800__0000', '0x1_0000_0000_0000_0000', '-1'])('is not read from "%s"', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('is read back from its own spelling', () => {
    for (const value of [0n, 1n, 0xffffn, 0x8800_0000n, (1n << 64n) - 1n]) expect(parseAddress(spellAddress(value))).toBe(value);
  });
});

describe('a size', () => {
  it.each([
    [1n, '1 byte'],
    [24n, '24 bytes'],
    [4096n, '4 KiB'],
    [1536n << 20n, '≈ 1.5 GiB'],
    [(128n << 20n) - 4096n, '≈ 127.9 MiB'],
    [2n << 20n, '2 MiB'],
    [1n << 40n, '1 TiB'],
  ])('%d is spelled %s', (bytes, text) => expect(spellSize(bytes)).toBe(text));
});

describe('a range', () => {
  it.each([
    ['0x8800_0000', 0x8800_0000n, 0x8800_0001n],
    ['8000 - 8fff', 0x8000n, 0x9000n],
    ['0x8000–0x8fff', 0x8000n, 0x9000n],
    ['0x8000_0000 + 2MiB', 0x8000_0000n, 0x8020_0000n],
    ['0x8000+0x1000', 0x8000n, 0x9000n],
  ])('is read from %s', (text, from, to) => expect(parseRange(text)).toEqual({ from, to }));

  it.each(['', 'x', '0x9000-0x8000', '0x8000+', '0x8000+0', '-0x8000'])('is not read from "%s"', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
