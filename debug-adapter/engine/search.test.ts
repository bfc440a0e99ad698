import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine, Target } from './engine.ts';
import { type Draft, op, setLocal, smc, store } from './fixture/assembler.ts';
import { drive, NO_STOPS, poke } from './fixture/drive.ts';
import { hostDoing, PAGE, PIECES, startHere } from './fixture/firmware.ts';
import { R } from './fixture/machine.ts';
import { createEngine } from './run.ts';

const FREE = PAGE + 4096;
const scale = { coarse: 24, fine: 4, budget: 4 };

function ran(body: readonly Draft[]): Engine {
  const engine = createEngine(hostDoing(body), { scale });
  drive(engine.run(NO_STOPS));
  return engine;
}
/** The text of the word that wrote last, and how many words like it were executed before. */
function writer(engine: Engine, target: Target): string | undefined {
  const { position } = engine;
  const found = drive(engine.lastWrite(target));
  expect(engine.position).toBe(position);
  return found?.word?.text;
}

describe('the last write', () => {
  it('of memory is the store that put there what it holds', () => {
    const engine = ran([store(FREE, 1n), store(FREE, 2n), setLocal(24, 1n)]);
    expect(writer(engine, { kind: 'memory', pa: FREE, size: 8 })).toBe('*0x81000 = 2');
  });

  it('counts when it stored what was there already', () => {
    const engine = ran([store(FREE, 1n), setLocal(24, 1n), op('again', (core) => core.store(BigInt(FREE), 8, 1n)), setLocal(24, 2n)]);
    expect(writer(engine, { kind: 'memory', pa: FREE, size: 8 })).toBe('again');
  });

  it('of some bytes is not a store to their neighbours', () => {
    const engine = ran([store(FREE, 1n), store(FREE + 8, 2n), store(FREE + 12, 3n, 4)]);
    expect(writer(engine, { kind: 'memory', pa: FREE, size: 8 })).toBe('*0x81000 = 1');
    expect(writer(engine, { kind: 'memory', pa: FREE + 8, size: 4 })).toBe('*0x81008 = 2');
  });

  it('of memory that only the loader wrote is unknown', () => {
    expect(writer(ran([]), { kind: 'memory', pa: 0x1000, size: 4 })).toBeUndefined();
  });

  it('is one before the position', () => {
    const engine = ran([store(FREE, 1n), store(FREE, 2n)]);
    const last = drive(engine.lastWrite({ kind: 'memory', pa: FREE, size: 8 }));
    drive(engine.seek(last?.step ?? 0));
    expect(writer(engine, { kind: 'memory', pa: FREE, size: 8 })).toBe('*0x81000 = 1');
  });

  it('of a register is found even if it changed nothing', () => {
    const engine = ran([op('first', (core) => core.set(R.x1, 4n)), op('second', (core) => core.set(R.x1, 4n)), setLocal(24, 1n)]);
    expect(writer(engine, { kind: 'register', core: 0, register: R.x1 })).toBe('second');
  });

  it('of a tag is the store that changed it, not one that repeated it', () => {
    const engine = ran([smc(1n), smc(1n)]);
    const found = drive(engine.lastWrite({ kind: 'tag', pa: PAGE }));
    expect(found?.word?.text).toBe('*0x100080 = 1');
    drive(engine.seek(found?.step ?? 0));
    expect(engine.machine.units[0].tagAt(PAGE)).toBe(0);
    drive(engine.seek((found?.step ?? 0) + 1));
    expect(engine.machine.units[0].tagAt(PAGE)).toBe(1);
  });

  it('of a tag that never changed is unknown', () => {
    expect(writer(ran([smc(1n)]), { kind: 'tag', pa: 0x4000 })).toBeUndefined();
  });

  it('by hand is told from those of words', () => {
    const engine = ran([store(FREE, 1n), setLocal(24, 1n), setLocal(24, 2n)]);
    const first = drive(engine.lastWrite({ kind: 'memory', pa: FREE, size: 8 }));
    drive(engine.seek((first?.step ?? 0) + 2));
    const step = engine.position;
    engine.input([
      { kind: 'memory', pa: FREE + 1, space: 0, bytes: Uint8Array.of(7) },
      { kind: 'register', core: 0, register: R.x1, value: 3n },
    ]);
    const hand = { step, core: 0, word: undefined };
    const byte: Target = { kind: 'memory', pa: FREE + 1, size: 1 };
    expect(drive(engine.lastWrite(byte))).toEqual(hand);
    drive(engine.run(NO_STOPS));
    expect(drive(engine.lastWrite(byte))).toEqual(hand);
    expect(drive(engine.lastWrite({ kind: 'register', core: 0, register: R.x1 }))).toEqual(hand);
    expect(drive(engine.lastWrite({ kind: 'memory', pa: FREE, size: 1 }))?.step).toBe(first?.step);
    drive(engine.seek(step - 1));
    expect(drive(engine.lastWrite(byte))?.step).toBe(first?.step);
  });

  it('of a tag by hand is found too', () => {
    const engine = ran([smc(1n), setLocal(24, 1n)]);
    const step = engine.position;
    poke(engine, 0x10_0080, 1, 0n);
    expect(drive(engine.lastWrite({ kind: 'tag', pa: PAGE }))).toEqual({ step, core: 0, word: undefined });
  });

  it('given up leaves the position where it was', () => {
    const engine = createEngine(startHere());
    drive(engine.run(NO_STOPS));
    const { position } = engine;
    engine.lastWrite({ kind: 'tag', pa: PAGE }).return(undefined);
    expect(engine.position).toBe(position);
  });

  it('is what going through every word of the run finds', () => {
    const cell = fc.constantFrom(FREE, 0x10_0080, 0xcfa8, 0x7_0040);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }), cell, fc.nat(), (pieces, pa, at) => {
        const engine = ran(pieces.map((piece) => piece()));
        drive(engine.seek(at % (engine.position + 1)));
        const { position } = engine;
        let expected: number | undefined;
        for (let step = 0; step < position; step++) {
          const { accesses } = drive(engine.explain(step));
          if (accesses.some(({ access }) => access.kind === 'write' && Number(access.va) < pa + 8 && pa < Number(access.va) + access.size))
            expected = step;
        }
        expect(drive(engine.lastWrite({ kind: 'memory', pa, size: 8 }))?.step).toBe(expected);
        expect(engine.position).toBe(position);
      }),
      { numRuns: 25 },
    );
  });
});
