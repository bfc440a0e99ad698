/**
 * The exception level that each kind of exception is taken to. Rows are tried in order; the first that applies decides.
 * Arm ARM DDI0487 M.a.a, D1.3.4 (routing of synchronous exceptions), D1.4.5.3 (granule protection faults), D1.3.6 (asynchronous).
 */
import { bit } from './bits.ts';
import type { AbortFault } from './fault.ts';
import { R } from './registers/index.ts';

/** What routing depends on: the level that the exception occurs at, and the registers that control it. */
export interface Source {
  readonly el: number;
  readonly regs: BigUint64Array;
  /** Whether EL2 is enabled in the current Security state; where it is not, HCR_EL2 behaves as 0. D1.1. */
  readonly el2Enabled: boolean;
}

/** Bits of SCR_EL3. D24.2, SCR_EL3. */
export const SCR = { IRQ: 1, FIQ: 2, EA: 3, SMD: 7, HCE: 8, TWI: 12, TWE: 13, EEL2: 18, EASE: 19, NMEA: 20, GPF: 48 } as const;
/** Bits of HCR_EL2. D24.2, HCR_EL2. */
export const HCR = { FMO: 3, IMO: 4, AMO: 5, VSE: 8, TWI: 13, TWE: 14, TSC: 19, TGE: 27, TEA: 37, GPF: 48 } as const;
/** MDCR_EL2.TDE: debug exceptions of EL1 and EL0 are taken to EL2. D24.3. */
const MDCR_TDE = 8;

export const scr = ({ regs }: Source, at: number) => bit(regs[R.SCR_EL3], at);
export const hcr = ({ regs, el2Enabled }: Source, at: number) => el2Enabled && bit(regs[R.HCR_EL2], at);

/** The level that handles an exception no control redirects: the current one, but EL1 for EL0. D1.3.4. */
const own = (source: Source) => Math.max(1, source.el);

interface Route<T> {
  /** The control or rule that decides, as the manual names it. */
  readonly by: string;
  readonly when: (source: Source, cause: T) => boolean;
  readonly target: 2 | 3;
}

function routed<T>(routes: readonly Route<T>[], source: Source, cause: T): number {
  return routes.find((route) => route.when(source, cause))?.target ?? own(source);
}

const below2 = (source: Source) => source.el < 2;
const hosted: Route<unknown> = { by: 'HCR_EL2.TGE', when: (source) => below2(source) && hcr(source, HCR.TGE), target: 2 };

/** SVC, undefined instructions, Illegal Execution state, misaligned PC and SP. */
const GENERAL: readonly Route<null>[] = [hosted];

/** BRK. D2.8, "Breakpoint Instruction exceptions". */
const BREAKPOINT: readonly Route<null>[] = [
  hosted,
  { by: 'MDCR_EL2.TDE', when: (source) => below2(source) && source.el2Enabled && bit(source.regs[R.MDCR_EL2], MDCR_TDE), target: 2 },
];

const isGpcException = (source: Source, { gpc }: AbortFault) =>
  gpc !== undefined && (gpc.code !== 'fault' || (source.el !== 3 && scr(source, SCR.GPF)));

/** Instruction and Data Aborts, and what becomes a GPC exception instead. */
const ABORT: readonly Route<AbortFault>[] = [
  { by: 'D1.4.5.3', when: isGpcException, target: 3 },
  { by: 'SCR_EL3.EA', when: (source, { status }) => status === 'external' && scr(source, SCR.EA), target: 3 },
  { by: 'stage 2', when: (source, { stage }) => below2(source) && stage === 2, target: 2 },
  hosted,
  { by: 'HCR_EL2.TEA', when: (source, { status }) => below2(source) && status === 'external' && hcr(source, HCR.TEA), target: 2 },
  { by: 'HCR_EL2.GPF', when: (source, { gpc }) => below2(source) && gpc !== undefined && hcr(source, HCR.GPF), target: 2 },
];

export const generalTarget = (source: Source) => routed(GENERAL, source, null);
export const breakpointTarget = (source: Source) => routed(BREAKPOINT, source, null);

/**
 * Where an abort is taken, and whether as a GPC exception: a failure of the granule protection table itself always is one; a
 * granule protection fault only below EL3 and with SCR_EL3.GPF set.
 */
export function abortRoute(fault: AbortFault, source: Source): { readonly target: number; readonly gpc: boolean } {
  return { target: routed(ABORT, source, fault), gpc: isGpcException(source, fault) };
}

/** A physical interrupt or SError, by the bits of SCR_EL3 and HCR_EL2 that route it. D1.3.6, "Asynchronous exception routing". */
export function asynchronousTarget(source: Source, scrBit: number, hcrBit: number): number {
  if (scr(source, scrBit)) return 3;
  return hcr(source, HCR.TGE) || hcr(source, hcrBit) ? 2 : 1;
}
