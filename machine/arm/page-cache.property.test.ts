/** What a core remembers of pages and frames is unobservable: a core that has to look everything up again does the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../core/memory.ts';
import type { ArmCore } from './core.ts';
import { R } from './registers/index.ts';
import { Bench } from './test-support.ts';

/** Around the border of two pages, and of the 64 pages after which look-ups meet in one slot. */
const BASES = [0x30_0f80, 0x30_1000, 0x34_0f80, 0x34_1000] as const;
const SPAN = 0x100;

const address = fc.tuple(fc.constantFrom(...BASES), fc.nat(SPAN)).map(([base, offset]) => base + offset);
const aligned = address.map((at) => at & ~7);
const half = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const size = fc.constantFrom(1, 2, 4, 8);

type Step = (core: ArmCore, bench: Bench) => unknown;
/** Each ends as a word does. */
const word = (act: (core: ArmCore) => unknown): Step => {
  return (core) => {
    const result = act(core);
    const { fault } = core;
    const committed = core.commit();
    core.fault = null;
    return [fault ?? result, committed];
  };
};

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(aligned, half, half).map(([at, low, high]) => word((core) => core.storePair(at, 0, low, high, high, low))),
  fc.tuple(address, half, half).map(([at, low, high]) => word((core) => core.storePair(at, 0, low, high, high, low))),
  fc.tuple(address, size, half, half).map(([at, size, low, high]) => word((core) => core.storeHalves(at, 0, size, low, high))),
  // A page that was found by a word which faulted later: nothing was stored, and it may still be one that snapshots share.
  aligned.map((at) =>
    word((core) => {
      core.storeHalves(at, 0, 8, 1, 1);
      core.fault = core.undefinedFault('after a store');
    }),
  ),
  fc.tuple(address, size).map(([at, size]) => word((core) => [core.lowLoad(at, 0, size), core.high])),
  fc.tuple(address.map((at) => at & ~15)).map(([at]) => word((core) => core.setLowSp(at, 0))),
  fc.tuple(address).map(([at]) => word((core) => core.setLowSp(at, 0))),
  fc.nat(12).map((slot) => word((core) => [core.lowLocal(8 * slot), core.high])),
  fc.tuple(fc.nat(12), half, half).map(([slot, low, high]) => word((core) => core.setLowLocal(8 * slot, low, high))),
  fc.tuple(fc.nat(4), half).map(([args, low]) =>
    word((core) => {
      const frame = Int32Array.from({ length: 6 + 2 * args }, (_, i) => low + i);
      const size = 16 * Math.ceil((4 * frame.length) / 16);
      if (core.fillBelow(size, frame, frame.length)) return;
      const from = core.lowSp() - size;
      for (let i = 0; i < frame.length; i += 2) core.storeFrameHalves(from + 4 * i, 0, frame[i], frame[i + 1]);
    }),
  ),
  fc.constantFrom(R.SPSel, R.SP_EL0).map((register) => word((core) => core.lowWrite(register, register === R.SPSel ? 1 : 0x30_1000, 0))),
  fc.constant((_: ArmCore, bench: Bench) => void bench.machine.snapshot()),
  fc.boolean().map((on) => word((core) => core.write(R.SCTLR_EL3, on ? 0b1010n : 0n))), // checks of alignment
);

describe('pages and frames that a core remembers', () => {
  it('give the same loads, stores, faults and memory as looking everything up again, in 300 runs of 40 steps', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 40 }), (steps) => {
        const [known, forgetful] = [new Bench(), new Bench()];
        for (const bench of [known, forgetful]) bench.core.setLowSp(0x30_1000, 0);
        for (const step of steps) {
          forgetful.machine.memory.epoch++;
          expect(step(known.core, known)).toEqual(step(forgetful.core, forgetful));
        }
        for (const base of BASES) {
          const page = Math.floor(base / PAGE_SIZE);
          expect(known.machine.memory.page(page).bytes).toEqual(forgetful.machine.memory.page(page).bytes);
        }
        expect(known.machine.memory.dirty()).toEqual(forgetful.machine.memory.dirty());
        expect([...known.core.regs]).toEqual([...forgetful.core.regs]);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
