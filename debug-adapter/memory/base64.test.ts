import { describe, expect, it } from 'vitest';
import { toBase64 } from './base64.ts';

describe('base64', () => {
  it.each([0, 1, 2, 3, 4, 255, 256, 257])('of %d bytes is what Node makes of them', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});
