/**
 * Translation contexts of a core: for each state the pages it knows, for as long as the registers that its translations
 * depend on stay as they are. Arm ARM DDI0487 M.a.a, D8.1 (translation regimes and their controls).
 */
import { PageCache } from '../core/page-cache.ts';
import { R, REGISTERS } from './registers/index.ts';
import { LEVEL_OF_STATE, STATES, WORLD_OF_STATE } from './states.ts';
import { SECURE } from './worlds.ts';

/** Both stages of EL1 and EL0. */
const STAGES_OF_EL1 = [R.SCTLR_EL1, R.TCR_EL1, R.TTBR0_EL1, R.TTBR1_EL1, R.HCR_EL2, R.VTCR_EL2, R.VTTBR_EL2];
const OF_LEVEL: readonly (readonly number[])[] = [
  STAGES_OF_EL1,
  STAGES_OF_EL1,
  [R.SCTLR_EL2, R.TCR_EL2, R.TTBR0_EL2],
  [R.SCTLR_EL3, R.TCR_EL3, R.TTBR0_EL3],
];

/** By state: the registers that its translations depend on. */
const OF_STATE = STATES.map((_, state): readonly number[] => {
  const registers = [...OF_LEVEL[LEVEL_OF_STATE[state]], R.GPCCR_EL3, R.GPTBR_EL3];
  if (WORLD_OF_STATE[state] === SECURE) registers.push(R.SCR_EL3, R.VSTCR_EL2, R.VSTTBR_EL2); // SIF and EEL2 of SCR_EL3
  return registers;
});

/** By register: the states (bit i: state i) whose translations depend on it. */
const CONCERNED = Uint16Array.from(REGISTERS, (_, register) =>
  OF_STATE.reduce((states, registers, state) => (registers.includes(register) ? states | (1 << state) : states), 0),
);

/** Whether translations of `state` depend on `register`. */
export function concerns(register: number, state: number): boolean {
  return ((CONCERNED[register] >>> state) & 1) === 1;
}

export class Contexts {
  private readonly caches = STATES.map(() => new PageCache());
  /** By state: values of its registers, in halves, when its cache was last used. */
  private readonly values = OF_STATE.map((registers) => new Uint32Array(2 * registers.length));

  /** The pages known in `state`, none if one of its registers differs from before. `halves`: the register file, low halves first. */
  enter(state: number, halves: Uint32Array): PageCache {
    const registers = OF_STATE[state];
    const values = this.values[state];
    let changed = false;
    for (let i = 0; i < registers.length; i++) {
      const low = halves[2 * registers[i]];
      const high = halves[2 * registers[i] + 1];
      if (values[2 * i] === low && values[2 * i + 1] === high) continue;
      values[2 * i] = low;
      values[2 * i + 1] = high;
      changed = true;
    }
    if (changed) this.caches[state].forget();
    return this.caches[state];
  }

  forget(): void {
    for (const cache of this.caches) cache.forget();
  }
}
