/** Aborts of EL1 through two stages and the granule check, as the level that takes them sees them. */
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../core/word.ts';
import { GPI_NS } from './gpi.ts';
import { Gpt } from './gpt.test-support.ts';
import { S2, S2_RW, S2_TABLE_3, Stages } from './stage2-tables.test-support.ts';
import { REALM_EL2, STATES } from './states.ts';
import { Bench, VECTORS_EL1, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';

const DATA = 0x800_0000;
const GPI_REALM = 0b1011;
const HCR_GPF = 1n << 48n;
const SCR_GPF = 1n << 48n;

/** In Realm EL1 behind stage 2; one granule is Realm's, the others are anyone's. */
function realm(hcr = 1n): { bench: Bench; stages: Stages; gpt: Gpt } {
  const bench = new Bench();
  const gpt = new Gpt(bench).set(DATA, GPI_REALM);
  bench.enter('Realm.EL1');
  const stages = new Stages(bench).stage2(1n, undefined, hcr);
  return { bench, stages, gpt };
}

function access(bench: Bench, kind: 'load' | 'store', va: bigint, register: number, size: number): void {
  const transfer: Transfer = { kind, register, size };
  bench.run((core) => {
    if (kind === 'load') core.load(va, size);
    else core.store(va, size, 1n);
    core.complete();
  }, transfer);
}

describe('an unmapped intermediate address', () => {
  it('goes to EL2 with what it needs to emulate the access: ISV, SAS, SRT, SF, WnR, FAR and HPFAR', () => {
    const { bench, stages } = realm();
    const va = stages.at(5) + 0x18n;
    access(bench, 'store', va, 9, 4);
    expect(bench.core.state).toBe(REALM_EL2);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL2) + 0x400n);
    expect(bench.reg('ESR_EL2')).toBe(0x9389_0047n);
    expect(bench.reg('FAR_EL2')).toBe(va);
    expect(bench.reg('HPFAR_EL2')).toBe((va >> 12n) << 4n);
    expect(bench.of('translation_fault')).toMatchObject([
      { problem: 'stage 2 translation fault at level 3', stage: 2, level: 3, ipa: Number(va), va },
    ]);
  });

  it('is no fault once EL2 has mapped it', () => {
    const { bench, stages } = realm();
    stages.page2(5, BigInt(DATA) | S2_RW | S2.PAGE);
    access(bench, 'store', stages.at(5), 9, 4);
    expect(bench.of('exception_entry')).toEqual([]);
    expect(bench.machine.memory.read(DATA, 4)).toBe(1n);
  });
});

describe('a stage 2 permission fault', () => {
  it('gives the intermediate address too, on which RMM relies', () => {
    const { bench, stages } = realm();
    stages.page2(5, BigInt(DATA) | (S2_RW & ~S2.WRITE) | S2.PAGE);
    access(bench, 'store', stages.at(5), 3, 8);
    expect(bench.reg('ESR_EL2')).toBe(0x93c3_804fn);
    expect(bench.reg('HPFAR_EL2')).toBe((stages.at(5) >> 12n) << 4n);
  });
});

describe('a granule that is no longer Non-secure, under an unprotected address', () => {
  const setUp = (hcr: bigint, scr: bigint) => {
    const { bench, stages, gpt } = realm(1n | hcr);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | scr);
    stages.page2(5, BigInt(DATA) | S2_RW | S2.NS | S2.PAGE);
    gpt.on();
    return { bench, va: stages.at(5) };
  };
  it.each([
    [0n, 0n, 'Realm.EL1', BigInt(VECTORS_EL1) + 0x200n, 'ESR_EL1', 0x9600_0028n],
    [HCR_GPF, 0n, 'Realm.EL2', BigInt(VECTORS_EL2) + 0x400n, 'ESR_EL2', 0x9200_0028n],
    [HCR_GPF, SCR_GPF, 'Root.EL3', BigInt(VECTORS_EL3) + 0x400n, 'ESR_EL3', 0x7a03_4028n],
  ] as const)('with HCR_EL2.GPF %i and SCR_EL3.GPF %i is reported in %s', (hcr, scr, state, vector, esr, syndrome) => {
    const { bench, va } = setUp(hcr, scr);
    access(bench, 'load', va, 2, 8);
    expect(STATES[bench.core.state].id).toBe(state);
    expect(bench.core.pc).toBe(vector);
    expect(bench.reg(esr)).toBe(syndrome);
    expect(bench.reg('HPFAR_EL2')).toBe(0n);
    expect(bench.of('gpc_fault')).toMatchObject([{ pa: DATA }]);
  });
});

describe('a stage 2 table that lies in memory of another world', () => {
  it.each([
    [0n, 'ESR_EL2', 0x93c2_8027n],
    [SCR_GPF, 'ESR_EL3', 0x7a23_4027n],
  ] as const)('with SCR_EL3.GPF %i is reported in %s, with the intermediate address', (scr, esr, syndrome) => {
    const { bench, stages, gpt } = realm();
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | scr);
    gpt.set(S2_TABLE_3, GPI_NS).on();
    access(bench, 'load', stages.at(5), 2, 8);
    expect(bench.reg(esr)).toBe(syndrome);
    expect(bench.reg('HPFAR_EL2')).toBe((stages.at(5) >> 12n) << 4n);
  });
});
