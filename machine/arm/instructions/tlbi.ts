/**
 * TLB maintenance. An invalidation is complete, on every core in its scope, when the word has executed.
 * Arm ARM DDI0487 M.a.a, C5.5, D8.16 and D9.6.
 */
import type { InstructionRow } from '../../core/instruction.ts';
import { bit, bits } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import type { Smmu } from '../devices/smmu.ts';
import { gptConfigOf } from '../gpc.ts';
import { R } from '../registers/index.ts';
import { vmidOf } from '../stage2.ts';
import { fromLevel, ROOT_EL3, stateAt, WORLD_OF_NSE_NS, WORLD_OF_STATE } from '../states.ts';
import type { Tlb } from '../tlb.ts';
import { trapsInstruction } from '../traps.ts';
import { NON_SECURE, SECURE } from '../worlds.ts';

/** A core, or the SMMU: SMMU_ROOT_IDR0.BGPTM says that broadcast TLBI PA reaches it. */
interface Requester {
  readonly tlb: Tlb;
}

interface TlbOperation {
  readonly name: string;
  /** States (bit i: state i) where it is defined. */
  readonly states: number;
  /** Whether it reaches the other cores: IS and OS are one domain here. */
  readonly broadcast: boolean;
  readonly operand: boolean;
  /** Concerns granule protection information, which other requesters than cores remember too. */
  readonly physical?: boolean;
  /** Invalidates in one TLB what `issuer` asked for; returns the number of entries. */
  drop(target: Requester, issuer: ArmCore, operand: bigint): number;
}

type Drop = TlbOperation['drop'];
type Kind = Omit<TlbOperation, 'name' | 'broadcast'>;

const EL1_UP = fromLevel(1);
const EL2_UP = fromLevel(2);
const EL3_ONLY = fromLevel(3);

/** The world whose EL2 and below an operation concerns: at EL3 the one that SCR_EL3.{NSE, NS} selects, -1 if that is reserved. C5.5. */
function worldOf(issuer: ArmCore): number {
  return issuer.el === 3 ? WORLD_OF_NSE_NS[issuer.nseNs] : WORLD_OF_STATE[issuer.state];
}

// ------------------------------------------------------------------ operands

interface Addresses {
  readonly from: number;
  readonly to: number;
}
/** Says which addresses an operand means; `undefined`: none that could be cached. */
type Decode = (operand: bigint) => Addresses | undefined;

const PAGE = 4096;
const UPPER = 2 ** 48;

/** Xt[43:0] is VA[55:12]. What is cached has all of VA[55:48] equal; those of the upper range are kept above 2^48. C5.5, TLBI VAE1. */
const oneVa: Decode = (operand) => {
  const va = bits(operand, 43, 0) * PAGE;
  const top = Math.floor(va / UPPER);
  if (top !== 0 && top !== 0xff) return undefined;
  const from = (va % UPPER) + (top === 0 ? 0 : UPPER);
  return { from, to: from + PAGE };
};

/** Xt[39:0] is IPA[51:12]. C5.5, TLBI IPAS2E1. */
const oneIpa: Decode = (operand) => {
  const from = bits(operand, 39, 0) * PAGE;
  return { from, to: from + PAGE };
};

/**
 * BaseADDR in Xt[36:0], NUM in Xt[43:39], SCALE in Xt[45:44] and TG in Xt[47:46]; entries of another granule than TG = 4 KB
 * need not go, and stay. VA[48] stands for all bits above. C5.5, TLBI RVAE1.
 */
const range: Decode = (operand) => {
  if (bits(operand, 47, 46) !== 0b01) return undefined;
  const from = bits(operand, 36, 0) * PAGE;
  return { from, to: from + (bits(operand, 43, 39) + 1) * 2 ** (5 * bits(operand, 45, 44) + 1) * PAGE };
};

const asidOf = (issuer: ArmCore, operand: bigint) => bits(operand, bit(issuer.regs[R.TCR_EL1], 36) ? 63 : 55, 48);

/** SIZE, Xt[47:44], of range operations, as bits of the range; reserved values mean one granule. C5.5, TLBI RPAOS. */
export const RANGE_BITS: readonly number[] = [12, 14, 16, 21, 25, 29, 30, 34, 36, 39];

/**
 * Operand of RPAOS and RPALOS: SIZE in Xt[47:44] and BaseADDR, PA[51:12], in Xt[39:0], of which the bits below the granule
 * are ignored; the range is aligned to its size. C5.5, TLBI RPAOS.
 */
function physicalRange(issuer: ArmCore, operand: bigint): Addresses {
  const { p } = gptConfigOf(issuer.regs);
  const size = 2 ** Math.max(RANGE_BITS[bits(operand, 47, 44)] ?? 0, p);
  const from = Math.floor((bits(operand, 39, 0) * PAGE) / size) * size;
  return { from, to: from + size };
}

// ------------------------------------------------------------------ what goes

/** Regime of level `el` in the world concerned. */
const inRegime =
  (el: 1 | 2 | 3, drop: (target: Requester, issuer: ArmCore, state: number, operand: bigint) => number): Drop =>
  (target, issuer, operand) => {
    if (el === 3) return drop(target, issuer, ROOT_EL3, operand);
    const world = worldOf(issuer);
    return world < 0 ? 0 : drop(target, issuer, stateAt(el, world), operand);
  };

/** EL1&0 entries of the current VMID. */
const ofVmid = (drop: (target: Requester, state: number, vmid: number, issuer: ArmCore, operand: bigint) => number): Drop =>
  inRegime(1, (target, issuer, state, operand) => drop(target, state, vmidOf(issuer.regs, worldOf(issuer)), issuer, operand));

const all = (el: 1 | 2 | 3): Kind => ({
  states: el === 3 ? EL3_ONLY : EL2_UP,
  operand: false,
  drop: inRegime(el, (target, _, state) => target.tlb.dropRegime(state)),
});

const byAddress = (el: 2 | 3, decode: Decode): Kind => ({
  states: el === 3 ? EL3_ONLY : EL2_UP,
  operand: true,
  drop: inRegime(el, (target, _, state, operand) => {
    const addresses = decode(operand);
    return addresses ? target.tlb.dropAddresses(state, 0, undefined, addresses.from, addresses.to) : 0;
  }),
});

/** By address of EL1&0: of the ASID in Xt[63:48] and global, or of every ASID. */
const byVa = (decode: Decode, everyAsid: boolean): Kind => ({
  states: EL1_UP,
  operand: true,
  drop: ofVmid((target, state, vmid, issuer, operand) => {
    const addresses = decode(operand);
    const asid = everyAsid ? undefined : asidOf(issuer, operand);
    return addresses ? target.tlb.dropAddresses(state, vmid, asid, addresses.from, addresses.to) : 0;
  }),
});

/** By intermediate address: Xt[63], NS, chooses its space in Secure state. */
const byIpa = (decode: Decode): Kind => ({
  states: EL2_UP,
  operand: true,
  drop: ofVmid((target, state, vmid, issuer, operand) => {
    const addresses = decode(operand);
    const world = worldOf(issuer);
    const space = world === SECURE && bit(operand, 63) ? NON_SECURE : world;
    return addresses ? target.tlb.dropIpas(state, vmid, space, addresses.from, addresses.to) : 0;
  }),
});

const VMALLE1: Kind = { states: EL1_UP, operand: false, drop: ofVmid((target, state, vmid) => target.tlb.dropVmid(state, vmid)) };
const VMALLS12E1: Kind = {
  states: EL2_UP,
  operand: false,
  drop: ofVmid((target, state, vmid) => target.tlb.dropVmid(state, vmid) + target.tlb.dropStage2(state, vmid)),
};
const ASIDE1: Kind = {
  states: EL1_UP,
  operand: true,
  drop: ofVmid((target, state, vmid, issuer, operand) => target.tlb.dropVmid(state, vmid, asidOf(issuer, operand))),
};

/** Each of these exists for this PE, the Inner Shareable and the Outer Shareable domain. L: last level only, which is all that is cached. */
const SCOPED: Readonly<Record<string, Kind>> = {
  ALLE2: all(2),
  VAE2: byAddress(2, oneVa),
  VALE2: byAddress(2, oneVa),
  RVAE2: byAddress(2, range),
  RVALE2: byAddress(2, range),
  ALLE3: all(3),
  VAE3: byAddress(3, oneVa),
  VALE3: byAddress(3, oneVa),
  RVAE3: byAddress(3, range),
  RVALE3: byAddress(3, range),
  ALLE1: all(1),
  VMALLE1,
  VMALLS12E1,
  ASIDE1,
  VAE1: byVa(oneVa, false),
  VALE1: byVa(oneVa, false),
  VAAE1: byVa(oneVa, true),
  VAALE1: byVa(oneVa, true),
  RVAE1: byVa(range, false),
  RVALE1: byVa(range, false),
  RVAAE1: byVa(range, true),
  RVAALE1: byVa(range, true),
  IPAS2E1: byIpa(oneIpa),
  IPAS2LE1: byIpa(oneIpa),
  RIPAS2E1: byIpa(range),
  RIPAS2LE1: byIpa(range),
};

const dropGranules: Drop = (target) => target.tlb.dropGranules();
const dropRange =
  (lastLevelOnly: boolean): Drop =>
  (target, issuer, operand) => {
    const { from, to } = physicalRange(issuer, operand);
    return target.tlb.dropGranuleRange(from, to, lastLevelOnly);
  };

/** `args[0]` of the instruction is the index here. */
export const TLB_OPERATIONS: readonly TlbOperation[] = [
  ...Object.entries(SCOPED).flatMap(([name, kind]) =>
    ['', 'IS', 'OS'].map((scope) => ({ ...kind, name: `${name}${scope}`, broadcast: scope !== '' })),
  ),
  { name: 'PAALL', states: EL3_ONLY, broadcast: false, operand: false, drop: dropGranules },
  { name: 'PAALLOS', states: EL3_ONLY, broadcast: true, physical: true, operand: false, drop: dropGranules },
  { name: 'RPAOS', states: EL3_ONLY, broadcast: true, physical: true, operand: true, drop: dropRange(false) },
  { name: 'RPALOS', states: EL3_ONLY, broadcast: true, physical: true, operand: true, drop: dropRange(true) },
];

const HCR_FB = 1 << 9;

function invalidate(core: ArmCore, operation: TlbOperation, operand: bigint): void {
  // HCR_EL2.FB makes the operations of EL1 reach the Inner Shareable domain. D24.2.
  const everywhere = operation.broadcast || (core.el === 1 && (core.hcr & HCR_FB) !== 0);
  const targets: Requester[] = everywhere ? [...(core.machine.cores as readonly ArmCore[])] : [core];
  const smmu = operation.physical ? (core.machine.device('smmu') as Smmu | undefined) : undefined;
  if (smmu) targets.push(smmu);
  const dropped = targets.reduce((sum, target) => sum + operation.drop(target, core, operand), 0);
  core.machine.memory.epoch++; // pages found through the dropped entries must be looked up again
  core.emit({ kind: 'tlb_maintenance', operation: operation.name, from: core.state, operand, dropped });
}

export const TLB_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'tlbi',
    summary: 'Invalidates cached translations (VMALLE1IS, VAE2, IPAS2E1IS, …) or granule protection information (PAALLOS, RPALOS, …).',
    section: 'Arm ARM C5.5, TLBI',
    operands: [
      { name: 'operation', kind: 'option', options: Object.fromEntries(TLB_OPERATIONS.map((row, i) => [row.name, i])) },
      { name: 'operand', kind: 'value', optional: true },
    ],
    execute(core, args) {
      const operation = TLB_OPERATIONS[Number(args[0])];
      if (trapsInstruction(core as ArmCore, `TLBI ${operation.name}`)) return undefined;
      if (((operation.states >> core.state) & 1) === 1) invalidate(core as ArmCore, operation, args[1] ?? 0n);
      else core.fault ??= core.undefinedFault(`TLBI ${operation.name} is undefined in ${core.architecture.states[core.state].name}`);
      return undefined;
    },
  },
];
