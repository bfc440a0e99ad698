/**
 * Stage 1 translation of the EL3 regime and of the EL2 regimes (HCR_EL2.E2H = 0): 4 KB granule, 48-bit addresses.
 * Arm ARM DDI0487 M.a.a, D8.2 (walk), D8.3 (descriptors), D8.4 (permissions), D9.1 (output address space).
 */
import type { Access, Fault, Stage, Translation } from '../core/access.ts';
import { bit, bits } from './bits.ts';
import type { ArmCore } from './core.ts';
import { type AbortFault, abort } from './fault.ts';
import { PA_BITS, PA_SIZES } from './implementation.ts';
import { REGIMES, type Regime } from './regimes.ts';
import { R } from './registers/index.ts';
import { explainHit, explainOff, explainOutput, explainRange, explainRead } from './stage1-explain.ts';
import { type Stage1Entry, stage1Shift } from './tlb.ts';
import { NON_SECURE, REALM, ROOT, SECURE, SPACE_OF_NSE_NS } from './worlds.ts';

/** T0SZ outside this range faults: no FEAT_LVA, but FEAT_TTST. D8.2. */
const MIN_T0SZ = 16;
const MAX_T0SZ = 48;

/** What TCR_ELx and TTBR0_ELx say about a walk. */
export interface WalkParameters {
  readonly t0sz: number;
  /** Bits of the input address that the tables translate. */
  readonly inputBits: number;
  readonly startLevel: number;
  /** First output address out of range: 2^PS. */
  readonly outputLimit: number;
  /** Table base, aligned to the size of the first table. */
  readonly base: number;
  readonly ignoreTopByte: boolean;
  readonly hierarchical: boolean;
}

export function walkParameters(regs: BigUint64Array, regime: Regime): WalkParameters {
  const tcr = regs[regime.tcr];
  const t0sz = bits(tcr, 5, 0);
  const inputBits = 64 - t0sz;
  const startLevel = 3 - Math.floor((inputBits - 1 - 12) / 9);
  const tableSize = 2 ** (inputBits - stage1Shift(startLevel) + 3);
  const base = bits(regs[regime.ttbr], 47, 1) * 2;
  return {
    t0sz,
    inputBits,
    startLevel,
    outputLimit: 2 ** Math.min(PA_SIZES[bits(tcr, 18, 16)] ?? PA_BITS, PA_BITS),
    base: Math.floor(base / tableSize) * tableSize,
    ignoreTopByte: bit(tcr, 20),
    hierarchical: !bit(tcr, 24),
  };
}

/** Physical address space of a leaf's output, by the space of the table that holds it. D9.1, "NS and NSE in stage 1 descriptors". */
const OUTPUT_SPACE: Readonly<Record<number, (descriptor: bigint) => number>> = {
  [NON_SECURE]: () => NON_SECURE,
  [SECURE]: (descriptor) => (bit(descriptor, 5) ? NON_SECURE : SECURE),
  [REALM]: (descriptor) => (bit(descriptor, 5) ? NON_SECURE : REALM),
  [ROOT]: (descriptor) => SPACE_OF_NSE_NS[(bits(descriptor, 11, 11) << 1) | bits(descriptor, 5, 5)],
};

/** What tables on the way impose on the leaf below them. */
interface Inherited {
  readonly space: number;
  readonly readOnly: boolean;
  readonly executeNever: boolean;
}

type Walked = { readonly entry: Stage1Entry } | { readonly fault: AbortFault };

/** Reads one descriptor through the later stages: walks are checked like any other access. */
function readDescriptor(
  pa: number,
  space: number,
  level: number,
  access: Access,
  translation: Translation,
  after: (access: Access) => Fault | null,
): bigint | AbortFault {
  const walk: Access = { kind: 'read', purpose: 'walk', va: access.va, size: 8, pa, space };
  const fault = after(walk) as AbortFault | null;
  // The syndrome is that of the access that needed the walk; what was checked stays in `gpc`.
  if (fault !== null) return { ...fault, access: { ...access }, level, walk: true };
  return translation.core.machine.memory.read(pa, 8);
}

function walkTables(
  va: number,
  access: Access,
  translation: Translation,
  regime: Regime,
  parameters: WalkParameters,
  after: (access: Access) => Fault | null,
): Walked {
  const { explanation } = translation;
  const failed = (status: 'translation' | 'addressSize' | 'accessFlag', level: number) => ({ fault: abort(access, status, level) });
  // A table base out of range is an address size fault at level 0, whatever the first level is. D8.2.
  if (parameters.base >= parameters.outputLimit) return failed('addressSize', 0);
  let table = parameters.base;
  let inherited: Inherited = { space: regime.space, readOnly: false, executeNever: false };
  for (let level = parameters.startLevel; ; level++) {
    const shift = stage1Shift(level);
    const indexBits = level === parameters.startLevel ? parameters.inputBits - shift : 9;
    const from = table + 8 * (Math.floor(va / 2 ** shift) % 2 ** indexBits);
    const descriptor = readDescriptor(from, inherited.space, level, access, translation, after);
    if (typeof descriptor !== 'bigint') return { fault: descriptor };
    const type = bits(descriptor, 1, 0);
    const leaf = level === 3 ? type === 0b11 : type === 0b01 && level > 0;
    if (!leaf && (level === 3 || type !== 0b11)) {
      if (explanation) explainRead(explanation, level, from, descriptor, 'invalid', 'fault');
      return failed('translation', level);
    }
    if (!leaf) {
      table = bits(descriptor, 47, 12) * 4096;
      const inRange = table < parameters.outputLimit;
      if (explanation) explainRead(explanation, level, from, descriptor, inRange ? 'table' : 'above', inRange ? 'pass' : 'fault');
      if (!inRange) return failed('addressSize', level);
      inherited = inherit(inherited, descriptor, parameters);
      continue;
    }
    const base = Math.floor((bits(descriptor, 47, 12) * 4096) / 2 ** shift) * 2 ** shift;
    const status = base >= parameters.outputLimit ? 'addressSize' : bit(descriptor, 10) ? null : 'accessFlag';
    if (explanation)
      explainRead(
        explanation,
        level,
        from,
        descriptor,
        status === 'addressSize' ? 'above' : (status ?? 'leaf'),
        status === null ? 'pass' : 'fault',
      );
    if (status !== null) return failed(status, level);
    return {
      entry: {
        level,
        descriptor,
        from,
        base,
        space: OUTPUT_SPACE[inherited.space](descriptor),
        readOnly: inherited.readOnly || bit(descriptor, 7),
        executeNever: inherited.executeNever || bit(descriptor, 54),
      },
    };
  }
}

/** APTable[1], XNTable and, in Secure state, NSTable apply to everything below. D8.3, D8.4. */
function inherit(above: Inherited, descriptor: bigint, parameters: WalkParameters): Inherited {
  return {
    space: above.space === SECURE && bit(descriptor, 63) ? NON_SECURE : above.space,
    readOnly: above.readOnly || (parameters.hierarchical && bit(descriptor, 62)),
    executeNever: above.executeNever || (parameters.hierarchical && bit(descriptor, 60)),
  };
}

/** Why an access that was translated is not permitted; empty if it is. D8.4. */
function refusal(access: Access, entry: Stage1Entry, regime: Regime, regs: BigUint64Array): string {
  if (access.kind === 'write') return entry.readOnly ? 'the page is read-only' : '';
  if (access.kind === 'read') return '';
  if (entry.executeNever) return 'the page is execute-never';
  if (!entry.readOnly && bit(regs[regime.sctlr], 19)) return `the page is writable and ${regime.names.sctlr}.WXN is 1`;
  // Root state never executes from another physical address space, nor does Realm EL2. D9.1.
  if (regime.space === ROOT && entry.space !== ROOT) return 'Root state executes from Root memory only';
  if (regime.space === REALM && entry.space !== REALM) return 'Realm EL2 executes from Realm memory only';
  if (regime.space === SECURE && entry.space !== SECURE && bit(regs[R.SCR_EL3], 9))
    return 'SCR_EL3.SIF forbids Secure execution from Non-secure memory';
  return '';
}

/** Stage 1 off: the address is its own output, in the state's own space. D8.2. */
function flat(access: Access, regime: Regime, va: bigint): AbortFault | null {
  if (va >> BigInt(PA_BITS) !== 0n) return abort(access, 'addressSize', 0);
  access.pa = Number(va);
  access.space = regime.space;
  return null;
}

export const stage1: Stage = {
  name: 'Stage 1',
  refine(access: Access, translation: Translation, after: (access: Access) => Fault | null): Fault | null {
    const { view, explanation } = translation;
    const regime = REGIMES[view.state];
    if (regime === undefined) throw new Error(`no translation regime for state ${view.state}: a core never executes there`);
    const parameters = walkParameters(view.regs, regime);
    const va = parameters.ignoreTopByte ? BigInt.asUintN(56, access.va) : access.va;
    if (!bit(view.regs[regime.sctlr], 0)) {
      const fault = flat(access, regime, va);
      if (explanation) explainOff(explanation, access, view.regs, regime, fault);
      return fault;
    }
    const outOfRange = va >> BigInt(parameters.inputBits) !== 0n;
    if (parameters.t0sz < MIN_T0SZ || parameters.t0sz > MAX_T0SZ || outOfRange) {
      if (explanation) explainRange(explanation, access, view.regs, regime, parameters);
      return abort(access, 'translation', 0);
    }
    return translateEnabled(Number(va), access, translation, regime, parameters, after);
  },
};

function translateEnabled(
  va: number,
  access: Access,
  translation: Translation,
  regime: Regime,
  parameters: WalkParameters,
  after: (access: Access) => Fault | null,
): Fault | null {
  const { view, explanation } = translation;
  const tlb = translation.tlb ? (translation.core as ArmCore).tlb : undefined;
  let entry = tlb?.stage1Entry(view.state, va);
  // An entry beyond an output size that was reduced since does not match. D8.16.
  if (entry !== undefined && entry.base >= parameters.outputLimit) entry = undefined;
  if (explanation) explainRange(explanation, access, view.regs, regime, parameters);
  if (entry !== undefined) {
    if (explanation) explainHit(explanation, entry);
  } else {
    const walked = walkTables(va, access, translation, regime, parameters, after);
    if ('fault' in walked) return walked.fault;
    entry = walked.entry;
    if (!translation.peek) tlb?.keepStage1(view.state, va, entry);
  }
  const refused = refusal(access, entry, regime, view.regs);
  const size = 2 ** stage1Shift(entry.level);
  access.pa = entry.base + (va % size);
  access.space = entry.space;
  if (explanation) explainOutput(explanation, access, entry, refused);
  return refused === '' ? null : abort(access, 'permission', entry.level);
}
