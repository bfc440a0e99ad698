import { describe, expect, it } from 'vitest';
import { dump } from './dump.ts';

describe('memory as text', () => {
  it('has sixteen bytes a line, with the address before and the letters behind', () => {
    expect(dump(0x8800_0000n, new TextEncoder().encode('Worldstep reads memory'))).toBe(
      [
        '8800_0000  57 6f 72 6c 64 73 74 65  70 20 72 65 61 64 73 20  Worldstep reads ',
        '8800_0010  6d 65 6d 6f 72 79                                 memory',
        '',
      ].join('\n'),
    );
  });

  it('folds lines that repeat, but the last', () => {
    const lines = dump(0n, new Uint8Array(80)).split('\n');
    expect(lines.map((line) => line.slice(0, 9))).toEqual(['0000_0000', '*', '0000_0040', '']);
  });

  it('says where it ends, and why', () => {
    expect(dump(0x1000n, new Uint8Array(0), 'There is no memory here.')).toBe('0000_1000  There is no memory here.\n');
  });
});
