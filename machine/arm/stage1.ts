/**
 * Stage 1 translation of every regime: 4 KB granule, 48-bit addresses.
 * Arm ARM DDI0487 M.a.a, D8.2 (walk), D8.3 (descriptors), D8.4 (permissions), D9.1 (output address space).
 */
import type { Access, Translation } from '../core/access.ts';
import { bit, bits } from './bits.ts';
import { type AbortFault, abort } from './fault.ts';
import { MAX_TXSZ, MIN_TXSZ, PA_BITS, PA_SIZES } from './implementation.ts';
import type { Range, Regime } from './regimes.ts';
import { R } from './registers/index.ts';
import { explainDisabled, explainRead } from './stage1-explain.ts';
import { LEVEL_OF_STATE } from './states.ts';
import { levelShift } from './table-levels.ts';
import { NON_SECURE, REALM, ROOT, SECURE, SPACE_OF_NSE_NS } from './worlds.ts';

/** What a level may do with memory, as bits; those of EL0 lie above those of the regime's own level. */
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const UNPRIVILEGED = 3;

/** A stage 1 translation that a walk found; what is allowed is checked again at every use. */
export interface Stage1Entry {
  /** Level of the block or page descriptor: it maps 2^(12 + 9 * (3 - level)) bytes. */
  readonly level: number;
  readonly descriptor: bigint;
  /** Physical address that the descriptor was read from. */
  readonly from: number;
  /** Output address of the block or page: a physical address, or an intermediate one where stage 2 follows. */
  readonly base: number;
  readonly space: number;
  /** `READ | WRITE | EXECUTE` of the regime's level, and of EL0 three bits higher. */
  readonly rights: number;
  /** nG = 0: the entry serves every ASID. */
  readonly global: boolean;
}

/** What TCR_ELx and TTBRn_ELx say about a walk. */
export interface WalkParameters {
  readonly range: Range;
  readonly upper: boolean;
  readonly txsz: number;
  /** Bits of the input address that the tables translate. */
  readonly inputBits: number;
  readonly startLevel: number;
  /** First output address out of range: 2^PS. */
  readonly outputLimit: number;
  /** Table base, aligned to the size of the first table. */
  readonly base: number;
  readonly ignoreTopByte: boolean;
  readonly hierarchical: boolean;
  /** TCR_EL1.EPDn: a TLB miss faults. */
  readonly disabled: boolean;
}

/** The last parameters of each range by regime: few values are ever used. */
const decoded: { readonly tcr: bigint; readonly ttbr: bigint; readonly parameters: WalkParameters }[] = [];

/** The parameters of the range that holds `va`; VA[55] selects one of two. */
export function walkParameters(regs: BigUint64Array, regime: Regime, va: bigint): WalkParameters {
  const upper = regime.ranges.length === 2 && bit(va, 55);
  const range = regime.ranges[upper ? 1 : 0];
  const tcr = regs[regime.tcr];
  const ttbr = regs[range.ttbr];
  const index = 2 * regime.state + (upper ? 1 : 0);
  const known = decoded[index];
  if (known !== undefined && known.tcr === tcr && known.ttbr === ttbr) return known.parameters;
  const parameters = decodeParameters(tcr, ttbr, regime, range, upper);
  decoded[index] = { tcr, ttbr, parameters };
  return parameters;
}

function decodeParameters(tcr: bigint, ttbr: bigint, regime: Regime, range: Range, upper: boolean): WalkParameters {
  const txsz = bits(tcr, range.size + 5, range.size);
  const inputBits = 64 - txsz;
  const startLevel = 3 - Math.floor((inputBits - 1 - 12) / 9);
  const tableSize = 2 ** (inputBits - levelShift(startLevel) + 3);
  const base = bits(ttbr, 47, 1) * 2;
  return {
    range,
    upper,
    txsz,
    inputBits,
    startLevel,
    outputLimit: 2 ** Math.min(PA_SIZES[bits(tcr, regime.outputSize + 2, regime.outputSize)] ?? PA_BITS, PA_BITS),
    base: Math.floor(base / tableSize) * tableSize,
    ignoreTopByte: bit(tcr, range.ignoreTopByte),
    hierarchical: !bit(tcr, range.noHierarchy),
    disabled: range.disabled >= 0 && bit(tcr, range.disabled),
  };
}

/** Whether TnSZ is implemented and reaches `va`: the bits above are all 0, in the upper range all 1. D8.2. */
export function inRange(va: bigint, { txsz, inputBits, ignoreTopByte, upper }: WalkParameters): boolean {
  if (txsz < MIN_TXSZ || txsz > MAX_TXSZ) return false;
  const above = BigInt.asUintN(ignoreTopByte ? 56 : 64, va) >> BigInt(inputBits);
  return above === (upper ? (1n << BigInt((ignoreTopByte ? 56 : 64) - inputBits)) - 1n : 0n);
}

/** Physical or intermediate address space of a leaf's output, by the space of the table that holds it. D9.1. */
function outputSpace(space: number, descriptor: bigint, regime: Regime): number {
  if (space === ROOT) return SPACE_OF_NSE_NS[(bits(descriptor, 11, 11) << 1) | bits(descriptor, 5, 5)];
  // Realm EL1&0 has one intermediate address space: the NS bit that counts is in the stage 2 descriptor.
  if (space === NON_SECURE || (space === REALM && regime.unprivileged)) return space;
  return bit(descriptor, 5) ? NON_SECURE : space;
}

/** What tables on the way impose on the leaf below them. */
interface Inherited {
  readonly space: number;
  /** APTable, XNTable or UXNTable, and PXNTable. */
  readonly readOnly: boolean;
  readonly privilegedOnly: boolean;
  readonly executeNever: boolean;
  readonly privilegedExecuteNever: boolean;
}

/** Hierarchical attributes and, in Secure state, NSTable apply to everything below. D8.3, D8.4. */
function inherit(above: Inherited, descriptor: bigint, { hierarchical }: WalkParameters): Inherited {
  const space = above.space === SECURE && bit(descriptor, 63) ? NON_SECURE : above.space;
  if (!hierarchical) return { ...above, space };
  return {
    space,
    readOnly: above.readOnly || bit(descriptor, 62),
    privilegedOnly: above.privilegedOnly || bit(descriptor, 61),
    executeNever: above.executeNever || bit(descriptor, 60),
    privilegedExecuteNever: above.privilegedExecuteNever || bit(descriptor, 59),
  };
}

/** Direct permissions of a leaf: AP[2:1], UXN and PXN, or XN where one level has the regime to itself. D8.4. */
function rightsOf(descriptor: bigint, inherited: Inherited, regime: Regime): number {
  const write = bit(descriptor, 7) || inherited.readOnly ? 0 : WRITE;
  const never = bit(descriptor, 54) || inherited.executeNever;
  if (!regime.unprivileged) return READ | write | (never ? 0 : EXECUTE);
  const el0 = bit(descriptor, 6) && !inherited.privilegedOnly ? READ | write : 0;
  // What EL0 may write, EL1 does not execute.
  const privilegedNever = bit(descriptor, 53) || inherited.privilegedExecuteNever || (el0 & WRITE) !== 0;
  return READ | write | (privilegedNever ? 0 : EXECUTE) | ((el0 | (never ? 0 : EXECUTE)) << UNPRIVILEGED);
}

/** A descriptor as a walk read it: its physical address and value, or why it could not be read. */
export type ReadDescriptor = (
  address: number,
  space: number,
  level: number,
) => { readonly from: number; readonly value: bigint } | AbortFault;

export const isFault = <T extends object>(result: T | AbortFault): result is AbortFault => 'kind' in result;

/** Walks the tables for `va`, which is in range. D8.2. */
export function walkStage1(
  va: number,
  access: Access,
  translation: Translation,
  regime: Regime,
  parameters: WalkParameters,
  read: ReadDescriptor,
): Stage1Entry | AbortFault {
  const { explanation } = translation;
  // A range that is disabled, and a table base out of range, fault at level 0 whatever the first level is. D8.2.
  if (parameters.disabled) {
    if (explanation) explainDisabled(explanation, translation.view.regs, regime, parameters);
    return abort(access, 'translation', 0);
  }
  if (parameters.base >= parameters.outputLimit) return abort(access, 'addressSize', 0);
  let table = parameters.base;
  let inherited: Inherited = {
    space: regime.space,
    readOnly: false,
    privilegedOnly: false,
    executeNever: false,
    privilegedExecuteNever: false,
  };
  for (let level = parameters.startLevel; ; level++) {
    const shift = levelShift(level);
    const indexBits = level === parameters.startLevel ? parameters.inputBits - shift : 9;
    const found = read(table + 8 * (Math.floor(va / 2 ** shift) % 2 ** indexBits), inherited.space, level);
    if (isFault(found)) return found;
    const { from, value: descriptor } = found;
    const type = bits(descriptor, 1, 0);
    const leaf = level === 3 ? type === 0b11 : type === 0b01 && level > 0;
    if (!leaf && (level === 3 || type !== 0b11)) {
      if (explanation) explainRead(explanation, regime, level, from, descriptor, 'invalid');
      return abort(access, 'translation', level);
    }
    const base = Math.floor((bits(descriptor, 47, 12) * 4096) / 2 ** (leaf ? shift : 12)) * 2 ** (leaf ? shift : 12);
    const status = base >= parameters.outputLimit ? 'addressSize' : leaf && !bit(descriptor, 10) ? 'accessFlag' : null;
    if (explanation) explainRead(explanation, regime, level, from, descriptor, status ?? (leaf ? 'leaf' : 'table'));
    if (status !== null) return abort(access, status, level);
    if (leaf) {
      // Below a Non-secure table, Secure translations belong to an ASID whatever nG says.
      const global = !regime.unprivileged || (!bit(descriptor, 11) && inherited.space === regime.space);
      const space = outputSpace(inherited.space, descriptor, regime);
      return { level, descriptor, from, base, space, rights: rightsOf(descriptor, inherited, regime), global };
    }
    table = base;
    inherited = inherit(inherited, descriptor, parameters);
  }
}

const SCTLR_WXN = 19;
const SCR_SIF = 9;

/** Why a fetch that the descriptors allow is refused by a control register or by the space it would be made from. D8.4, D9.1. */
function fetchRefusal(rights: number, space: number, regime: Regime, regs: BigUint64Array): string {
  if ((rights & WRITE) !== 0 && bit(regs[regime.sctlr], SCTLR_WXN)) return `the page is writable and ${regime.names.sctlr}.WXN is 1`;
  if (regime.space === ROOT && space !== ROOT) return 'Root state executes from Root memory only';
  if (regime.space === REALM && space !== REALM) return 'Realm EL2 executes from Realm memory only';
  if (regime.space === SECURE && space !== SECURE && bit(regs[R.SCR_EL3], SCR_SIF))
    return 'SCR_EL3.SIF forbids Secure execution from Non-secure memory';
  return '';
}

/** Why an access that stage 1 translated is not permitted; empty if it is. D8.4. */
export function stage1Refusal(access: Access, entry: Stage1Entry, regime: Regime, state: number, regs: BigUint64Array): string {
  const el0 = LEVEL_OF_STATE[state] === 0;
  const rights = el0 ? entry.rights >> UNPRIVILEGED : entry.rights;
  const who = regime.unprivileged ? `EL${el0 ? 0 : 1}` : '';
  if (access.kind === 'fetch') {
    if ((rights & EXECUTE) !== 0) return fetchRefusal(rights, entry.space, regime, regs);
    if (!el0 && (entry.rights >> UNPRIVILEGED) & WRITE) return 'EL0 may write the page, so that EL1 does not execute it';
    return `the page is execute-never${who === '' ? '' : ` for ${who}`}`;
  }
  if ((rights & READ) === 0) return 'the page is not for EL0';
  return access.kind === 'write' && (rights & WRITE) === 0 ? 'the page is read-only' : '';
}
