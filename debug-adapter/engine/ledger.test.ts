import { describe, expect, it } from 'vitest';
import { type Departure, enter, initialLedger, type Ledger, leave, settle } from './ledger.ts';

const regs = new BigUint64Array(0);
const KEEPER = 0;
const OUTER = 1;
const INNER = 2;

/** A context of `state` that was left with its frames at [sp, top). */
const left = (state: number, sp: bigint, top: bigint, pc = 0n): Departure => ({
  position: 1,
  view: { state, regs },
  roots: [BigInt(state)],
  extent: { sp, top, base: undefined },
  word: undefined,
  at: pc,
  pc,
  tried: false,
  cause: `left ${state}`,
});
const naked = (state: number): Departure => left(state, 0n, 0n);

/** Returns from `departure` to a context of `state` whose SP is `sp`. */
const back = (
  ledger: Ledger,
  departure: Departure,
  state: number,
  sp: bigint,
  more: { holds?: boolean; pc?: bigint; vector?: boolean } = {},
) => leave(ledger, 0, { departure, holds: false, to: { state, roots: [BigInt(state)], sp }, pc: 0n, vector: false, ...more });

const running = (ledger: Ledger): number => ledger.cores[0].running.id;
const chain = (ledger: Ledger): number[] => ledger.cores[0].chain.map(({ id }) => id);
const pool = (ledger: Ledger): number[] => ledger.pool.map(({ id }) => id);

/** The outer world (1) called the keeper (2). */
const called = enter(initialLedger(1), 0, left(OUTER, 0x900n, 0x1000n));

describe('an exception entry', () => {
  it('pushes the context that it interrupts, and begins another', () => {
    expect([running(called), chain(called)]).toEqual([2, [1]]);
    expect(called.cores[0].running).toMatchObject({ birth: 1, below: 1 });
  });

  it('of an endless series of faults keeps the chain short, and both its ends', () => {
    let ledger = initialLedger(1);
    for (let i = 0; i < 1000; i++) ledger = enter(ledger, 0, left(OUTER, BigInt(0x9000 - 16 * i), BigInt(0x9000 - 16 * i)));
    expect(chain(ledger)).toHaveLength(64);
    expect(chain(ledger)[0]).toBe(1);
    expect(chain(ledger).at(-1)).toBe(1000);
  });
});

describe('an exception return', () => {
  it('to the context that waits resumes it and forgets the returner', () => {
    const ledger = back(called, naked(KEEPER), OUTER, 0x900n);
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([1, [], []]);
    expect(ledger.cores[0].running.departure).toBeUndefined();
  });

  it('to nobody known begins a root, and parks whoever waited', () => {
    const ledger = back(called, naked(KEEPER), INNER, 0x500n);
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([3, [], [1]]);
    expect(ledger.cores[0].running.origin).toBe('left 0');
  });

  it('to nobody known from within a function keeps the chain, with the returner on top', () => {
    const ledger = back(called, left(KEEPER, 0x100n, 0x200n), INNER, 0x500n, { holds: true });
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([3, [1, 2], []]);
  });

  it('to a parked context resumes it on top of the chain, whichever core parked it', () => {
    const parked = back(called, naked(KEEPER), INNER, 0x500n);
    const asked = enter(parked, 0, left(INNER, 0x480n, 0x600n));
    const ledger = back(asked, naked(KEEPER), OUTER, 0x900n);
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([1, [3], []]);
  });

  it('matches by registers, not by where it goes on', () => {
    const ledger = back(called, naked(KEEPER), OUTER, 0x900n, { pc: 0xbadn });
    expect(running(ledger)).toBe(1);
    expect(running(back(called, naked(KEEPER), OUTER, 0x8f0n))).toBe(3);
  });

  it('to a vector that the context did not stand at leaves the context waiting below it', () => {
    const ledger = back(called, naked(KEEPER), OUTER, 0x900n, { pc: 0x80n, vector: true });
    expect([running(ledger), chain(ledger)]).toEqual([3, [1]]);
  });

  it('past other contexts parks them', () => {
    const inner = back(called, left(KEEPER, 0x100n, 0x200n), INNER, 0x500n, { holds: true });
    const again = enter(inner, 0, left(INNER, 0x500n, 0x600n));
    const ledger = back(again, naked(KEEPER), OUTER, 0x900n);
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([1, [], [3]]);
  });
});

describe('a parked context', () => {
  it('is superseded by one that is left on the same stack', () => {
    const parked = back(called, naked(KEEPER), INNER, 0x500n);
    const fresh = back(enter(parked, 0, left(INNER, 0x480n, 0x600n)), naked(KEEPER), OUTER, 0x700n);
    const ledger = enter(fresh, 0, left(OUTER, 0x680n, 0xa00n));
    expect(pool(parked)).toEqual([1]);
    expect(pool(ledger)).toEqual([3]);
  });
});

describe('software that goes on in a waiting context by itself', () => {
  const suspended = back(called, left(KEEPER, 0x100n, 0x200n), INNER, 0x500n, { holds: true });
  const vector = enter(suspended, 0, left(INNER, 0x500n, 0x600n));

  it('is that context as soon as its frames stand where those of the waiting one stood', () => {
    const ledger = settle(vector, 0, KEEPER, [0n], { sp: 0x100n, top: 0x200n, base: undefined });
    expect([running(ledger), chain(ledger), pool(ledger)]).toEqual([2, [1], [3]]);
  });

  it('is another one while it runs below those frames', () => {
    expect(settle(vector, 0, KEEPER, [0n], { sp: 0xc0n, top: 0x100n, base: undefined })).toBe(vector);
  });

  it('is another one on another stack or under other tables', () => {
    expect(settle(vector, 0, KEEPER, [0n], { sp: 0x2100n, top: 0x2200n, base: undefined })).toBe(vector);
    expect(settle(vector, 0, KEEPER, [7n], { sp: 0x100n, top: 0x200n, base: undefined })).toBe(vector);
  });
});
