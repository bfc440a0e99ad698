/** Random memory and random loads: a leak is reported exactly when a byte-wise oracle says that a secret was seen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Machine } from '../../machine/index.ts';
import { compileText, run } from '../support/programs.ts';

const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);

const PROGRAM = compileText(`
image loader in Root.EL3 {
    var next: [u64; 4]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[0]
        eret()
    }
}
platform bare on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next
}
scenario "test" on bare {
    secret key: [u64; 3] known to Realm.EL1
    secret own: u64 known to Root.EL3
    image host in Root.EL3 { fn main() { } }
    core 0 runs host.main
}`);

/** Two pages, so that loads cross from one to the other. */
const FROM = 0x30_0000;
const SIZE = 0x2000;

/** Where words stand: any byte, mostly around the border of the pages. */
const places = fc.oneof(fc.nat(SIZE - 16), fc.integer({ min: 0xff0, max: 0x100f }));
const stores = fc.array(fc.record({ word: fc.nat(3), at: places }), { minLength: 1, maxLength: 6 });
const loads = fc.array(fc.record({ at: places, size: fc.constantFrom(1, 2, 4, 8), near: fc.integer({ min: -9, max: 9 }), of: fc.nat(5) }), {
  minLength: 1,
  maxLength: 20,
});

function seenBy(machine: Machine, at: number, size: number): Set<bigint> {
  const value = (from: number, bytes: number): bigint => {
    let sum = 0n;
    for (let i = 0; i < bytes; i++) sum |= machine.memory.read(from + i, 1) << BigInt(8 * i);
    return sum;
  };
  const words = new Set<bigint>();
  if (size === 8) words.add(value(at, 8));
  for (let byte = at; byte < at + size; byte++) words.add(value(byte - (byte % 8), 8));
  return words;
}

describe('leaks', () => {
  it('are what an oracle finds in the bytes that were loaded', () => {
    fc.assert(
      fc.property(stores, loads, (written, read) => {
        const { machine } = run(PROGRAM);
        const [core] = machine.cores;
        const { secrets } = machine;
        const secret = (word: number): bigint => (word < 3 ? secrets!.word(0, BigInt(word)) : secrets!.word(1, 0n));
        machine.loadBytes(FROM, new Uint8Array(SIZE));
        for (const { word, at } of written) {
          for (let i = 0; i < 8; i++) machine.memory.write(FROM + at + i, 1, (secret(word) >> BigInt(8 * i)) & 0xffn);
        }
        for (const { at, size, near, of } of read) {
          const place = FROM + Math.max(0, of < written.length ? written[of].at + near : at);
          const found = new Set<string>();
          machine.sink = (event: Event) => event.kind === 'leak' && found.add(`${event.secret}[${event.index}]`);
          core.load(BigInt(place), size);
          // What a word does at its end.
          core['performEffects']();
          const words = seenBy(machine, place, size);
          expect([...found].sort()).toEqual([0, 1, 2].filter((word) => words.has(secret(word))).map((word) => `key[${word}]`));
        }
      }),
      { numRuns: 200 * EFFORT },
    );
  });
});
