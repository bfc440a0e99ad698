import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { drive, poke, stopsOn, texts } from './fixture/drive.ts';
import { startHere } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

/** In `vault.grant`, called by `vault.handle`, called by `vault.boot`. */
function inTheVault(): Engine {
  const program = startHere();
  const engine = createEngine(program);
  drive(engine.run(stopsOn([{ id: 1, words: [program.word('vault', 'smc 2')] }])));
  expect(texts(engine)).toEqual(['vault.grant', 'vault.handle', 'vault.boot', 'SMC from Outer L2', 'host.main']);
  return engine;
}
/** Overwrites a slot of the innermost frame. */
const tamper = (engine: Engine, offset: number, value: bigint): void => {
  const { sp } = engine.machine.cores[0];
  poke(engine, Number(sp) + offset, 8, value);
};

describe('a tampered stack', () => {
  it('says where a return address leads that is no code', () => {
    const engine = inTheVault();
    tamper(engine, 0, 0xdead_0000n);
    expect(texts(engine)).toEqual(['vault.grant', 'return address 0xdead_0000 is no code', 'SMC from Outer L2', 'host.main']);
    expect(engine.stack(0)[1]).toMatchObject({ kind: 'broken', pc: 0xdead_0000n });
  });

  it('shows whatever code a return address leads to', () => {
    const engine = inTheVault();
    tamper(engine, 0, 0x5000n + 4n * 8n);
    expect(texts(engine).slice(0, 2)).toEqual(['vault.grant', 'host.main']);
  });

  it('that leads round in circles ends', () => {
    const engine = inTheVault();
    const { sp } = engine.machine.cores[0];
    tamper(engine, 8, sp);
    expect(texts(engine)[1]).toBe(`the caller's stack pointer 0x${sp.toString(16)} is not above 0x${sp.toString(16)}`);
  });

  it('whose frame cannot be read says so', () => {
    const engine = inTheVault();
    engine.input([{ kind: 'register', core: 0, register: engine.machine.cores[0].stackRegister, value: 0x30_0000n }]);
    expect(texts(engine)[1]).toBe('the frame at 0x30_0000 cannot be read');
  });
});

describe('a frame', () => {
  it('evaluates in its own slots, and reads through the regime of its context', () => {
    const engine = inTheVault();
    const [grant, handle, , , main] = engine.stack(0);
    expect(handle.eye.local(24)).toBe(1n);
    expect([grant.live, main.live, main.state]).toEqual([true, false, 1]);
    poke(engine, 0x10_0080, 1, 1n);
    const [, , , , outside] = engine.stack(0);
    outside.eye.load(0x8_0000n, 8);
    expect(outside.eye.fault).not.toBeNull();
    expect(engine.stack(0)[0].eye.load(0x8_0000n, 8)).toBe(42n);
  });

  it('of what waits has the registers as of departure', () => {
    const engine = inTheVault();
    const main = engine.stack(0).at(-1);
    expect(main?.registers.regs).not.toBe(engine.machine.cores[0].regs);
    expect(main?.sp).toBe(0xcfa0n);
  });
});
