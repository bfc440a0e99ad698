/** Semantics of the instructions that neither take nor return from exceptions, and where they are undefined. */
import { describe, expect, it } from 'vitest';
import { GPI_NS } from '../gpi.ts';
import { Gpt } from '../gpt.test-support.ts';
import { AF, PAGE, READ_ONLY, Stage1Tables } from '../page-tables.test-support.ts';
import { R } from '../registers/index.ts';
import { Bench, CODE } from '../test-support.ts';
import { SPACES } from '../worlds.ts';
import { CACHE_OPERATIONS } from './cache.ts';
import { RANGE_BITS, TLB_OPERATIONS } from './tlbi.ts';

const AT = 0x800_0000;
const GPI_REALM = 0b1011;
const UNDEFINED = 0x0200_0000n;

function el2(): Bench {
  const bench = new Bench();
  bench.enter('NS.EL2');
  return bench;
}

describe('save_gprs and restore_gprs', () => {
  it('store and load x0 to x30 at consecutive addresses, in sixteen words', () => {
    const bench = el2();
    for (let n = 0; n < 31; n++) bench.core.set(R.x0 + n, BigInt(1000 + n));
    const all = (name: string) => {
      for (let part = 0; part < 16; part++) bench.instruction(CODE + 4 * part, name, [BigInt(AT)], part);
      bench.core.jump(BigInt(CODE));
      for (let part = 0; part < 16; part++) bench.core.step();
    };
    all('save_gprs');
    for (let n = 0; n < 31; n++) expect(bench.machine.memory.read(AT + 8 * n, 8)).toBe(BigInt(1000 + n));
    expect(bench.machine.memory.read(AT + 8 * 31, 8)).toBe(0n);
    for (let n = 0; n < 31; n++) bench.core.set(R.x0 + n, 0n);
    all('restore_gprs');
    for (let n = 0; n < 31; n++) expect(bench.core.regs[R.x0 + n]).toBe(BigInt(1000 + n));
  });

  it('change neither register of a pair if the second load faults', () => {
    const bench = el2();
    new Gpt(bench).set(AT + 0x1000, GPI_REALM).on();
    bench.set('x2', 1n);
    bench.set('x3', 2n);
    bench.instruction(CODE, 'restore_gprs', [BigInt(AT) + 0xff8n - 0x10n], 1);
    bench.core.jump(BigInt(CODE));
    bench.core.step();
    expect(bench.of('gpc_fault')).toHaveLength(1);
    expect([bench.reg('x2'), bench.reg('x3')]).toEqual([1n, 2n]);
  });

  it('store neither register of a pair if the second store faults', () => {
    const bench = el2();
    new Gpt(bench).set(AT + 0x1000, GPI_REALM).on();
    bench.set('x0', 1n);
    bench.instruction(CODE, 'save_gprs', [BigInt(AT) + 0xff8n], 0);
    bench.core.jump(BigInt(CODE));
    bench.core.step();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0068n);
    expect(bench.machine.memory.read(AT + 0xff8, 8)).toBe(0n);
  });
});

describe('swp', () => {
  it('gives the old value and stores the new one', () => {
    const bench = el2();
    bench.machine.memory.write(AT, 8, 5n);
    bench.execute('swp', BigInt(AT), 9n);
    expect(bench.reg('x9')).toBe(5n);
    expect(bench.machine.memory.read(AT, 8)).toBe(9n);
  });
});

describe('cas', () => {
  it('stores only if memory holds the expected value, and gives what was there', () => {
    const bench = el2();
    bench.machine.memory.write(AT, 8, 5n);
    bench.execute('cas', BigInt(AT), 4n, 9n);
    expect([bench.reg('x9'), bench.machine.memory.read(AT, 8)]).toEqual([5n, 5n]);
    bench.execute('cas', BigInt(AT), 5n, 9n);
    expect([bench.reg('x9'), bench.machine.memory.read(AT, 8)]).toEqual([5n, 9n]);
  });

  it('needs permission to write even if it does not store', () => {
    const bench = el2();
    const tables = new Stage1Tables(bench, 2).page(0, BigInt(AT) | AF | PAGE | READ_ONLY).on();
    bench.execute('cas', tables.at(0), 1n, 2n);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_004fn);
  });

  it('demands alignment whatever SCTLR.A is', () => {
    const bench = el2();
    bench.execute('cas', BigInt(AT) + 4n, 0n, 2n);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0021n);
    expect(bench.reg('FAR_EL2')).toBe(BigInt(AT) + 4n);
  });
});

describe('dc', () => {
  const operation = (name: string) => BigInt(CACHE_OPERATIONS.findIndex((row) => row.name === name));

  it.each([
    ['Secure', 0b00n],
    ['Non-secure', 0b10n],
    ['Root', 0b01n],
    ['Realm', 0b11n],
  ])('announces what was maintained: NS and NSE of the operand name %s', (space, nsNse) => {
    const bench = new Bench();
    const operand = (nsNse << 62n) | BigInt(AT);
    bench.execute('dc', operation('CIPAPA'), operand);
    expect(bench.of('cache_maintenance')).toMatchObject([
      { operation: 'CIPAPA', operand, pa: AT, space: SPACES.findIndex(({ name }) => name === space) },
    ]);
  });

  it('by physical address is undefined below EL3', () => {
    for (const name of ['CIPAPA', 'CIGDPAPA', 'CIPAE']) {
      const bench = el2();
      bench.execute('dc', operation(name), 0n);
      expect(bench.reg('ESR_EL2'), name).toBe(UNDEFINED);
      expect(bench.of('cache_maintenance')).toEqual([]);
    }
  });

  it('to the point of encryption is defined in Realm EL2', () => {
    const bench = new Bench();
    bench.enter('Realm.EL2');
    bench.execute('dc', operation('CIPAE'), 0n);
    expect(bench.of('cache_maintenance')).toHaveLength(1);
  });

  it('by virtual address is translated and checked, and reports CM and WnR', () => {
    const bench = el2();
    new Gpt(bench)
      .set(AT, GPI_REALM)
      .set(AT + 0x1000, GPI_NS)
      .on();
    bench.execute('dc', operation('CIVAC'), BigInt(AT) + 0x1000n);
    expect(bench.of('cache_maintenance')).toHaveLength(1);
    bench.execute('dc', operation('CIVAC'), BigInt(AT));
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0168n);
    expect(bench.reg('FAR_EL2')).toBe(BigInt(AT));
    expect(bench.of('cache_maintenance')).toHaveLength(1);
  });
});

describe('tlbi', () => {
  it('has the operations of EL3 and EL2 for this PE and both shareability domains', () => {
    const names = TLB_OPERATIONS.map((row) => row.name);
    for (const name of ['ALLE2', 'ALLE2IS', 'ALLE2OS', 'ALLE3OS', 'VAE2IS', 'VAE3OS', 'VMALLE1', 'PAALL', 'PAALLOS', 'RPAOS', 'RPALOS']) {
      expect(names).toContain(name);
    }
    expect(RANGE_BITS.map((bits) => 2 ** bits / 1024)).toEqual([4, 16, 64, 2048, 32768, 524288, 1048576, 16777216, 67108864, 536870912]);
  });

  it('of EL3 is undefined at EL2', () => {
    for (const row of TLB_OPERATIONS.filter(({ name }) => name.includes('E3'))) {
      const bench = el2();
      bench.execute('tlbi', BigInt(TLB_OPERATIONS.indexOf(row)), 0n);
      expect(bench.reg('ESR_EL2'), row.name).toBe(UNDEFINED);
    }
  });
});

describe('barriers and nop', () => {
  it('change nothing but PC', () => {
    for (const name of ['dsb', 'dmb', 'isb', 'nop']) {
      const bench = el2();
      const before = bench.core.regs.slice();
      bench.execute(name, 0b1111n);
      expect(bench.core.pc).toBe(BigInt(CODE) + 4n);
      expect(bench.core.regs).toEqual(before);
      expect(bench.events).toEqual([]);
    }
  });
});
