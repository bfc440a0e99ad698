/** Against Node's own digests, at every length around a block's end. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256, sha512 } from './digest.ts';

describe('a digest', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 4096])('of %d bytes is what everybody computes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + 3) & 0xff);
    expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(sha512(bytes)).toBe(createHash('sha512').update(bytes).digest('hex'));
  });
});
