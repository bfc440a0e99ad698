/**
 * A hash engine: one block of a message into a hash state, in one word. It stands for the loops of SHA256H, SHA512H and
 * their companions that a cryptography library runs, and for accelerators; padding and byte order are left to software.
 * FIPS 180-4, sections 6.2 and 6.4; Arm ARM DDI0487 M.a.a, C7.2 (FEAT_SHA256, FEAT_SHA512).
 */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { compress256, compress512 } from '../sha2.ts';

const UNIT = 8;

/** Loads `count` times 8 bytes as halves, the half at the lower address first; false if one faulted. */
function loadHalves(core: Core, at: bigint, count: number, into: Int32Array): boolean {
  for (let i = 0; i < count; i++) {
    const value = core.load(at + BigInt(UNIT * i), UNIT);
    if (core.fault !== null) return false;
    into[2 * i] = Number(value & 0xffff_ffffn);
    into[2 * i + 1] = Number(value >> 32n);
  }
  return true;
}

function storeHalves(core: Core, at: bigint, count: number, from: Int32Array): void {
  for (let i = 0; i < count; i++) {
    const value = (BigInt(from[2 * i + 1] >>> 0) << 32n) | BigInt(from[2 * i] >>> 0);
    core.store(at + BigInt(UNIT * i), UNIT, value);
  }
}

/** A message is big-endian: FIPS 180-4, 3.1. */
function bigEndian(words: Int32Array): void {
  for (let i = 0; i < words.length; i++) {
    const x = words[i];
    words[i] = (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
  }
}

/** Exchanges the halves of each 64-bit value: memory has the low one first, the compression function the high one. */
function swapHalves(words: Int32Array): void {
  for (let i = 0; i < words.length; i += 2) [words[i], words[i + 1]] = [words[i + 1], words[i]];
}

/** Loads state and block, mixes, stores the state: nothing is stored unless all loads succeed, so a fault can be restarted. */
function hash(
  core: Core,
  args: readonly bigint[],
  stateUnits: number,
  blockUnits: number,
  compress: typeof compress256,
  wide: boolean,
): void {
  const [at, from] = args;
  const state = new Int32Array(2 * stateUnits);
  const block = new Int32Array(2 * blockUnits);
  if (!loadHalves(core, at, stateUnits, state) || !loadHalves(core, from, blockUnits, block)) return;
  bigEndian(block);
  if (wide) swapHalves(state);
  compress(state, block);
  if (wide) swapHalves(state);
  storeHalves(core, at, stateUnits, state);
}

export const CRYPTO_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'sha256_block',
    summary: 'Mixes 64 bytes of a message into a SHA-256 state of eight u32. The message is already padded.',
    section: 'Arm ARM C7.2, SHA256H; FIPS 180-4, 6.2.2',
    operands: [
      { name: 'state', kind: 'value' },
      { name: 'block', kind: 'value' },
    ],
    execute(core, args) {
      hash(core, args, 4, 8, compress256, false);
      return undefined;
    },
  },
  {
    name: 'sha512_block',
    summary: 'Mixes 128 bytes of a message into a SHA-512 state of eight u64. The message is already padded.',
    section: 'Arm ARM C7.2, SHA512H; FIPS 180-4, 6.4.2',
    operands: [
      { name: 'state', kind: 'value' },
      { name: 'block', kind: 'value' },
    ],
    execute(core, args) {
      hash(core, args, 8, 16, compress512, true);
      return undefined;
    },
  },
];
