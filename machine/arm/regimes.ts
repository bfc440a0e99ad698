/**
 * Translation regimes that have a stage 1 here: EL3, and EL2 (HCR_EL2.E2H = 0) of each world.
 * Arm ARM DDI0487 M.a.a, D8.1; access control bits as in D24.2 (TCR_EL2, TCR_EL3, SCTLR_EL2, SCTLR_EL3).
 */
import { R, type RegisterName } from './registers/index.ts';
import { NON_SECURE, REALM, ROOT, SECURE } from './worlds.ts';

export interface Regime {
  /** Physical address space of table walks, and of the output while stage 1 is off. D9.1. */
  readonly space: number;
  readonly sctlr: number;
  readonly tcr: number;
  readonly ttbr: number;
  /** Names for explanations. */
  readonly names: { readonly sctlr: RegisterName; readonly tcr: RegisterName; readonly ttbr: RegisterName };
}

function regime(el: 2 | 3, space: number): Regime {
  const names = { sctlr: `SCTLR_EL${el}`, tcr: `TCR_EL${el}`, ttbr: `TTBR0_EL${el}` } as const;
  return { space, names, sctlr: R[names.sctlr], tcr: R[names.tcr], ttbr: R[names.ttbr] };
}

/** By index in `STATES`. EL1 and EL0 have none yet: a core that would enter them halts. */
export const REGIMES: readonly (Regime | undefined)[] = [
  regime(3, ROOT), // ROOT_EL3
  regime(2, NON_SECURE), // NS_EL2
  regime(2, REALM), // REALM_EL2
  regime(2, SECURE), // SECURE_EL2
];
