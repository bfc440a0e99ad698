/** What a data cache makes of maintenance that was forgotten, and that nothing of it is there on a platform without one. */
import { describe, expect, it } from 'vitest';
import { type DataCache, SETS, WAYS } from './cache.ts';
import { GPI_NS } from './gpi.ts';
import { GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import { CACHE_OPERATIONS } from './instructions/cache.ts';
import { TLB_OPERATIONS } from './instructions/tlbi.ts';
import { rmeCache } from './platforms/rme-cache.ts';
import { R } from './registers/index.ts';
import { S2_TABLE_1, Stages, VTCR } from './stage2-tables.test-support.ts';
import { Bench, CODE } from './test-support.ts';
import { NON_SECURE, NSE_NS_OF_SPACE, REALM, ROOT, SECURE } from './worlds.ts';

const GPI_REALM = 0b1011;
const P = 0x900_0000;
const HOST = 0x1111_1111_1111_1111n;
const SECRET = 0x5ec7_e700_0000_0001n;
/** Addresses this far apart share a set. */
const STRIDE = SETS * 64;

/** Tests put code into memory as a loader does: no line may hold what was there. */
class CachedBench extends Bench {
  constructor() {
    super({ platform: rmeCache });
  }

  override word(...[pa, run, text]: Parameters<Bench['word']>): ReturnType<Bench['word']> {
    const word = super.word(pa, run, text);
    for (const space of [NON_SECURE, SECURE, REALM, ROOT]) (this.machine.device('cache') as DataCache).invalidate(space, pa);
    return word;
  }
}

const cached = () => new CachedBench();
const memory = (bench: Bench, pa = P) => bench.machine.memory.read(pa, 8);

/** Puts the core at EL2 of a world, or at EL3, and stores or loads there. */
function storeAs(bench: Bench, state: string, value: bigint, pa = P): void {
  bench.enter(state);
  expect(bench.store(BigInt(pa), value)).toBe(true);
}
function loadAs(bench: Bench, state: string, pa = P): bigint | undefined {
  bench.enter(state);
  return bench.load(BigInt(pa));
}

/** Non-secure software uses so many other lines of the set of `P` that all that was there is evicted. */
function evict(bench: Bench): void {
  for (let i = 1; i <= WAYS; i++) loadAs(bench, 'NS.EL2', P + i * STRIDE);
}

function dc(bench: Bench, operation: string, operand: bigint, state = 'Root.EL3'): void {
  bench.enter(state);
  bench.execute('dc', BigInt(CACHE_OPERATIONS.findIndex((row) => row.name === operation)), operand);
}

/** The operand of DC CIPAPA. */
function target(space: number, pa = P): bigint {
  const nseNs = BigInt(NSE_NS_OF_SPACE[space]);
  return BigInt(pa) | ((nseNs >> 1n) << 62n) | ((nseNs & 1n) << 63n);
}

/** EL3 gives `P` another GPI, as firmware does: the descriptor by a store of its own, then the TLBI. */
function give(bench: Bench, gpi: number): void {
  bench.enter('Root.EL3');
  const entry = BigInt(GPT_LEVEL1 + 8 * (P / 0x1_0000));
  const old = bench.load(entry) ?? 0n;
  expect(bench.store(entry, (old & ~0xfn) | BigInt(gpi))).toBe(true);
  bench.execute('tlbi', BigInt(TLB_OPERATIONS.findIndex((row) => row.name === 'PAALLOS')));
}

function protectedBench(): Bench {
  const bench = cached();
  new Gpt(bench).set(P, GPI_NS).on();
  return bench;
}

describe('delegation', () => {
  it('without DC CIPAPA lets a dirty Non-secure line overwrite Realm data when it is evicted; with it, it does not', () => {
    for (const flush of [false, true]) {
      const bench = protectedBench();
      storeAs(bench, 'NS.EL2', HOST);
      give(bench, GPI_REALM);
      if (flush) dc(bench, 'CIPAPA', target(NON_SECURE));
      storeAs(bench, 'Realm.EL2', SECRET);
      dc(bench, 'CIVAC', BigInt(P), 'Realm.EL2');
      expect(memory(bench)).toBe(SECRET);
      evict(bench);
      expect(loadAs(bench, 'Realm.EL2'), flush ? 'flushed' : 'not flushed').toBe(flush ? SECRET : HOST);
    }
  });
});

describe('undelegation', () => {
  it('without DC CIPAPA leaves the zeros of a scrub in the cache, and the host reads the secret; with it, the zeros', () => {
    for (const flush of [false, true]) {
      const bench = protectedBench();
      give(bench, GPI_REALM);
      storeAs(bench, 'Realm.EL2', SECRET);
      dc(bench, 'CVAC', BigInt(P), 'Realm.EL2');
      storeAs(bench, 'Realm.EL2', 0n); // the scrub
      if (flush) dc(bench, 'CIPAPA', target(REALM));
      give(bench, GPI_NS);
      expect(loadAs(bench, 'NS.EL2'), flush ? 'flushed' : 'not flushed').toBe(flush ? 0n : SECRET);
    }
  });
});

describe('the data cache', () => {
  it('keeps what one space stored from another until it is cleaned', () => {
    const bench = cached();
    storeAs(bench, 'Realm.EL2', SECRET);
    expect([memory(bench), loadAs(bench, 'Root.EL3'), loadAs(bench, 'Realm.EL2')]).toEqual([0n, 0n, SECRET]);
    dc(bench, 'CIPAPA', target(REALM));
    expect(memory(bench)).toBe(SECRET);
    // Root still has the line that it loaded before.
    expect(loadAs(bench, 'Root.EL3')).toBe(0n);
    dc(bench, 'CIPAPA', target(ROOT));
    expect(loadAs(bench, 'Root.EL3')).toBe(SECRET);
  });

  it('maintains the line of the space and address that the operation names, and no other', () => {
    const bench = cached();
    storeAs(bench, 'Realm.EL2', SECRET);
    storeAs(bench, 'Realm.EL2', SECRET, P + 64);
    dc(bench, 'CIPAPA', target(NON_SECURE));
    dc(bench, 'CIPAPA', target(REALM, P + 128));
    expect([memory(bench), memory(bench, P + 64)]).toEqual([0n, 0n]);
    dc(bench, 'CIPAPA', target(REALM, P + 63));
    expect([memory(bench), memory(bench, P + 64)]).toEqual([SECRET, 0n]);
  });

  const effects: readonly (readonly [string, boolean, boolean])[] = [
    // operation, memory has the store afterwards, the line is still there
    ['CVAC', true, true],
    ['CIVAC', true, false],
    ['IVAC', false, false],
  ];
  it.each(effects)('does DC %s as the manual says', (operation, cleaned, kept) => {
    const bench = cached();
    storeAs(bench, 'NS.EL2', HOST);
    dc(bench, operation, BigInt(P), 'NS.EL2');
    expect(memory(bench)).toBe(cleaned ? HOST : 0n);
    bench.machine.memory.write(P, 8, SECRET);
    expect(loadAs(bench, 'NS.EL2')).toBe(kept ? HOST : SECRET);
  });

  it('cleans at DC IVAC of a guest under stage 2, which must not bring back what its hypervisor erased', () => {
    const bench = cached();
    new Stages(bench);
    storeAs(bench, 'NS.EL2', HOST);
    bench.set('VTCR_EL2', VTCR);
    bench.set('VTTBR_EL2', BigInt(S2_TABLE_1));
    bench.set('HCR_EL2', (1n << 31n) | 1n);
    dc(bench, 'IVAC', BigInt(P), 'NS.EL1');
    expect(memory(bench)).toBe(HOST);
  });

  it('evicts the line that was used least recently', () => {
    const bench = cached();
    const Q = P + 0x400; // a set that no code is in
    for (let i = 0; i < WAYS; i++) storeAs(bench, 'NS.EL2', BigInt(i + 1), Q + i * STRIDE);
    loadAs(bench, 'NS.EL2', Q);
    loadAs(bench, 'NS.EL2', Q + WAYS * STRIDE);
    expect([0, 1, 2, 3].map((i) => memory(bench, Q + i * STRIDE))).toEqual([0n, 2n, 0n, 0n]);
  });

  it('holds code: words stored and not cleaned are executed by the space that stored them', () => {
    const bench = cached();
    let ran = 0;
    const word = bench.word(CODE + 0x1000, (core) => {
      ran++;
      core.complete();
    });
    bench.machine.memory.write(CODE + 0x1000, 4, 0n);
    bench.store(BigInt(CODE + 0x1000), BigInt(word.hash), 4);
    bench.core.jump(BigInt(CODE + 0x1000));
    expect(bench.core.upcoming()?.hash).toBe(word.hash);
    bench.core.step();
    expect(ran).toBe(1);
    expect(bench.machine.memory.read(CODE + 0x1000, 4)).toBe(0n);
  });

  it('gives frames, which are memory like any other', () => {
    const bench = cached();
    bench.core.regs[bench.core.stackRegister] = BigInt(P);
    bench.run((core) => {
      core.setSp(BigInt(P));
      if (core.setLocal(8, 7n)) core.next();
    });
    bench.run((core) => {
      expect(core.local(8)).toBe(7n);
      core.complete();
    });
    expect(memory(bench, P + 8)).toBe(0n);
  });

  it('shows the tables as EL3 stored them, to walks and to the debugger', () => {
    const bench = protectedBench();
    give(bench, GPI_REALM);
    expect(bench.machine.units[0].tagAt(P)).toBe(GPI_REALM);
    expect(bench.machine.units[0].ranges(P, P + 0x2000)[0]).toEqual({ from: P, to: P + 0x1000, tag: GPI_REALM });
    expect(loadAs(bench, 'NS.EL2')).toBeUndefined();
    expect(bench.of('gpc_fault')).toHaveLength(1);
  });

  it('comes back with a snapshot', () => {
    const bench = cached();
    storeAs(bench, 'Realm.EL2', SECRET);
    const snapshot = bench.machine.snapshot();
    dc(bench, 'CIPAPA', target(REALM));
    bench.machine.restore(snapshot);
    expect([memory(bench), loadAs(bench, 'Realm.EL2')]).toEqual([0n, SECRET]);
    evict(bench);
    expect(memory(bench)).toBe(SECRET);
  });

  it('is not there on other platforms: there is one memory, whatever space it is reached by', () => {
    const bench = new Bench();
    storeAs(bench, 'Realm.EL2', SECRET);
    expect([memory(bench), loadAs(bench, 'NS.EL2'), loadAs(bench, 'Root.EL3')]).toEqual([SECRET, SECRET, SECRET]);
    expect(bench.core.regs[R.ESR_EL3]).toBe(0n);
  });
});
