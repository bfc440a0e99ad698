/** What a granule protection check allows and refuses, and the exact exception that a refusal makes. */
import { describe, expect, it } from 'vitest';
import { GPI_ANY, GPI_NO_ACCESS, GPI_NONE, GPI_NS, GPI_NSO, GPI_SECURE, GPIS } from './gpi.ts';
import { GPCCR_ON, GPT_LEVEL0, GPT_LEVEL1, Gpt } from './gpt.test-support.ts';
import { NS_EL2, ROOT_EL3 } from './states.ts';
import { Bench, CODE, VECTORS_EL2, VECTORS_EL3 } from './test-support.ts';
import { NON_SECURE, REALM, ROOT, SECURE, WORLDS } from './worlds.ts';

const PAGE = 0x800_0000;
const VA = BigInt(PAGE) + 8n;
const GPI_ROOT = 0b1010;
const GPI_REALM = 0b1011;
const SCR_GPF = 1n << 48n;
const NSO_ON = 1n << 19n;

function benchIn(state: string, gpi: number, gpccr = GPCCR_ON): Bench {
  const bench = new Bench();
  new Gpt(bench).set(PAGE, gpi).on(gpccr);
  bench.enter(state);
  return bench;
}

describe('a granule', () => {
  const OWN_STATE = ['NS.EL2', 'Secure.EL2', 'Realm.EL2', 'Root.EL3'];
  const MAY: Readonly<Record<number, readonly number[]>> = {
    [GPI_NO_ACCESS]: [],
    [GPI_SECURE]: [SECURE],
    [GPI_NS]: [NON_SECURE],
    [GPI_ROOT]: [ROOT],
    [GPI_REALM]: [REALM],
    [GPI_NSO]: [NON_SECURE],
    [GPI_ANY]: [NON_SECURE, SECURE, REALM, ROOT],
  };
  for (const { value, name } of GPIS) {
    for (const [world, state] of OWN_STATE.entries()) {
      const allowed = MAY[value].includes(world);
      it(`tagged ${name} ${allowed ? 'answers' : 'refuses'} a ${WORLDS[world].name} access in the state's own space`, () => {
        const bench = benchIn(state, value, GPCCR_ON | NSO_ON);
        bench.machine.memory.write(PAGE + 8, 8, 42n);
        expect(bench.load(VA)).toBe(allowed ? 42n : undefined);
        expect(bench.of('gpc_fault')).toHaveLength(allowed ? 0 : 1);
      });
    }
  }
});

describe('a Non-secure read of a Realm granule', () => {
  it('is a data abort at EL2 with DFSC 0x28 while SCR_EL3.GPF is 0, and leaves MFAR_EL3 alone', () => {
    const bench = benchIn('NS.EL2', GPI_REALM);
    expect(bench.load(VA)).toBeUndefined();
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0028n);
    expect(bench.reg('FAR_EL2')).toBe(VA);
    expect(bench.reg('ELR_EL2')).toBe(BigInt(CODE));
    expect(bench.reg('MFAR_EL3')).toBe(0n);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL2) + 0x200n);
    expect(bench.core.state).toBe(NS_EL2);
  });

  it('is a GPC exception at EL3 with the physical address and space in MFAR_EL3 while SCR_EL3.GPF is 1', () => {
    const bench = benchIn('NS.EL2', GPI_REALM);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | SCR_GPF);
    expect(bench.load(VA)).toBeUndefined();
    // EC 0x1E, GPCSC 001101 (fault at level 1), xFSC 101000
    expect(bench.reg('ESR_EL3')).toBe(0x7a03_4028n);
    expect(bench.reg('FAR_EL3')).toBe(VA);
    expect(bench.reg('MFAR_EL3')).toBe((1n << 63n) | BigInt(PAGE));
    expect(bench.reg('ELR_EL3')).toBe(BigInt(CODE));
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + 0x400n);
    expect(bench.core.state).toBe(ROOT_EL3);
  });

  it('reports level 0 in GPCSC where a level 0 block forbade it, as real firmware saw it', () => {
    const bench = benchIn('NS.EL2', GPI_ANY);
    bench.machine.memory.write(GPT_LEVEL0 + 16, 8, (BigInt(GPI_REALM) << 4n) | 1n);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | SCR_GPF);
    expect(bench.load(0x8000_1000n)).toBeUndefined();
    expect(bench.reg('ESR_EL3')).toBe(0x7a03_0028n);
    expect(bench.reg('MFAR_EL3')).toBe(0x8000_0000_8000_1000n);
  });

  it('sets WnR for a write and InD for a fetch', () => {
    const bench = benchIn('NS.EL2', GPI_REALM);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | SCR_GPF);
    expect(bench.store(VA, 1n)).toBe(false);
    expect(bench.reg('ESR_EL3')).toBe(0x7a03_4068n);
    bench.enter('NS.EL2');
    bench.core.jump(BigInt(PAGE));
    bench.core.step();
    expect(bench.reg('ESR_EL3')).toBe(0x7a13_4028n);
    expect(bench.reg('ELR_EL3')).toBe(BigInt(PAGE));
  });

  it('is a data abort with WnR for a write, and an instruction abort without it for a fetch, while SCR_EL3.GPF is 0', () => {
    const bench = benchIn('NS.EL2', GPI_REALM);
    expect(bench.store(VA, 1n)).toBe(false);
    expect(bench.reg('ESR_EL2')).toBe(0x9600_0068n);
    bench.core.jump(BigInt(PAGE));
    bench.core.step();
    expect(bench.reg('ESR_EL2')).toBe(0x8600_0028n);
    expect(bench.reg('FAR_EL2')).toBe(BigInt(PAGE));
  });

  it('raises gpc_fault before exception_entry, and names the granule', () => {
    const bench = benchIn('NS.EL2', GPI_REALM);
    bench.load(VA);
    expect(bench.kinds()).toEqual(['gpc_fault', 'exception_entry']);
    expect(bench.of('gpc_fault')[0]).toMatchObject({
      pa: PAGE + 8,
      va: VA,
      from: NS_EL2,
      space: NON_SECURE,
      gpi: GPI_REALM,
      access: 'read',
      problem: '',
      level: 1,
    });
  });
});

describe('a fault at EL3', () => {
  it('is a data abort at EL3 even while SCR_EL3.GPF is 1', () => {
    const bench = benchIn('Root.EL3', GPI_REALM);
    bench.set('SCR_EL3', bench.reg('SCR_EL3') | SCR_GPF);
    expect(bench.load(VA)).toBeUndefined();
    expect(bench.reg('ESR_EL3')).toBe(0x9600_0028n);
    expect(bench.reg('MFAR_EL3')).toBe(0n);
    expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + 0x200n);
  });
});

describe('a failure of the table itself', () => {
  /** ESR_EL3 of a GPC exception on a read that is no table walk. */
  const esr = (gpcsc: number) => 0x7a00_0028n | (BigInt(gpcsc) << 14n);
  const rows: readonly [string, number, (gpt: Gpt) => void, string][] = [
    ['an invalid level 0 descriptor', 0b000100, (gpt) => gpt.level0(0, 0n), 'GPT walk fault at level 0'],
    ['an invalid level 1 descriptor', 0b000101, (gpt) => gpt.level1(PAGE, 2n), 'GPT walk fault at level 1'],
    [
      'a reserved GPI of another granule of the same word',
      0b000101,
      (gpt) => gpt.level1(PAGE, 0x2fff_ffff_ffff_ffffn),
      'GPT walk fault at level 1',
    ],
    ['a level 1 table above the protected size', 0b000000, (gpt) => gpt.level0(0, 0x2_0000_0003n), 'GPT address size fault at level 0'],
  ];
  for (const [what, gpcsc, spoil, problem] of rows) {
    for (const state of ['NS.EL2', 'Realm.EL2', 'Root.EL3']) {
      it(`(${what}) is a GPC exception at EL3 from ${state}, whatever SCR_EL3.GPF is`, () => {
        const bench = new Bench();
        const gpt = new Gpt(bench);
        bench.enter(state);
        gpt.on();
        bench.word(CODE, (core) => {
          core.load(VA, 8);
          core.complete();
        });
        // The code's own granule is cached before the table goes bad.
        bench.core.jump(BigInt(CODE));
        bench.core.step();
        bench.run((core) => {
          core.machine.memory.epoch++;
          core.complete();
        });
        spoil(gpt);
        bench.core.tlb.dropGranuleRange(PAGE, PAGE + 0x1000, false);
        bench.events.length = 0;
        expect(bench.load(VA)).toBeUndefined();
        expect(bench.reg('ESR_EL3')).toBe(esr(gpcsc));
        expect(bench.reg('FAR_EL3')).toBe(VA);
        expect(bench.core.state).toBe(ROOT_EL3);
        expect(bench.of('gpc_fault')[0]).toMatchObject({ gpi: GPI_NONE, problem });
      });
    }
  }

  it('reports an external abort on the fetch of a level 1 descriptor, and uses the SError vector if SCR_EL3.EASE is 1', () => {
    for (const ease of [false, true]) {
      const bench = new Bench({ memory: [{ name: 'dram', from: 0, to: 0x8000_0000 }] });
      const gpt = new Gpt(bench).on();
      bench.enter('NS.EL2');
      bench.core.jump(BigInt(CODE));
      bench.run((core) => core.complete());
      gpt.level0(1, 0x9000_0003n);
      if (ease) bench.set('SCR_EL3', bench.reg('SCR_EL3') | (1n << 19n));
      expect(bench.load(0x4000_0000n)).toBeUndefined();
      expect(bench.reg('ESR_EL3')).toBe(esr(0b010101));
      expect(bench.core.pc).toBe(BigInt(VECTORS_EL3) + (ease ? 0x580n : 0x400n));
    }
  });
});

describe('the protected size', () => {
  const ABOVE = 0x1_0000_0000n;
  const memory = [{ name: 'dram', from: 0, to: 0x2_0000_0000 }];

  it('lets Non-secure accesses above it pass without a look-up, and faults Realm, Secure and Root ones at level 0', () => {
    for (const [state, allowed] of [
      ['NS.EL2', true],
      ['Realm.EL2', false],
      ['Secure.EL2', false],
      ['Root.EL3', false],
    ] as const) {
      const bench = new Bench({ memory });
      new Gpt(bench).on();
      bench.enter(state);
      expect(bench.load(ABOVE) !== undefined, state).toBe(allowed);
      if (!allowed) expect(bench.of('gpc_fault')[0]).toMatchObject({ level: 0, gpi: GPI_NONE });
    }
  });

  it('lets every access above it pass while GPCCR_EL3.APPSAA is 1', () => {
    const bench = new Bench({ memory });
    new Gpt(bench).on(GPCCR_ON | (1n << 24n));
    bench.enter('Realm.EL2');
    expect(bench.load(ABOVE)).toBe(0n);
  });
});

describe('Non-secure only', () => {
  it('refuses a Realm requester that uses the Non-secure space, and answers a Root one', () => {
    // Realm EL2 and EL3 map PAGE as Non-secure: a level 1 block of 1 GB with NS set.
    const at = 0x70_0000;
    for (const [state, el, descriptor, allowed] of [
      ['Realm.EL2', 2, 0x421n, false],
      ['Root.EL3', 3, 0x421n, true],
    ] as const) {
      const bench = benchIn(state, GPI_NSO, GPCCR_ON | NSO_ON);
      bench.machine.memory.write(at, 8, descriptor);
      bench.set(el === 2 ? 'TTBR0_EL2' : 'TTBR0_EL3', BigInt(at));
      bench.set(el === 2 ? 'TCR_EL2' : 'TCR_EL3', 25n | (5n << 16n));
      // The word that loads is fetched before translation is on.
      bench.word(CODE, (core) => {
        core.write(
          core.architecture.registers.findIndex((row) => row.name === `SCTLR_EL${el}`),
          1n,
        );
        core.load(VA, 8);
        core.complete();
      });
      bench.core.jump(BigInt(CODE));
      bench.core.step();
      expect(bench.of('gpc_fault'), state).toHaveLength(allowed ? 0 : 1);
    }
  });

  it('is a reserved GPI while GPCCR_EL3.NSO is 0: the walk faults', () => {
    const bench = benchIn('NS.EL2', GPI_NSO);
    expect(bench.load(VA)).toBeUndefined();
    expect(bench.reg('ESR_EL3')).toBe(0x7a01_4028n);
  });
});

describe('a table base above the protected size', () => {
  it('is a GPT address size fault at level 0, one just below it is not', () => {
    for (const [base, gpcsc] of [
      [0x1_0000_0000n, 0b000000n],
      [0xffff_f000n, 0b000100n],
    ] as const) {
      const bench = new Bench();
      new Gpt(bench).on();
      bench.set('GPTBR_EL3', base >> 12n);
      bench.enter('NS.EL2');
      bench.core.jump(BigInt(CODE));
      bench.core.step();
      expect(bench.reg('ESR_EL3')).toBe(0x7a10_0028n | (gpcsc << 14n));
    }
  });
});

describe('an invalid configuration', () => {
  it('makes every access of every state a GPT walk fault at level 0', () => {
    for (const spoil of [7n, 6n, 3n << 14n, 1n << 12n]) {
      const bench = new Bench();
      const shareability = spoil === 1n << 12n ? GPCCR_ON & ~(3n << 12n) : GPCCR_ON;
      new Gpt(bench).on(shareability | spoil);
      bench.enter('NS.EL2');
      bench.core.jump(BigInt(CODE));
      bench.core.step();
      expect(bench.reg('ESR_EL3')).toBe(0x7a11_0028n);
    }
  });

  it('has no effect while GPCCR_EL3.GPC is 0', () => {
    const bench = new Bench();
    new Gpt(bench, GPI_NO_ACCESS).on(7n | (3n << 14n));
    bench.enter('NS.EL2');
    expect(bench.load(VA)).toBe(0n);
  });
});

describe('the level 1 table', () => {
  it('is read in the Root space and never checked itself', () => {
    const bench = new Bench();
    const gpt = new Gpt(bench);
    for (let pa = GPT_LEVEL1; pa < GPT_LEVEL1 + 0x2_0000; pa += 0x1000) gpt.set(pa, GPI_NO_ACCESS);
    gpt.set(GPT_LEVEL0, GPI_NO_ACCESS).on();
    bench.enter('NS.EL2');
    expect(bench.load(VA)).toBe(0n);
  });
});
