/**
 * Which asynchronous exception a PE takes before its next instruction: masking and priority.
 * Arm ARM DDI0487 M.a.a, D1.3.6. The manual leaves the order among them to the implementation; here physical ones come before
 * virtual ones, and of each SError, FIQ, IRQ.
 */
import type { Exception } from './exceptions.ts';
import { R } from './registers/index.ts';
import { DFSC, EC } from './registers/syndrome-fields.ts';
import { asynchronousTarget, HCR, SCR, type Source, scr } from './routing.ts';
import { FIQ, IRQ, SERROR, VFIQ, VIRQ, VSERROR } from './signals.ts';
import { syndrome } from './syndrome.ts';
import { OFFSET_FIQ, OFFSET_IRQ, OFFSET_SERROR } from './vectors.ts';

/** Bits of PSTATE that mask. C5.2, DAIF. */
const A = 1 << 8;
const I = 1 << 7;
const F = 1 << 6;

interface Asynchronous {
  readonly line: number;
  readonly name: string;
  readonly offset: number;
  readonly mask: number;
  /** Bits of SCR_EL3 and HCR_EL2 that route it; virtual exceptions are taken to EL1 whatever these say. */
  readonly routing?: { readonly scr: number; readonly hcr: number };
}

const BY_PRIORITY: readonly Asynchronous[] = [
  { line: SERROR, name: 'SError', offset: OFFSET_SERROR, mask: A, routing: { scr: SCR.EA, hcr: HCR.AMO } },
  { line: FIQ, name: 'FIQ', offset: OFFSET_FIQ, mask: F, routing: { scr: SCR.FIQ, hcr: HCR.FMO } },
  { line: IRQ, name: 'IRQ', offset: OFFSET_IRQ, mask: I, routing: { scr: SCR.IRQ, hcr: HCR.IMO } },
  { line: VSERROR, name: 'virtual SError', offset: OFFSET_SERROR, mask: A },
  { line: VFIQ, name: 'virtual FIQ', offset: OFFSET_FIQ, mask: F },
  { line: VIRQ, name: 'virtual IRQ', offset: OFFSET_IRQ, mask: I },
];

const targetOf = ({ routing }: Asynchronous, source: Source) => (routing ? asynchronousTarget(source, routing.scr, routing.hcr) : 1);

/**
 * PSTATE masks at the level itself, and at EL0 what EL1 handles; an exception routed to a higher EL2 or EL3 cannot be masked,
 * one routed to a lower level stays pending. SCR_EL3.NMEA takes PSTATE.A out of effect at EL3.
 */
function isTaken(row: Asynchronous, target: number, source: Source, pstate: number): boolean {
  if (target < source.el) return false;
  if (target > source.el && target > 1) return true;
  return (pstate & row.mask) === 0 || (row.line === SERROR && target === 3 && scr(source, SCR.NMEA));
}

/** ISS of an SError: asynchronous, uncontainable (AET 0); of a virtual one what VSESR_EL2 holds. D24.2.47, "SError". */
function errorSyndrome(line: number, regs: BigUint64Array): bigint | undefined {
  if (line === SERROR) return syndrome(EC.EC_SERROR, DFSC.DFSC_SERROR);
  if (line === VSERROR) return syndrome(EC.EC_SERROR, Number(regs[R.VSESR_EL2] & 0x1ff_ffffn));
  return undefined;
}

/** A of DISR_EL1 and VDISR_EL2: an SError was deferred. */
const DEFERRED = 1n << 31n;
const ISS = 0x1ff_ffffn;

/** The SErrors among `lines` that ESB defers, since they are masked, and where it records them. C6.2, ESB; D24.2, DISR_EL1. */
export function deferredErrors(source: Source, lines: number, pstate: number): { line: number; register: number; disr: bigint }[] {
  return BY_PRIORITY.filter(({ line }) => (lines & line & (SERROR | VSERROR)) !== 0)
    .filter((row) => !isTaken(row, targetOf(row, source), source, pstate))
    .map(({ line }) => ({
      line,
      register: line === SERROR ? R.DISR_EL1 : R.VDISR_EL2,
      disr: DEFERRED | ((errorSyndrome(line, source.regs) ?? 0n) & ISS),
    }));
}

/** The exception that the asserted lines make, with the line it came from; `undefined` while all are masked. */
export function pendingException(source: Source, lines: number, pstate: number): { line: number; exception: Exception } | undefined {
  for (const row of BY_PRIORITY) {
    const { line, name, offset } = row;
    if ((lines & line) === 0) continue;
    const target = targetOf(row, source);
    if (!isTaken(row, target, source, pstate)) continue;
    return { line, exception: { target, cause: name, offset, syndrome: errorSyndrome(line, source.regs) } };
  }
  return undefined;
}
