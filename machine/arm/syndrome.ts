/**
 * Syndromes, as ESR_ELx and MFAR_EL3 encode them.
 * Arm ARM DDI0487 M.a.a, D24.2.47 (ESR_EL3) and D24.2.136 (MFAR_EL3); ESR_EL2 has the same layout.
 */
import type { Transfer } from '../core/word.ts';
import type { AbortFault, AbortStatus, GpcCode } from './fault.ts';
import { DFSC, EC, GPCSC } from './registers/syndrome-fields.ts';
import { NON_SECURE, NSE_NS_OF_SPACE } from './worlds.ts';

const IL = 1n << 25n;

/** ESR with exception class `ec` and `iss`; every instruction is 32 bits long, so IL is always 1. */
export function syndrome(ec: number, iss: number): bigint {
  return (BigInt(ec) << 26n) | IL | BigInt(iss);
}

/** DFSC and IFSC by status: of the access itself, and of a walk made for it; translation levels are added. */
const STATUS_CODES: Readonly<Record<AbortStatus, { readonly access: number; readonly walk: number; readonly levelled: boolean }>> = {
  addressSize: { access: DFSC.DFSC_ADDRESS_SIZE_L0, walk: DFSC.DFSC_ADDRESS_SIZE_L0, levelled: true },
  translation: { access: DFSC.DFSC_TRANSLATION_L0, walk: DFSC.DFSC_TRANSLATION_L0, levelled: true },
  accessFlag: { access: DFSC.DFSC_ACCESS_FLAG_L0, walk: DFSC.DFSC_ACCESS_FLAG_L0, levelled: true },
  permission: { access: DFSC.DFSC_PERMISSION_L0, walk: DFSC.DFSC_PERMISSION_L0, levelled: true },
  external: { access: DFSC.DFSC_EXTERNAL, walk: DFSC.DFSC_EXTERNAL_WALK_L0, levelled: false },
  gpc: { access: DFSC.DFSC_GPF, walk: DFSC.DFSC_GPF_WALK_L0, levelled: false },
  alignment: { access: DFSC.DFSC_ALIGNMENT, walk: DFSC.DFSC_ALIGNMENT, levelled: false },
};

/** DFSC, IFSC or xFSC of an abort. */
export function statusCode(fault: AbortFault): number {
  const row = STATUS_CODES[fault.status];
  if (fault.walk) return row.walk + fault.level;
  return row.levelled ? row.access + fault.level : row.access;
}

const WNR = 1 << 6;
const CM = 1 << 8;
const S1PTW = 1 << 7;
const SF = 1 << 15;
const ISV = 1 << 24;
const IND = 1 << 20;
const S2PTW = 1 << 21;

/** WnR, 0 for fetches; maintenance by address reports 1. A walk reports what the access it was made for did. */
function writeBits(fault: AbortFault): number {
  if (fault.maintenance) return WNR | CM;
  return fault.access.kind === 'write' ? WNR : 0;
}

/** S1PTW: stage 2 refused an access that stage 1 made to read its tables. */
function stageBits(fault: AbortFault): number {
  return fault.s1ptw ? S1PTW : 0;
}

/**
 * ISV, SAS, SSE, SRT, SF and AR of a Data Abort: only of stage 2 aborts that EL2 takes, not of those on a stage 1 walk, nor of
 * external aborts, and only if the word was a load or store of one general register. Loads extend with zeros (SSE is 0).
 */
function transferBits(fault: AbortFault, target: number, transfer: Transfer | undefined): number {
  // The pointer of such a word may come from the frame: a fault there is not one of the transfer.
  if (transfer === undefined || transfer.system !== undefined || fault.access.purpose === 'frame') return 0;
  if (target !== 2 || fault.stage !== 2 || fault.s1ptw || fault.status === 'external') return 0;
  const sixtyFour = transfer.size === 8 ? SF : 0;
  return ISV | (Math.log2(transfer.size) << 22) | (transfer.register << 16) | sixtyFour;
}

/** How and where an abort is reported. */
interface Report {
  readonly sameLevel: boolean;
  readonly target: number;
  readonly transfer?: Transfer;
}

/** ESR of a Data or Instruction Abort. */
export function abortSyndrome(fault: AbortFault, { sameLevel, target, transfer }: Report): bigint {
  const fetch = fault.access.kind === 'fetch';
  const lower = fetch ? EC.EC_INSTRUCTION_ABORT_LOWER : EC.EC_DATA_ABORT_LOWER;
  const iss = stageBits(fault) | writeBits(fault) | statusCode(fault) | (fetch ? 0 : transferBits(fault, target, transfer));
  return syndrome(sameLevel ? lower + 1 : lower, iss);
}

const GPC_CODES: Readonly<Record<GpcCode, number>> = {
  addressSize: GPCSC.GPCSC_ADDRESS_SIZE_L0,
  walk: GPCSC.GPCSC_WALK_L0,
  fault: GPCSC.GPCSC_GPF_L0,
  external: GPCSC.GPCSC_EXTERNAL_L0,
};

/** ESR_EL3 of a GPC exception: what failed in GPCSC with the GPT level, on which access in xFSC with the translation level. */
export function gpcSyndrome(fault: AbortFault): bigint {
  const { gpc } = fault;
  if (gpc === undefined) throw new Error('an abort without a granule protection failure makes no GPC exception');
  const walk = fault.stage === 2 && fault.walk ? S2PTW : 0;
  const access = (fault.access.kind === 'fetch' ? IND : writeBits(fault)) | stageBits(fault) | walk;
  return syndrome(EC.EC_GPC, access | ((GPC_CODES[gpc.code] + gpc.level) << 14) | statusCode(fault));
}

/** MFAR_EL3: {NS, NSE} of the access in bits 63:62, its address in bits 51:12. */
export function faultingPhysicalAddress(pa: number, space: number): bigint {
  const nseNs = NSE_NS_OF_SPACE[space];
  return (BigInt(nseNs & 1) << 63n) | (BigInt(nseNs >> 1) << 62n) | (BigInt(pa) & 0xf_ffff_ffff_f000n);
}

/** ISS of a trapped MSR, MRS or system instruction; Rt is 31 unless the word moves one general register. D24.2.47, EC 0x18. */
export function systemSyndrome([op0, op1, crn, crm, op2]: readonly number[], write: boolean, rt: number): bigint {
  const iss = (op0 << 20) | (op2 << 17) | (op1 << 14) | (crn << 10) | (rt << 5) | (crm << 1) | (write ? 0 : 1);
  return syndrome(EC.EC_SYSREG, iss);
}

const HAVE_ADDRESS: readonly AbortStatus[] = ['translation', 'accessFlag', 'addressSize', 'permission'];

/**
 * HPFAR_EL2, of the faults that define it; others leave it UNKNOWN, here unchanged. A failed granule protection check defines it
 * only if it was of a stage 2 table. At a stage 2 permission fault the manual demands it of stage 1 walks only; this PE gives the
 * address of all, on which RMM and hypervisors without AT rely. NS tells the two intermediate address spaces of Secure state
 * apart. D24.2, HPFAR_EL2.
 */
export function faultingIntermediateAddress(fault: AbortFault): bigint | undefined {
  if (fault.stage !== 2 || fault.ipa === undefined) return undefined;
  const defined = fault.gpc !== undefined || HAVE_ADDRESS.includes(fault.status);
  if (!defined) return undefined;
  const ns = fault.ipaSpace === NON_SECURE ? 1n << 63n : 0n;
  return ns | ((BigInt(fault.ipa) >> 12n) << 4n);
}

/** ISS of a trapped WFI (TI = 0); WFE adds TI = 1: the condition is valid and always true. D24.2.47, "ISS encoding for an exception from a WF* instruction". */
export const WFX_ISS = (1 << 24) | (0b1110 << 20);
