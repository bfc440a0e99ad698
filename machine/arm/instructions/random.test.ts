/** RNDR: unforeseeable to firmware, repeatable for whoever repeats the run. */
import { describe, expect, it } from 'vitest';
import { AF, NSE, PAGE, READ_ONLY, Stage1Tables } from '../page-tables.test-support.ts';
import { R } from '../registers/index.ts';
import { Bench } from '../test-support.ts';

function draw(bench: Bench): bigint {
  bench.execute('rndr');
  return bench.reg('x9');
}

describe('rndr', () => {
  it('gives the same numbers to the same seed and others to another', () => {
    const numbers = (seed: number) => {
      const bench = new Bench({ seed });
      return Array.from({ length: 20 }, () => draw(bench));
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(new Set([...numbers(7), ...numbers(8)]).size).toBe(40);
  });

  it('goes on where a snapshot was taken', () => {
    const bench = new Bench({ seed: 1 });
    draw(bench);
    const snapshot = bench.machine.snapshot();
    const first = [draw(bench), draw(bench)];
    bench.machine.restore(snapshot);
    expect([draw(bench), draw(bench)]).toEqual(first);
  });

  it('clears NZCV, as it does when a number was available', () => {
    const bench = new Bench();
    bench.set('NZCV', 0xf000_0000n);
    draw(bench);
    expect(bench.core.peek(R.NZCV)).toBe(0n);
  });

  it('draws no number in a word that faults', () => {
    const drawn = draw(new Bench());
    const bench = new Bench();
    const tables = new Stage1Tables(bench, 3).page(0, 0x40_0000n | AF | PAGE | NSE | READ_ONLY).on();
    const row = bench.machine.architecture.instructions.find(({ name }) => name === 'rndr');
    bench.run((core) => {
      const value = row?.execute?.(core, [], 0) ?? 0n;
      core.store(tables.at(0), 8, value);
      core.complete();
    });
    expect(bench.reg('ESR_EL3')).toBe(0x9600_004fn);
    expect(draw(bench)).toBe(drawn);
  });
});
