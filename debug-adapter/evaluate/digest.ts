/** SHA-256 and SHA-512 of bytes: the machine mixes blocks, and this pads them. FIPS 180-4, 5.1, 5.3 and 6. */
import { compress256, compress512 } from '../../machine/index.ts';

interface Algorithm {
  /** Bytes of a block, and of the length behind the padding. */
  readonly block: number;
  readonly length: number;
  /** As 32-bit words, high halves first. FIPS 180-4, 5.3. */
  readonly initial: readonly number[];
  compress(state: Int32Array, block: Int32Array): void;
}

const SHA_256: Algorithm = {
  block: 64,
  length: 8,
  initial: [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19],
  compress: compress256,
};

const SHA_512: Algorithm = {
  block: 128,
  length: 16,
  initial: [
    0x6a09_e667, 0xf3bc_c908, 0xbb67_ae85, 0x84ca_a73b, 0x3c6e_f372, 0xfe94_f82b, 0xa54f_f53a, 0x5f1d_36f1, 0x510e_527f, 0xade6_82d1,
    0x9b05_688c, 0x2b3e_6c1f, 0x1f83_d9ab, 0xfb41_bd6b, 0x5be0_cd19, 0x137e_2179,
  ],
  compress: compress512,
};

/** Hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => digest(SHA_256, bytes);
export const sha512 = (bytes: Uint8Array): string => digest(SHA_512, bytes);

function digest({ block, length, initial, compress }: Algorithm, bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil((bytes.length + 1 + length) / block) * block);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  // Bits, as 64 of the 64 or 128 that there is room for: no range here is longer.
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = Int32Array.from(initial);
  for (let at = 0; at < padded.length; at += block) {
    compress(
      state,
      Int32Array.from({ length: block / 4 }, (_, i) => view.getInt32(at + 4 * i)),
    );
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
