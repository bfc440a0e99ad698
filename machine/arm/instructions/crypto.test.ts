/** The hash engine against an independent implementation, and as a word that faults whole or not at all. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AF, NSE, PAGE, READ_ONLY, Stage1Tables } from '../page-tables.test-support.ts';
import { Random } from '../random.test-support.ts';
import { Bench } from '../test-support.ts';
import { TLB_OPERATIONS } from './tlbi.ts';

const STATE = 0x40_0000n;
const MESSAGE = 0x40_4000n;

/** The initial hash values as FIPS 180-4, 5.3.3 and 5.3.5 list them. */
const H256 = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const H512 = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

interface Algorithm {
  readonly instruction: string;
  readonly name: string;
  readonly block: number;
  readonly word: number;
  readonly initial: readonly bigint[];
}

const ALGORITHMS: readonly Algorithm[] = [
  { instruction: 'sha256_block', name: 'sha256', block: 64, word: 4, initial: H256.map(BigInt) },
  { instruction: 'sha512_block', name: 'sha512', block: 128, word: 8, initial: H512 },
];

/** Padding as software does it. FIPS 180-4, 5.1. */
function padded(message: Uint8Array, block: number): Uint8Array {
  const length = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setUint32(length - 4, message.length * 8);
  return bytes;
}

function digest(bench: Bench, { instruction, block, word, initial }: Algorithm, message: Uint8Array, at = MESSAGE): string {
  const { memory } = bench.machine;
  for (const [i, value] of initial.entries()) memory.write(Number(STATE) + word * i, word, value);
  const bytes = padded(message, block);
  bench.machine.loadBytes(Number(at), bytes);
  for (let done = 0; done < bytes.length; done += block) bench.execute(instruction, STATE, at + BigInt(done));
  return initial
    .map((_, i) =>
      memory
        .read(Number(STATE) + word * i, word)
        .toString(16)
        .padStart(2 * word, '0'),
    )
    .join('');
}

describe.each(ALGORITHMS)('$instruction', (algorithm) => {
  it('gives the digest that an independent implementation gives, for random messages of every length around a block', () => {
    const bench = new Bench();
    const random = new Random(180_4);
    for (let i = 0; i < 120; i++) {
      const message = Uint8Array.from({ length: i < 60 ? random.below(3 * algorithm.block) : algorithm.block - 30 + i - 60 }, () =>
        random.below(256),
      );
      expect(digest(bench, algorithm, message), `message ${i}`).toBe(createHash(algorithm.name).update(message).digest('hex'));
    }
  });

  it('takes a block that crosses a page at any address', () => {
    const message = new TextEncoder().encode('abc');
    const expected = createHash(algorithm.name).update(message).digest('hex');
    expect(digest(new Bench(), algorithm, message, 0x40_1fe5n)).toBe(expected);
  });

  it('stores nothing if part of the state may not be stored to, and is complete when it is done again', () => {
    const bench = new Bench();
    const tables = new Stage1Tables(bench, 3);
    const writable = AF | PAGE | NSE;
    tables
      .page(0, STATE | writable)
      .page(1, (STATE + 0x1000n) | writable | READ_ONLY)
      .on();
    // The state straddles both pages, its second half in the one that may only be read.
    const at = tables.at(1) - BigInt(4 * algorithm.word);
    const { memory } = bench.machine;
    const state = Number(STATE) + 0x1000 - 4 * algorithm.word;
    const values = () => algorithm.initial.map((_, i) => memory.read(state + algorithm.word * i, algorithm.word));
    for (const [i, value] of algorithm.initial.entries()) memory.write(state + algorithm.word * i, algorithm.word, value);
    memory.write(Number(MESSAGE), 8, 0x80n);

    bench.execute(algorithm.instruction, at, MESSAGE);
    expect(bench.reg('ESR_EL3')).toBe(0x9600_004fn);
    expect(values()).toEqual(algorithm.initial);

    tables.page(1, (STATE + 0x1000n) | writable);
    bench.execute('tlbi', BigInt(TLB_OPERATIONS.findIndex((row) => row.name === 'ALLE3')));
    bench.execute(algorithm.instruction, at, MESSAGE);
    const text = values().map((value) => value.toString(16).padStart(2 * algorithm.word, '0'));
    expect(text.join('')).toBe(createHash(algorithm.name).digest('hex'));
  });
});
