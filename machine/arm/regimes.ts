/**
 * Translation regimes: EL3, and EL2 (HCR_EL2.E2H = 0) and EL1&0 of each world.
 * Arm ARM DDI0487 M.a.a, D8.1; control bits as in D24.2 (TCR_EL1, TCR_EL2, TCR_EL3, SCTLR_ELx, HCR_EL2).
 */
import { bit } from './bits.ts';
import { R, type RegisterName } from './registers/index.ts';
import { LEVEL_OF_STATE, STATES, stateAt, WORLD_OF_STATE } from './states.ts';
import { SECURE } from './worlds.ts';

/** One of the two address ranges of EL1&0, or the only one of EL2 and EL3: where TCR holds its controls. */
export interface Range {
  readonly ttbr: number;
  readonly name: RegisterName;
  /** Lowest bit of T0SZ or T1SZ. */
  readonly size: number;
  readonly sizeName: string;
  readonly ignoreTopByte: number;
  readonly noHierarchy: number;
  /** EPD0 or EPD1, -1 where there is none. */
  readonly disabled: number;
  /** Fields of TCR for explanations. */
  readonly fields: readonly string[];
}

export interface Regime {
  /** The state that its cached entries are kept by: EL0 shares those of EL1. */
  readonly state: number;
  readonly world: number;
  /** Physical address space of table walks, and of the output while stage 1 is off. D9.1. */
  readonly space: number;
  readonly sctlr: number;
  readonly tcr: number;
  /** Lowest bit of PS or IPS. */
  readonly outputSize: number;
  /** One range, or the lower and the upper one, which VA[55] selects. */
  readonly ranges: readonly Range[];
  /** EL1&0: EL0 has permissions of its own, entries belong to an ASID, and there may be a stage 2. */
  readonly unprivileged: boolean;
  /** Names for explanations. */
  readonly names: { readonly sctlr: RegisterName; readonly tcr: RegisterName; readonly level: string };
}

function single(el: 2 | 3, state: number): Regime {
  const names = { sctlr: `SCTLR_EL${el}`, tcr: `TCR_EL${el}`, level: `EL${el}` } as const;
  const name = `TTBR0_EL${el}` as const;
  const fields = ['T0SZ', 'PS', 'TG0', 'TBI', 'HPD'];
  const range = { ttbr: R[name], name, size: 0, sizeName: 'T0SZ', ignoreTopByte: 20, noHierarchy: 24, disabled: -1, fields };
  const world = WORLD_OF_STATE[state];
  return {
    state,
    world,
    space: world,
    sctlr: R[names.sctlr],
    tcr: R[names.tcr],
    outputSize: 16,
    ranges: [range],
    unprivileged: false,
    names,
  };
}

const HALVES: readonly Range[] = [0, 1].map((n) => ({
  ttbr: n === 0 ? R.TTBR0_EL1 : R.TTBR1_EL1,
  name: n === 0 ? 'TTBR0_EL1' : 'TTBR1_EL1',
  size: 16 * n,
  sizeName: `T${n}SZ`,
  ignoreTopByte: 37 + n,
  noHierarchy: 41 + n,
  disabled: 7 + 16 * n,
  fields: [`T${n}SZ`, 'IPS', `TG${n}`, `TBI${n}`, `HPD${n}`, `EPD${n}`, 'A1', 'AS'],
}));

function shared(world: number): Regime {
  return {
    state: stateAt(1, world),
    world,
    space: world,
    sctlr: R.SCTLR_EL1,
    tcr: R.TCR_EL1,
    outputSize: 32,
    ranges: HALVES,
    unprivileged: true,
    names: { sctlr: 'SCTLR_EL1', tcr: 'TCR_EL1', level: 'EL1&0' },
  };
}

/** By index in `STATES`; EL1 and EL0 of a world share one. */
export const REGIMES: readonly Regime[] = STATES.map((_, state) => {
  const el = LEVEL_OF_STATE[state];
  return el === 2 || el === 3 ? single(el, state) : shared(WORLD_OF_STATE[state]);
});

const HCR_VM = 0;
const HCR_DC = 12;
const HCR_TGE = 27;
const SCR_EEL2 = 18;

/** Whether the world has an EL2: in Secure state SCR_EL3.EEL2 decides. D1.1. */
export function el2Enabled(regs: BigUint64Array, world: number): boolean {
  return world !== SECURE || bit(regs[R.SCR_EL3], SCR_EEL2);
}

/** HCR_EL2.DC and TGE turn stage 1 of EL1&0 off, whatever SCTLR_EL1.M holds. D24.2, HCR_EL2. */
export function stage1Enabled(regs: BigUint64Array, regime: Regime): boolean {
  if (!bit(regs[regime.sctlr], 0)) return false;
  if (!regime.unprivileged || !el2Enabled(regs, regime.world)) return true;
  return !bit(regs[R.HCR_EL2], HCR_DC) && !bit(regs[R.HCR_EL2], HCR_TGE);
}

/** HCR_EL2.DC makes VM count as 1. D24.2, HCR_EL2. */
export function stage2Enabled(regs: BigUint64Array, regime: Regime): boolean {
  if (!regime.unprivileged || !el2Enabled(regs, regime.world)) return false;
  return bit(regs[R.HCR_EL2], HCR_VM) || bit(regs[R.HCR_EL2], HCR_DC);
}
