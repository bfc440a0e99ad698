/**
 * Granule protection checks of a requester that is no PE: the same tables, configured by the SMMU's own registers, remembered
 * in its own TLB. SMMUv3 architecture specification IHI 0070G.b, 3.25 (granule protection checks), 6.3.114 to 6.3.117.
 */
import type { Machine } from '../../core/machine.ts';
import { permits } from '../gpi.ts';
import { decodeGptConfig, type GptConfig, walkGpt } from '../gpt.ts';
import { ROOT_EL3 } from '../states.ts';
import type { Tlb } from '../tlb.ts';
import { NON_SECURE, NSE_NS_OF_SPACE } from '../worlds.ts';

/** SMMU_ROOT_GPT_CFG_FAR.CFG_ERR. */
const CFG_ERR_CONFIGURATION = 0;
const CFG_ERR_BASE = 1;
const CFG_ERR_FETCH = 2;
const CFG_ERR_ENTRY = 3;
const CFG_ERR_NEXT_LEVEL = 4;

/** `error`: CFG_ERR of a lookup error; without it the granule is forbidden. */
export interface Refusal {
  readonly problem: string;
  readonly error?: number;
}

/** GPCCR_EL3.GPC, which SMMU_ROOT_GPT_BASE_CFG does not have: SMMU_ROOT_CR0.GPCEN is in its place. */
const GPC = 1n << 16n;

export function smmuGptConfig(baseConfig: bigint, base: bigint): GptConfig {
  return decodeGptConfig(baseConfig | GPC, base >> 12n);
}

/** Why an access of `pa` in `space` by a device of the same world is refused; `undefined` if it is allowed. */
export function checkGranule(machine: Machine, tlb: Tlb, config: GptConfig, pa: number, space: number): Refusal | undefined {
  if (config.invalid !== '') return { problem: `SMMU_ROOT_GPT_BASE_CFG.${config.invalid} is invalid`, error: CFG_ERR_CONFIGURATION };
  if (config.denied[space] !== '') return { problem: `SMMU_ROOT_GPT_BASE_CFG.${config.denied[space]} denies the physical address space` };
  if (pa >= config.limit) {
    return space === NON_SECURE || config.appsaa ? undefined : { problem: 'the address is above SMMU_ROOT_GPT_BASE_CFG.PPS' };
  }
  if (config.baseAbove) return { problem: 'SMMU_ROOT_GPT_BASE is above the protected size', error: CFG_ERR_BASE };
  // One TLB for all streams: which state its entries are kept under makes no difference.
  const outcome = walkGpt(pa, { memory: machine, config, cache: { tlb, state: ROOT_EL3 } });
  if (outcome.kind === 'fault') {
    const errors = { external: CFG_ERR_FETCH, walk: CFG_ERR_ENTRY, addressSize: CFG_ERR_NEXT_LEVEL } as const;
    return { problem: `GPT lookup error at level ${outcome.level}`, error: errors[outcome.code] };
  }
  return permits(outcome.gpi, space, space) ? undefined : { problem: 'granule protection fault' };
}

const TRANSACTION = 0b011n << 1n;
const FAULT = 1n;

/** SMMU_ROOT_GPF_FAR and SMMU_ROOT_GPT_CFG_FAR of a client's access: FPAS, CFG_ERR, FADDR, REASON and FAULT. */
export function faultRecord(pa: number, space: number, { error = 0 }: Refusal): bigint {
  const page = BigInt(Math.floor(pa / 4096)) << 12n;
  return (BigInt(NSE_NS_OF_SPACE[space]) << 62n) | (BigInt(error) << 56n) | page | TRANSACTION | FAULT;
}
