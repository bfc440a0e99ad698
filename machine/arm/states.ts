/**
 * Exception levels of each Security state, and how SCR_EL3.{NSE, NS} selects one.
 * Arm ARM DDI0487 M.a.a, D1.1 and D9.1: EL3 is always Root, whatever NSE and NS hold.
 */
import type { StateRow } from '../core/architecture.ts';
import { NON_SECURE, REALM, ROOT, SECURE, WORLDS } from './worlds.ts';

/** Indices in `STATES`. */
export const ROOT_EL3 = 0;
export const NS_EL2 = 1;
export const REALM_EL2 = 2;
export const SECURE_EL2 = 3;

const STATE_ORDER: readonly { readonly world: number; readonly el: number }[] = [
  { world: ROOT, el: 3 },
  ...[2, 1, 0].flatMap((el) => [NON_SECURE, REALM, SECURE].map((world) => ({ world, el }))),
];

/** EL1 and EL0 share the vectors and tables of EL1, on the tables of stage 2, whose register names the virtual machine too. */
const TRANSLATION_ROOTS: readonly (readonly string[])[] = [
  ['TTBR0_EL1', 'TTBR1_EL1', 'VTTBR_EL2'],
  ['TTBR0_EL1', 'TTBR1_EL1', 'VTTBR_EL2'],
  ['TTBR0_EL2'],
  ['TTBR0_EL3'],
];

export const STATES: readonly StateRow[] = STATE_ORDER.map(({ world, el }) => ({
  id: `${WORLDS[world].id}.EL${el}`,
  world,
  level: `EL${el}`,
  name: `${WORLDS[world].name} EL${el}`,
  stackPointer: `SP_EL${el}`,
  vectorBase: `VBAR_EL${Math.max(1, el)}`,
  // Firmware at EL3 keeps SP_EL3 on the interrupted context and runs on SP_EL0; below, a level's own stack pointer is a stack.
  stackSwitch: el === 3 ? 'SPSel' : `SP_EL${el}`,
  vectorStack: el !== 3,
  coreId: { register: 'MPIDR_EL1', high: 7, low: 0 },
  space: world,
  translationRoots: TRANSLATION_ROOTS[el],
}));

/** Exception level of each state. */
export const LEVEL_OF_STATE: readonly number[] = STATE_ORDER.map((state) => state.el);
export const WORLD_OF_STATE: readonly number[] = STATE_ORDER.map((state) => state.world);

/** World of EL2, EL1 and EL0 by {NSE, NS}; -1: reserved, an exception return to it is illegal. D9.1. */
export const WORLD_OF_NSE_NS: readonly number[] = [SECURE, NON_SECURE, -1, REALM];

const STATE_AT: readonly (readonly number[])[] = [0, 1, 2, 3].map((el) =>
  WORLDS.map((_, world) => (el === 3 ? ROOT_EL3 : STATE_ORDER.findIndex((state) => state.el === el && state.world === world))),
);

/** Index in `STATES` of exception level `el` in `world`; EL3 is Root in any world. */
export function stateAt(el: number, world: number): number {
  return STATE_AT[el][world];
}

/** Bit mask of the states whose exception level is at least `el`: who may use a register or instruction of that level. */
export function fromLevel(el: number): number {
  return LEVEL_OF_STATE.reduce((states, level, state) => (level >= el ? states | (1 << state) : states), 0);
}
