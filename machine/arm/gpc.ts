/**
 * The granule protection check: every access, translation table walks included, is checked by physical address and
 * space before it reaches memory. Arm ARM DDI0487 M.a.a, D9.2; the order of the checks is that of its priority list.
 */
import type { Access, Fault, Stage, Translation } from '../core/access.ts';
import type { ArmCore } from './core.ts';
import { abort, type GpcFailure } from './fault.ts';
import { explainAllowed, explainConfig, explainFailure, explainOff, explainReads } from './gpc-explain.ts';
import { GPI_NONE, permits } from './gpi.ts';
import { decodeGptConfig, type GptConfig, type GptOutcome, type GptRead, walkGpt } from './gpt.ts';
import { R } from './registers/index.ts';
import { WORLD_OF_STATE } from './states.ts';
import { NON_SECURE } from './worlds.ts';

let decoded: { readonly gpccr: bigint; readonly gptbr: bigint; readonly config: GptConfig } | undefined;

/** The configuration in these registers; the last one is remembered, since few are ever used. */
export function gptConfigOf(regs: BigUint64Array): GptConfig {
  const gpccr = regs[R.GPCCR_EL3];
  const gptbr = regs[R.GPTBR_EL3];
  if (decoded === undefined || decoded.gpccr !== gpccr || decoded.gptbr !== gptbr) {
    decoded = { gpccr, gptbr, config: decodeGptConfig(gpccr, gptbr) };
  }
  return decoded.config;
}

/** Sentences for what goes wrong on the way to a GPI. */
export const GPC_PROBLEMS: Readonly<Record<'addressSize' | 'walk' | 'external', string>> = {
  addressSize: 'GPT address size fault',
  walk: 'GPT walk fault',
  external: 'external abort on a GPT fetch',
};

function failed(outcome: Extract<GptOutcome, { kind: 'fault' }>, access: Access): GpcFailure {
  const { code, level } = outcome;
  return { code, level, gpi: GPI_NONE, problem: `${GPC_PROBLEMS[code]} at level ${level}`, pa: access.pa, space: access.space };
}

/** Faults that are found before any descriptor is read, all at level 0; `undefined`: go on; `null`: allowed without look-up. */
function beforeWalk(access: Access, config: GptConfig): GpcFailure | null | undefined {
  const fail = (code: GpcFailure['code'], problem: string): GpcFailure => ({
    code,
    level: 0,
    gpi: GPI_NONE,
    problem,
    pa: access.pa,
    space: access.space,
  });
  if (config.invalid !== '') return fail('walk', `GPT walk fault at level 0: GPCCR_EL3.${config.invalid} is invalid`);
  if (config.denied[access.space] !== '')
    return fail('fault', `GPCCR_EL3.${config.denied[access.space]} denies the physical address space`);
  if (access.pa >= config.limit) {
    // Above the protected size there is nothing to look up; only Non-secure may go there, or everyone with APPSAA.
    if (access.space === NON_SECURE || config.appsaa) return null;
    return fail('fault', 'the address is above the protected size (GPCCR_EL3.PPS)');
  }
  if (config.baseAbove) return fail('addressSize', 'GPT address size fault at level 0: GPTBR_EL3 is above the protected size');
  return undefined;
}

function check(access: Access, translation: Translation): GpcFailure | null {
  const { view, explanation } = translation;
  const config = gptConfigOf(view.regs);
  if (!config.enabled) {
    if (explanation) explainOff(explanation, access, view.regs);
    return null;
  }
  if (explanation) explainConfig(explanation, access, view.regs, config);
  const early = beforeWalk(access, config);
  if (early !== undefined) {
    if (explanation) early === null ? explainAllowed(explanation, access, config) : explainFailure(explanation, access, early);
    return early;
  }
  const core = translation.core as ArmCore;
  const reads: GptRead[] | undefined = explanation ? [] : undefined;
  const outcome = walkGpt(access.pa, {
    memory: core.machine,
    config,
    cache: translation.tlb ? { tlb: core.tlb, state: view.state } : undefined,
    peek: translation.peek,
    reads,
  });
  let failure: GpcFailure | null = null;
  if (outcome.kind === 'fault') failure = failed(outcome, access);
  else if (!permits(outcome.gpi, access.space, WORLD_OF_STATE[view.state])) {
    failure = { code: 'fault', level: outcome.level, gpi: outcome.gpi, problem: '', pa: access.pa, space: access.space };
  }
  if (explanation) explainReads(explanation, access, reads ?? [], outcome, failure, config);
  return failure;
}

export const granuleProtectionCheck: Stage = {
  name: 'Granule protection check',
  refine(access: Access, translation: Translation): Fault | null {
    const gpc = check(access, translation);
    return gpc === null ? null : abort(access, 'gpc', 0, { gpc });
  },
};
