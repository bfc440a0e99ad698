/**
 * Stage 2 translation of EL1&0: 4 KB granule, intermediate addresses of up to 48 bits.
 * Arm ARM DDI0487 M.a.a, D8.2 (walk, concatenated tables), D8.3 (descriptors), D8.4 (permissions), D9.1 (output address space).
 */
import type { Access, Translation } from '../core/access.ts';
import { bit, bits } from './bits.ts';
import { type AbortFault, abort } from './fault.ts';
import { MAX_TXSZ, MIN_TXSZ, PA_BITS, PA_SIZES } from './implementation.ts';
import { el2Enabled } from './regimes.ts';
import { R, type RegisterName } from './registers/index.ts';
import { isFault, type ReadDescriptor } from './stage1.ts';
import { explainRead2 } from './stage2-explain.ts';
import { LEVEL_OF_STATE } from './states.ts';
import { levelShift } from './table-levels.ts';
import { NON_SECURE, REALM, SECURE } from './worlds.ts';

/** A stage 2 translation that a walk found; what is allowed is checked again at every use. */
export interface Stage2Entry {
  readonly level: number;
  readonly descriptor: bigint;
  /** Physical address that the descriptor was read from. */
  readonly from: number;
  /** Output address of the block or page. */
  readonly base: number;
  readonly space: number;
}

/** What VTCR_EL2 and VTTBR_EL2, or for Secure intermediate addresses VSTCR_EL2 and VSTTBR_EL2, say about a walk. */
export interface Stage2Parameters {
  readonly names: { readonly tcr: RegisterName; readonly ttbr: RegisterName };
  readonly t0sz: number;
  readonly inputBits: number;
  readonly startLevel: number;
  /** Whether SL0 is consistent with T0SZ: from one table entry to sixteen concatenated tables. */
  readonly consistent: boolean;
  readonly outputLimit: number;
  /** First table, aligned to the size of all that are concatenated with it. */
  readonly base: number;
  /** Physical address space of the tables. */
  readonly walkSpace: number;
}

/** SL0 with the 4 KB granule. D24.2, VTCR_EL2. */
const START_LEVELS: readonly number[] = [2, 1, 0, 3];

const SW = 29;
const SA = 30;

/** Physical address space of stage 2 tables. D9.1; in Secure state VSTCR_EL2.SW and VTCR_EL2.NSW choose. D24.2. */
function walkSpaceOf(regs: BigUint64Array, world: number, ipaSpace: number): number {
  if (world !== SECURE) return world;
  const nonSecure = bit(regs[R.VSTCR_EL2], SW) || (ipaSpace === NON_SECURE && bit(regs[R.VTCR_EL2], SW));
  return nonSecure ? NON_SECURE : SECURE;
}

export function stage2Parameters(regs: BigUint64Array, world: number, ipaSpace: number): Stage2Parameters {
  const names =
    world === SECURE && ipaSpace === SECURE
      ? ({ tcr: 'VSTCR_EL2', ttbr: 'VSTTBR_EL2' } as const)
      : ({ tcr: 'VTCR_EL2', ttbr: 'VTTBR_EL2' } as const);
  const tcr = regs[R[names.tcr]];
  const t0sz = bits(tcr, 5, 0);
  const inputBits = 64 - t0sz;
  const startLevel = START_LEVELS[bits(tcr, 7, 6)];
  const shift = levelShift(startLevel);
  const base = bits(regs[R[names.ttbr]], 47, 1) * 2;
  const tableSize = 2 ** (Math.max(inputBits - shift, 0) + 3);
  return {
    names,
    t0sz,
    inputBits,
    startLevel,
    consistent: inputBits > shift && inputBits <= shift + 9 + 4,
    outputLimit: outputLimit2(regs),
    base: Math.floor(base / tableSize) * tableSize,
    walkSpace: walkSpaceOf(regs, world, ipaSpace),
  };
}

/** First output address out of range, for both intermediate address spaces: 2^VTCR_EL2.PS. */
export function outputLimit2(regs: BigUint64Array): number {
  return 2 ** Math.min(PA_SIZES[bits(regs[R.VTCR_EL2], 18, 16)] ?? PA_BITS, PA_BITS);
}

/** VTTBR_EL2.VMID, of 8 bits unless VTCR_EL2.VS is 1; a world without EL2 has none. D8.16. */
export function vmidOf(regs: BigUint64Array, world: number): number {
  if (!el2Enabled(regs, world)) return 0;
  return bits(regs[R.VTTBR_EL2], bit(regs[R.VTCR_EL2], 19) ? 63 : 55, 48);
}

/** D9.1: Realm descriptors have an NS bit; in Secure state registers choose for each intermediate address space. */
function outputSpace(descriptor: bigint, world: number, ipaSpace: number, regs: BigUint64Array): number {
  if (world === REALM) return bit(descriptor, 55) ? NON_SECURE : REALM;
  if (world === NON_SECURE) return NON_SECURE;
  const nonSecure = (tcr: bigint) => bit(tcr, SW) || bit(tcr, SA);
  return nonSecure(regs[R.VSTCR_EL2]) || (ipaSpace === NON_SECURE && nonSecure(regs[R.VTCR_EL2])) ? NON_SECURE : SECURE;
}

/** An access to translate: its intermediate address, and whether stage 1 makes it to read a table. */
export interface Intermediate {
  readonly access: Access;
  readonly ipa: number;
  readonly space: number;
  readonly world: number;
  readonly walk: boolean;
}

/** What HPFAR_EL2 says of a fault; only Secure state has two intermediate address spaces. D24.2, HPFAR_EL2. */
export function faultingIpa({ ipa, space, world }: Intermediate): Pick<AbortFault, 'ipa' | 'ipaSpace'> {
  return world === SECURE ? { ipa, ipaSpace: space } : { ipa };
}

/** A stage 2 fault, which is taken to EL2. D1.3. */
export function stage2Fault(request: Intermediate, status: AbortFault['status'], level: number): AbortFault {
  const { access, walk } = request;
  return abort(access, status, level, { stage: 2, ...faultingIpa(request), s1ptw: walk, walk });
}

/** Whether T0SZ, SL0 and the address itself allow a walk; if not it is a translation fault at level 0. D8.2. */
export function reachable(ipa: number, { t0sz, inputBits, consistent }: Stage2Parameters): boolean {
  return t0sz >= MIN_TXSZ && t0sz <= MAX_TXSZ && consistent && ipa < 2 ** inputBits;
}

/** Walks the tables for an address that is `reachable`. D8.2. */
export function walkStage2(
  request: Intermediate,
  translation: Translation,
  parameters: Stage2Parameters,
  read: ReadDescriptor,
): Stage2Entry | AbortFault {
  const { explanation, view } = translation;
  const { ipa, space, world } = request;
  if (parameters.base >= parameters.outputLimit) return stage2Fault(request, 'addressSize', 0);
  let table = parameters.base;
  for (let level = parameters.startLevel; ; level++) {
    const shift = levelShift(level);
    // The index into concatenated tables has up to four bits more.
    const index = Math.floor(ipa / 2 ** shift) % 2 ** (level === parameters.startLevel ? parameters.inputBits - shift : 9);
    const found = read(table + 8 * index, parameters.walkSpace, level);
    if (isFault(found)) return found;
    const { from, value: descriptor } = found;
    const type = bits(descriptor, 1, 0);
    const leaf = level === 3 ? type === 0b11 : type === 0b01 && level > 0;
    if (!leaf && (level === 3 || type !== 0b11)) {
      if (explanation) explainRead2(explanation, world, level, from, descriptor, 'invalid');
      return stage2Fault(request, 'translation', level);
    }
    const alignment = 2 ** (leaf ? shift : 12);
    const base = Math.floor((bits(descriptor, 47, 12) * 4096) / alignment) * alignment;
    const status = base >= parameters.outputLimit ? 'addressSize' : leaf && !bit(descriptor, 10) ? 'accessFlag' : null;
    if (explanation) explainRead2(explanation, world, level, from, descriptor, status ?? (leaf ? 'leaf' : 'table'));
    if (status !== null) return stage2Fault(request, status, level);
    if (leaf) return { level, descriptor, from, base, space: outputSpace(descriptor, world, space, view.regs) };
    table = base;
  }
}

const S2AP_READ = 6;
const S2AP_WRITE = 7;
const HCR_PTW = 2;
const HCR_FWB = 46;

/** XN[1:0], bits 54:53 (FEAT_XNX): 00 all, 01 EL0 only, 10 none, 11 EL1 only. D8.4. */
function executable(descriptor: bigint, el: number): boolean {
  const xn = bits(descriptor, 54, 53);
  return xn === 0b00 || xn === (el === 0 ? 0b01 : 0b11);
}

/** Whether the descriptor's own MemAttr says Device: D8.6; with HCR_EL2.FWB bit 4 says it alone. */
function isDevice(descriptor: bigint, regs: BigUint64Array): boolean {
  return bit(regs[R.HCR_EL2], HCR_FWB) ? !bit(descriptor, 4) : bits(descriptor, 5, 4) === 0;
}

/** Why an access that stage 2 translated is not permitted; empty if it is. D8.4. */
export function stage2Refusal({ access, walk, world }: Intermediate, entry: Stage2Entry, state: number, regs: BigUint64Array): string {
  const { descriptor, space } = entry;
  if (walk) {
    if (bit(regs[R.HCR_EL2], HCR_PTW) && isDevice(descriptor, regs)) return 'HCR_EL2.PTW forbids table walks in Device memory';
    if (world === REALM && space !== REALM) return 'Realm state keeps its tables in Realm memory only';
    return bit(descriptor, S2AP_READ) ? '' : 'S2AP does not permit reads';
  }
  if (access.kind === 'fetch') {
    if (world === REALM && space !== REALM) return 'Realm state executes from Realm memory only';
    return executable(descriptor, LEVEL_OF_STATE[state]) ? '' : `XN forbids EL${LEVEL_OF_STATE[state]} to execute it`;
  }
  if (access.kind === 'read') return bit(descriptor, S2AP_READ) ? '' : 'S2AP does not permit reads';
  return bit(descriptor, S2AP_WRITE) ? '' : 'S2AP does not permit writes';
}
