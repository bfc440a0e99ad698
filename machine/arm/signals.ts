/**
 * The lines on which asynchronous exceptions reach a PE: physical ones from devices, virtual ones from HCR_EL2 and the GIC.
 * Arm ARM DDI0487 M.a.a, D1.3.6 (asynchronous exceptions), D24.2 (HCR_EL2, ISR_EL1).
 */
import type { InterruptibleCore } from './interruptible.ts';

/** Bits of `Core.signals`. */
export const IRQ = 1;
export const FIQ = 2;
export const SERROR = 4;
export const VIRQ = 8;
export const VFIQ = 16;
export const VSERROR = 32;

/** Whatever drives IRQ, FIQ, vIRQ and vFIQ of the cores: a GIC. */
export interface InterruptSource {
  /** The lines it asserts for `core` in its present state. No side effect: it is asked whenever something changed. */
  lines(core: InterruptibleCore): number;
}

/** Bits of HCR_EL2: pending virtual exceptions, and what enables them. */
export const HCR_FMO = 1 << 3;
export const HCR_IMO = 1 << 4;
export const HCR_AMO = 1 << 5;
const HCR_VF = 1 << 6;
const HCR_VI = 1 << 7;
export const HCR_VSE = 1 << 8;
export const HCR_TGE = 1 << 27;

/** Each virtual exception: the bit that makes it pending, the bit without which it does not exist. */
const VIRTUAL: readonly { readonly line: number; readonly pending: number; readonly enabled: number }[] = [
  { line: VIRQ, pending: HCR_VI, enabled: HCR_IMO },
  { line: VFIQ, pending: HCR_VF, enabled: HCR_FMO },
  { line: VSERROR, pending: HCR_VSE, enabled: HCR_AMO },
];
const ALL_VIRTUAL = VIRQ | VFIQ | VSERROR;
const ALL_PENDING = HCR_VI | HCR_VF | HCR_VSE;

/** The lines asserted, given those of devices and the low half of HCR_EL2, which is 0 where EL2 is disabled. */
export function assertedLines(devices: number, hcr: number): number {
  if ((devices & ALL_VIRTUAL) === 0 && (hcr & ALL_PENDING) === 0) return devices;
  const usable = (hcr & HCR_TGE) === 0;
  let lines = devices & ~ALL_VIRTUAL;
  for (const { line, pending, enabled } of VIRTUAL) {
    if (usable && (hcr & enabled) !== 0 && ((hcr & pending) !== 0 || (devices & line) !== 0)) lines |= line;
  }
  return lines;
}

/** The lines that matter at `el`: virtual exceptions are neither taken nor wake a PE at EL2 and EL3. D1.6.2, "WFI wake-up events". */
export function linesAt(lines: number, el: number): number {
  return el < 2 ? lines : lines & ~ALL_VIRTUAL;
}

const ISR_F = 6;
const ISR_I = 7;
const ISR_A = 8;

/** ISR_EL1: what is pending as this level sees it; at EL1 the virtual exception instead of a physical one that EL2 takes. D24.2. */
export function interruptStatus(lines: number, el: number, hcr: number): bigint {
  const shown = (at: number, routed: number, physical: number, virtual: number) =>
    (lines & (el < 2 && (hcr & routed) !== 0 ? virtual : physical)) === 0 ? 0 : 1 << at;
  return BigInt(shown(ISR_A, HCR_AMO, SERROR, VSERROR) | shown(ISR_I, HCR_IMO, IRQ, VIRQ) | shown(ISR_F, HCR_FMO, FIQ, VFIQ));
}
