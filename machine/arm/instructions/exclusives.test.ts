/** Exclusives and pairs: what they load and store, and what takes a reservation away. */
import { describe, expect, it } from 'vitest';
import { Gpt } from '../gpt.test-support.ts';
import { AF, PAGE, READ_ONLY, Stage1Tables } from '../page-tables.test-support.ts';
import { R } from '../registers/index.ts';
import { Bench, CODE } from '../test-support.ts';

const AT = 0x800_0000;
const VA = BigInt(AT);
const GPI_REALM = 0b1011;

function el2(cores = 1): Bench {
  const bench = new Bench({ cores });
  for (const core of bench.machine.cores) bench.enter('NS.EL2', core as never);
  return bench;
}

/** The status of a store exclusive of 9 to `at`. */
function stxr(bench: Bench, at = VA): bigint {
  bench.set('x9', 77n);
  bench.execute('stxr', at, 9n);
  return bench.reg('x9');
}
const value = (bench: Bench, at = AT): bigint => bench.machine.memory.read(at, 8);

/** Another core stores to `at`, in a word of its own. */
function other(bench: Bench, at: bigint): void {
  const core = bench.coreAt(1);
  core.store(at, 8, 1n);
  core.commit();
}

describe('a store exclusive', () => {
  it('stores behind a load exclusive, once', () => {
    const bench = el2();
    bench.machine.memory.write(AT, 8, 5n);
    bench.execute('ldxr', VA);
    expect(bench.reg('x9')).toBe(5n);
    expect([stxr(bench), value(bench)]).toEqual([0n, 9n]);
    bench.machine.memory.write(AT, 8, 5n);
    expect([stxr(bench), value(bench)]).toEqual([1n, 5n]);
  });

  it('fails without a reservation, or with one of another granule', () => {
    const bench = el2();
    expect(stxr(bench)).toBe(1n);
    bench.execute('ldxr', VA);
    expect(stxr(bench, VA + 64n)).toBe(1n);
    bench.execute('ldxr', VA);
    expect(stxr(bench, VA + 56n)).toBe(0n);
  });

  it('fails when another core has stored to the granule, and only then', () => {
    const bench = el2(2);
    bench.execute('ldxr', VA);
    other(bench, VA + 64n);
    expect(stxr(bench)).toBe(0n);
    bench.execute('ldxr', VA);
    other(bench, VA + 56n);
    expect(stxr(bench)).toBe(1n);
    bench.execute('ldxr', VA);
    bench.core.store(VA, 8, 4n);
    bench.core.commit();
    expect(stxr(bench)).toBe(0n);
  });

  it('fails behind clrex and behind an exception return', () => {
    const bench = el2();
    bench.execute('ldxr', VA);
    bench.execute('clrex');
    expect(stxr(bench)).toBe(1n);
    bench.execute('ldxr', VA);
    bench.set('SPSR_EL2', 0x3c9n);
    bench.set('ELR_EL2', BigInt(CODE));
    bench.execute('eret');
    expect(stxr(bench)).toBe(1n);
  });

  it('faults where it may not write, reserved or not, and demands alignment', () => {
    const bench = el2();
    const tables = new Stage1Tables(bench, 2).page(0, VA | AF | PAGE | READ_ONLY).on();
    bench.execute('stxr', tables.at(0), 1n);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_004fn);
    const flat = el2();
    flat.execute('ldxr', VA + 4n);
    expect(flat.reg('ESR_EL2')).toBe(0x9600_0021n);
    flat.execute('stxr', VA + 4n, 1n);
    expect(flat.reg('ESR_EL2')).toBe(0x9600_0061n);
  });

  it('is what a snapshot restores', () => {
    const bench = el2();
    bench.execute('ldxr', VA);
    const snapshot = bench.machine.snapshot();
    bench.execute('clrex');
    bench.machine.restore(snapshot);
    expect(stxr(bench)).toBe(0n);
    expect(bench.machine.reservations).toBe(0);
  });

  it('of a lock that is released wakes who waits for an event', () => {
    const bench = el2(2);
    bench.execute('ldxr', VA);
    bench.core.takeEvent();
    bench.execute('wfe');
    expect(bench.core.status).toBe('waiting');
    other(bench, VA);
    expect(bench.core.status).toBe('running');
  });
});

describe('atomic operations', () => {
  it.each([
    ['ldadd', 0b1100n, 0b0110n, 0b10010n],
    ['ldclr', 0b1100n, 0b0110n, 0b1000n],
    ['ldset', 0b1100n, 0b0110n, 0b1110n],
    ['ldeor', 0b1100n, 0b0110n, 0b1010n],
  ])('%s stores what it makes of the old value, and gives that', (name, old, operand, result) => {
    const bench = el2();
    bench.machine.memory.write(AT, 8, old);
    bench.execute(name, VA, operand);
    expect([bench.reg('x9'), value(bench)]).toEqual([old, result]);
  });

  it('touch as many bytes as they are told', () => {
    const bench = el2();
    bench.machine.memory.write(AT, 8, 0x1111_1111_ffff_ffffn);
    bench.execute('ldadd', VA, 1n, 4n);
    expect([bench.reg('x9'), value(bench)]).toEqual([0xffff_ffffn, 0x1111_1111_0000_0000n]);
    bench.execute('cas', VA + 4n, 0x22_1111_1111n, 2n, 4n);
    expect(value(bench)).toBe(0x2_0000_0000n);
    bench.execute('swp', VA + 1n, 0x3344n, 1n);
    expect(value(bench)).toBe(0x2_0000_4400n);
  });
});

describe('stp and ldp', () => {
  it('move two registers', () => {
    const bench = el2();
    bench.execute('stp', VA, 3n, 4n);
    expect([value(bench), value(bench, AT + 8)]).toEqual([3n, 4n]);
    bench.execute('ldp', VA, BigInt(R.x5), BigInt(R.FAR_EL2));
    expect([bench.reg('x5'), bench.reg('FAR_EL2')]).toEqual([3n, 4n]);
  });

  it('move neither if one faults, and need the right to both registers', () => {
    const bench = el2();
    new Gpt(bench).set(AT + 0x1000, GPI_REALM).on();
    bench.execute('stp', VA + 0xff8n, 3n, 4n);
    expect([bench.reg('ESR_EL2'), value(bench, AT + 0xff8)]).toEqual([0x9600_0068n, 0n]);
    bench.set('x5', 1n);
    bench.execute('ldp', VA + 0xff8n, BigInt(R.x5), BigInt(R.x6));
    expect([bench.reg('ESR_EL2'), bench.reg('x5')]).toEqual([0x9600_0028n, 1n]);
    bench.execute('ldp', VA, BigInt(R.x5), BigInt(R.SCR_EL3));
    expect([bench.reg('ESR_EL2'), bench.reg('x5')]).toEqual([0x0200_0000n, 1n]);
  });
});

describe('dc ZVA', () => {
  it('zeroes the 64 bytes around an address, or faults as a write', () => {
    const bench = el2();
    const ZVA = 7n;
    for (let at = -8; at < 72; at += 8) bench.machine.memory.write(AT + at, 8, 1n);
    bench.execute('dc', ZVA, VA + 33n);
    expect([-8, 0, 56, 64].map((at) => value(bench, AT + at))).toEqual([1n, 0n, 0n, 1n]);
    new Gpt(bench).set(AT, GPI_REALM).on();
    bench.execute('dc', ZVA, VA);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0068n);
  });

  it('is trapped below EL2 by HCR_EL2.TDZ', () => {
    const bench = new Bench();
    bench.set('HCR_EL2', 1n << 28n);
    bench.enter('NS.EL1');
    bench.execute('dc', 7n, VA);
    expect(bench.reg('ESR_EL2') >> 26n).toBe(0x18n);
  });
});
