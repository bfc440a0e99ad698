/**
 * Address translation of every regime: stage 1, and stage 2 of its output and of its own walks where HCR_EL2.VM is 1.
 * Every descriptor is read through the later stages, so that granule protection checks apply to it.
 * Arm ARM DDI0487 M.a.a, D8.1, D8.2, D8.16.
 */
import type { Access, Fault, Stage, Translation } from '../core/access.ts';
import { bit, bits } from './bits.ts';
import type { ArmCore } from './core.ts';
import { type AbortFault, abort } from './fault.ts';
import { PA_BITS } from './implementation.ts';
import { REGIMES, type Regime, stage1Enabled, stage2Enabled } from './regimes.ts';
import { R } from './registers/index.ts';
import {
  inRange,
  isFault,
  type ReadDescriptor,
  type Stage1Entry,
  stage1Refusal,
  type WalkParameters,
  walkParameters,
  walkStage1,
} from './stage1.ts';
import { explainHit, explainOff, explainOutput, explainRange } from './stage1-explain.ts';
import {
  faultingIpa,
  type Intermediate,
  outputLimit2,
  reachable,
  type Stage2Entry,
  stage2Fault,
  stage2Parameters,
  stage2Refusal,
  vmidOf,
  walkStage2,
} from './stage2.ts';
import { explainHit2, explainOutput2, explainRange2 } from './stage2-explain.ts';
import { levelShift } from './table-levels.ts';
import type { Tlb, TranslationEntry } from './tlb.ts';
import { GLOBAL, type Tags } from './tlb-contexts.ts';

type Later = (access: Access) => Fault | null;

/** What the steps of one translation share. */
interface Passage {
  readonly access: Access;
  readonly translation: Translation;
  readonly regime: Regime;
  readonly later: Later;
  readonly tlb: Tlb | undefined;
  readonly staged: boolean;
  readonly vmid: number;
}

// ------------------------------------------------------------------ stage 2

/** Reads stage 2 descriptors. A check that fails there is a fault of stage 2; only those of the GPC name the IPA. D1.3. */
function stage2Reader({ access, translation, later }: Passage, request: Intermediate): ReadDescriptor {
  return (address, space, level) => {
    const walk: Access = { kind: 'read', purpose: 'walk', va: access.va, size: 8, pa: address, space };
    const fault = later(walk) as AbortFault | null;
    if (fault === null) return { from: address, value: translation.core.machine.readAs(space, address, 8, translation.peek) };
    return { ...fault, ...(fault.gpc && faultingIpa(request)), access: { ...access }, level, walk: true, stage: 2, s1ptw: request.walk };
  };
}

function findStage2(passage: Passage, request: Intermediate): Stage2Entry | AbortFault {
  const { translation, tlb, regime, vmid } = passage;
  const { explanation, view } = translation;
  const parameters = stage2Parameters(view.regs, regime.world, request.space);
  const possible = reachable(request.ipa, parameters);
  if (explanation) explainRange2(explanation, request, view.regs, parameters, possible);
  if (!possible) return stage2Fault(request, 'translation', 0);
  const known = tlb?.stage2Entry(regime.state, vmid, request.space, request.ipa);
  if (known !== undefined && known.base < parameters.outputLimit) {
    if (explanation) explainHit2(explanation, known, request.world);
    return known;
  }
  const entry = walkStage2(request, translation, parameters, stage2Reader(passage, request));
  if (!isFault(entry) && !translation.peek) tlb?.keepStage2(regime.state, vmid, request.space, request.ipa, entry);
  return entry;
}

/** Checks `entry` and gives the physical address, or the fault. */
function throughStage2({ translation }: Passage, request: Intermediate, entry: Stage2Entry): number | AbortFault {
  const { view, explanation } = translation;
  const refused = stage2Refusal(request, entry, view.state, view.regs);
  const pa = entry.base + (request.ipa % 2 ** levelShift(entry.level));
  if (explanation) explainOutput2(explanation, request, entry, pa, refused);
  return refused === '' ? pa : stage2Fault(request, 'permission', entry.level);
}

// ------------------------------------------------------------------ stage 1

/** Reads stage 1 descriptors, whose addresses stage 2 translates first. */
function stage1Reader(passage: Passage): ReadDescriptor {
  const { access, translation, later, regime } = passage;
  return (address, space, level) => {
    const walk: Access = { kind: 'read', purpose: 'walk', va: access.va, size: 8, pa: address, space };
    if (passage.staged) {
      const request: Intermediate = { access, ipa: address, space, world: regime.world, walk: true };
      const entry = findStage2(passage, request);
      if (isFault(entry)) return entry;
      const pa = throughStage2(passage, request, entry);
      if (typeof pa !== 'number') return pa;
      walk.pa = pa;
      walk.space = entry.space;
    }
    const fault = later(walk) as AbortFault | null;
    // The syndrome is that of the access that needed the walk; what was checked stays in `gpc`.
    if (fault !== null) return { ...fault, access: { ...access }, level, walk: true };
    return { from: walk.pa, value: translation.core.machine.readAs(walk.space, walk.pa, 8, translation.peek) };
  };
}

/** Stage 1 off: the address is its own output, in the state's own space. D8.2. */
function flat(passage: Passage, parameters: WalkParameters): AbortFault | null {
  const { access, translation, regime, staged } = passage;
  const va = parameters.ignoreTopByte ? BigInt.asUintN(56, access.va) : access.va;
  const fault = va >> BigInt(PA_BITS) === 0n ? null : abort(access, 'addressSize', 0);
  if (translation.explanation) explainOff(translation.explanation, access, translation.view.regs, regime, staged, fault);
  if (fault !== null) return fault;
  access.pa = Number(va);
  access.space = regime.space;
  return null;
}

/** Checks `entry` and puts its output into the access. */
function throughStage1({ access, translation, regime, staged }: Passage, entry: Stage1Entry, va: number): AbortFault | null {
  const { view, explanation } = translation;
  const refused = stage1Refusal(access, entry, regime, view.state, view.regs);
  access.pa = entry.base + (va % 2 ** levelShift(entry.level));
  access.space = entry.space;
  if (explanation) explainOutput(explanation, access, entry, staged, refused);
  return refused === '' ? null : abort(access, 'permission', entry.level);
}

// ------------------------------------------------------------------ both

const ASID_OF_TTBR1 = 22;
const ASID_OF_16_BITS = 36;

/** TTBR0_EL1.ASID or, with TCR_EL1.A1, that of TTBR1_EL1; 8 bits unless TCR_EL1.AS is 1. D8.16. */
function asidOf(regs: BigUint64Array): number {
  const tcr = regs[R.TCR_EL1];
  return bits(regs[bit(tcr, ASID_OF_TTBR1) ? R.TTBR1_EL1 : R.TTBR0_EL1], bit(tcr, ASID_OF_16_BITS) ? 63 : 55, 48);
}

/** Without stage 1 translations belong to no ASID. */
function tagsOf({ regime, staged, vmid, translation }: Passage, paged: boolean): Tags {
  const asid = regime.unprivileged && paged ? asidOf(translation.view.regs) : GLOBAL;
  return { state: regime.state, kind: (paged ? 1 : 0) | (staged ? 2 : 0), vmid, asid };
}

/** An entry beyond an output size that was reduced since does not match. D8.16. */
function usable(entry: TranslationEntry | undefined, regs: BigUint64Array, parameters: WalkParameters): TranslationEntry | undefined {
  if (entry?.stage1 && entry.stage1.base >= parameters.outputLimit) return undefined;
  return entry?.stage2 && entry.stage2.base >= outputLimit2(regs) ? undefined : entry;
}

/** Translates an address that is in range; `parameters` is absent while stage 1 is off, and the access holds its output then. */
function translate(passage: Passage, va: number, parameters: WalkParameters, paged: boolean): AbortFault | null {
  const { access, translation, regime, tlb, staged } = passage;
  const { explanation, view, peek } = translation;
  const tags = tagsOf(passage, paged);
  const key = parameters.upper ? va + 2 ** PA_BITS : va;
  const known = tlb && usable(tlb.translation(tags, key), view.regs, parameters);
  let stage1 = known?.stage1;
  if (paged) {
    if (stage1 !== undefined) {
      if (explanation) explainHit(explanation, stage1, regime);
    } else {
      const walked = walkStage1(va, access, translation, regime, parameters, stage1Reader(passage));
      if (isFault(walked)) return walked;
      stage1 = walked;
      if (!staged && !peek) tlb?.keepTranslation(tags, key, { stage1 });
    }
    const fault = throughStage1(passage, stage1, va);
    if (fault !== null) return fault;
  }
  if (!staged) return null;
  const request: Intermediate = { access, ipa: access.pa, space: access.space, world: regime.world, walk: false };
  let stage2 = known?.stage2;
  if (stage2 !== undefined) {
    if (explanation) explainHit2(explanation, stage2, regime.world);
  } else {
    const found = findStage2(passage, request);
    if (isFault(found)) return found;
    stage2 = found;
    if (!peek) tlb?.keepTranslation(tags, key, stage1 ? { stage1, stage2 } : { stage2 });
  }
  const pa = throughStage2(passage, request, stage2);
  if (typeof pa !== 'number') return pa;
  access.pa = pa;
  access.space = stage2.space;
  return null;
}

export const addressTranslation: Stage = {
  name: 'Address translation',
  refine(access: Access, translation: Translation, later: Later): Fault | null {
    const { view, explanation } = translation;
    const { regs } = view;
    const regime = REGIMES[view.state];
    const staged = stage2Enabled(regs, regime);
    const tlb = translation.tlb ? (translation.core as ArmCore).tlb : undefined;
    const passage: Passage = {
      access,
      translation,
      regime,
      later,
      tlb,
      staged,
      vmid: regime.unprivileged ? vmidOf(regs, regime.world) : 0,
    };
    const parameters = walkParameters(regs, regime, access.va);
    const paged = stage1Enabled(regs, regime);
    if (paged) {
      const possible = inRange(access.va, parameters);
      if (explanation) explainRange(explanation, access, regs, regime, parameters, possible);
      if (!possible) return abort(access, 'translation', 0);
    } else {
      const fault = flat(passage, parameters);
      if (fault !== null || !staged) return fault;
    }
    return translate(passage, Number(BigInt.asUintN(PA_BITS, access.va)), parameters, paged);
  },
};
